package io.rezarr.codec.blosc;

import static io.rezarr.codec.blosc.Words.getInt;
import static io.rezarr.codec.blosc.Words.getLong;
import static io.rezarr.codec.blosc.Words.getShort;
import static io.rezarr.codec.blosc.Words.putInt;
import static io.rezarr.codec.blosc.Words.putLong;
import static io.rezarr.codec.blosc.Words.putShort;

/**
 * Byte shuffle: first all first bytes of the elements, then all second bytes, and so on. Bytes behind the last whole
 * element stay where they are.
 *
 * <p>The columns of an element are done eight ({@link Tile}), four, two and one at a time, eight elements in one step: as many
 * bytes as a long has. They are transposed by exchanging halves, quarters and bytes between pairs of longs.
 */
final class Shuffle {
    private static final int STEP = 8;
    private static final long HALVES = 0x0000_0000_FFFF_FFFFL;
    private static final long QUARTERS = 0x0000_FFFF_0000_FFFFL;
    private static final long BYTES = 0x00FF_00FF_00FF_00FFL;

    private Shuffle() {}

    static void shuffle(int typesize, byte[] source, int from, int bytes, byte[] target, int to, Tile tile) {
        int elements = bytes / typesize;
        int steps = elements / STEP;
        int column = 0;
        for (; column + 8 <= typesize; column += 8) {
            split8(source, from + column, typesize, target, to + column * elements, elements, tile);
        }
        if (column + 4 <= typesize) {
            if (typesize == 4) {
                split4Packed(source, from, target, to, elements);
            } else {
                split4(source, from + column, typesize, target, to + column * elements, elements);
            }
            column += 4;
        }
        if (column + 2 <= typesize) {
            if (typesize == 2) {
                split2Packed(source, from, target, to, elements);
            } else {
                split2(source, from + column, typesize, target, to + column * elements, elements);
            }
            column += 2;
        }
        if (column < typesize) {
            splitTail(source, from, typesize, column, 0, target, to, elements);
        }
        splitTail(source, from, typesize, 0, steps * STEP, target, to, elements);
        int whole = elements * typesize;
        System.arraycopy(source, from + whole, target, to + whole, bytes - whole);
    }

    static void unshuffle(int typesize, byte[] source, int from, int bytes, byte[] target, int to, Tile tile) {
        int elements = bytes / typesize;
        int steps = elements / STEP;
        int column = 0;
        for (; column + 8 <= typesize; column += 8) {
            join8(source, from + column * elements, target, to + column, typesize, elements, tile);
        }
        if (column + 4 <= typesize) {
            if (typesize == 4) {
                join4Packed(source, from, target, to, elements);
            } else {
                join4(source, from + column * elements, target, to + column, typesize, elements);
            }
            column += 4;
        }
        if (column + 2 <= typesize) {
            if (typesize == 2) {
                join2Packed(source, from, target, to, elements);
            } else {
                join2(source, from + column * elements, target, to + column, typesize, elements);
            }
            column += 2;
        }
        if (column < typesize) {
            joinTail(source, from, target, to, typesize, column, 0, elements);
        }
        joinTail(source, from, target, to, typesize, 0, steps * STEP, elements);
        int whole = elements * typesize;
        System.arraycopy(source, from + whole, target, to + whole, bytes - whole);
    }

    private static void split8(byte[] source, int from, int typesize, byte[] target, int to, int elements, Tile tile) {
        int steps = elements / STEP;
        for (int step = 0; step < steps; step += Tile.ROW) {
            int count = Math.min(Tile.ROW, steps - step);
            tile.loadInTurn(source, from + step * STEP * typesize, typesize, count);
            tile.transposeBytes();
            tile.storeRows(target, to + step * STEP, elements, count);
        }
    }

    private static void join8(byte[] source, int from, byte[] target, int to, int typesize, int elements, Tile tile) {
        int steps = elements / STEP;
        for (int step = 0; step < steps; step += Tile.ROW) {
            int count = Math.min(Tile.ROW, steps - step);
            tile.loadRows(source, from + step * STEP, elements, count);
            tile.transposeBytes();
            tile.storeInTurn(target, to + step * STEP * typesize, typesize, count);
        }
    }

    private static void split4(byte[] source, int from, int typesize, byte[] target, int to, int elements) {
        int step = STEP * typesize;
        for (int i = 0, s = from; i <= elements - STEP; i += STEP, s += step) {
            long r0 = pair(source, s, s + 4 * typesize);
            long r1 = pair(source, s + typesize, s + 5 * typesize);
            long r2 = pair(source, s + 2 * typesize, s + 6 * typesize);
            long r3 = pair(source, s + 3 * typesize, s + 7 * typesize);

            long t = (r0 >>> 16 ^ r2) & QUARTERS;
            r2 ^= t;
            r0 ^= t << 16;
            t = (r1 >>> 16 ^ r3) & QUARTERS;
            r3 ^= t;
            r1 ^= t << 16;

            int d = to + i;
            t = (r0 >>> 8 ^ r1) & BYTES;
            putLong(target, d, r0 ^ t << 8);
            putLong(target, d + elements, r1 ^ t);
            t = (r2 >>> 8 ^ r3) & BYTES;
            putLong(target, d + 2 * elements, r2 ^ t << 8);
            putLong(target, d + 3 * elements, r3 ^ t);
        }
    }

    /** As {@link #split4}, for elements without other columns: half as many loads. */
    private static void split4Packed(byte[] source, int from, byte[] target, int to, int elements) {
        for (int i = 0; i <= elements - STEP; i += STEP) {
            int s = from + 4 * i;
            long e01 = getLong(source, s);
            long e23 = getLong(source, s + 8);
            long e45 = getLong(source, s + 16);
            long e67 = getLong(source, s + 24);
            long r0 = (e01 & HALVES) | (e45 << 32);
            long r1 = (e01 >>> 32) | (e45 & ~HALVES);
            long r2 = (e23 & HALVES) | (e67 << 32);
            long r3 = (e23 >>> 32) | (e67 & ~HALVES);

            long t = (r0 >>> 16 ^ r2) & QUARTERS;
            r2 ^= t;
            r0 ^= t << 16;
            t = (r1 >>> 16 ^ r3) & QUARTERS;
            r3 ^= t;
            r1 ^= t << 16;

            int d = to + i;
            t = (r0 >>> 8 ^ r1) & BYTES;
            putLong(target, d, r0 ^ t << 8);
            putLong(target, d + elements, r1 ^ t);
            t = (r2 >>> 8 ^ r3) & BYTES;
            putLong(target, d + 2 * elements, r2 ^ t << 8);
            putLong(target, d + 3 * elements, r3 ^ t);
        }
    }

    private static long pair(byte[] source, int low, int high) {
        return (getInt(source, low) & HALVES) | (long) getInt(source, high) << 32;
    }

    private static void join4(byte[] source, int from, byte[] target, int to, int typesize, int elements) {
        int step = STEP * typesize;
        for (int i = 0, d = to; i <= elements - STEP; i += STEP, d += step) {
            int s = from + i;
            long r0 = getLong(source, s);
            long r1 = getLong(source, s + elements);
            long r2 = getLong(source, s + 2 * elements);
            long r3 = getLong(source, s + 3 * elements);

            long t = (r0 >>> 8 ^ r1) & BYTES;
            r1 ^= t;
            r0 ^= t << 8;
            t = (r2 >>> 8 ^ r3) & BYTES;
            r3 ^= t;
            r2 ^= t << 8;
            t = (r0 >>> 16 ^ r2) & QUARTERS;
            r2 ^= t;
            r0 ^= t << 16;
            t = (r1 >>> 16 ^ r3) & QUARTERS;
            r3 ^= t;
            r1 ^= t << 16;

            putInt(target, d, (int) r0);
            putInt(target, d + typesize, (int) r1);
            putInt(target, d + 2 * typesize, (int) r2);
            putInt(target, d + 3 * typesize, (int) r3);
            putInt(target, d + 4 * typesize, (int) (r0 >>> 32));
            putInt(target, d + 5 * typesize, (int) (r1 >>> 32));
            putInt(target, d + 6 * typesize, (int) (r2 >>> 32));
            putInt(target, d + 7 * typesize, (int) (r3 >>> 32));
        }
    }

    /** As {@link #join4}, for elements without other columns: half as many stores. */
    private static void join4Packed(byte[] source, int from, byte[] target, int to, int elements) {
        for (int i = 0; i <= elements - STEP; i += STEP) {
            int s = from + i;
            long r0 = getLong(source, s);
            long r1 = getLong(source, s + elements);
            long r2 = getLong(source, s + 2 * elements);
            long r3 = getLong(source, s + 3 * elements);

            long t = (r0 >>> 8 ^ r1) & BYTES;
            r1 ^= t;
            r0 ^= t << 8;
            t = (r2 >>> 8 ^ r3) & BYTES;
            r3 ^= t;
            r2 ^= t << 8;
            t = (r0 >>> 16 ^ r2) & QUARTERS;
            r2 ^= t;
            r0 ^= t << 16;
            t = (r1 >>> 16 ^ r3) & QUARTERS;
            r3 ^= t;
            r1 ^= t << 16;

            int d = to + 4 * i;
            putLong(target, d, (r0 & HALVES) | (r1 << 32));
            putLong(target, d + 8, (r2 & HALVES) | (r3 << 32));
            putLong(target, d + 16, (r0 >>> 32) | (r1 & ~HALVES));
            putLong(target, d + 24, (r2 >>> 32) | (r3 & ~HALVES));
        }
    }

    private static void split2(byte[] source, int from, int typesize, byte[] target, int to, int elements) {
        int step = STEP * typesize;
        for (int i = 0, s = from; i <= elements - STEP; i += STEP, s += step) {
            long even = quad(source, s, 2 * typesize);
            long odd = quad(source, s + typesize, 2 * typesize);
            putLong(target, to + i, (even & BYTES) | ((odd & BYTES) << 8));
            putLong(target, to + elements + i, ((even >>> 8) & BYTES) | (odd & ~BYTES));
        }
    }

    private static long quad(byte[] source, int at, int stride) {
        return getShort(source, at)
                | (long) getShort(source, at + stride) << 16
                | (long) getShort(source, at + 2 * stride) << 32
                | (long) getShort(source, at + 3 * stride) << 48;
    }

    /** As {@link #split2}, for elements without other columns. */
    private static void split2Packed(byte[] source, int from, byte[] target, int to, int elements) {
        for (int i = 0; i <= elements - STEP; i += STEP) {
            int s = from + 2 * i;
            long low = getLong(source, s);
            long high = getLong(source, s + 8);
            long r0 = (low & HALVES) | (high << 32);
            long r1 = (low >>> 32) | (high & ~HALVES);

            long t = (r0 >>> 16 ^ r1) & QUARTERS;
            r1 ^= t;
            r0 ^= t << 16;
            t = (r0 >>> 8 ^ r1) & BYTES;
            putLong(target, to + i, r0 ^ t << 8);
            putLong(target, to + elements + i, r1 ^ t);
        }
    }

    private static void join2(byte[] source, int from, byte[] target, int to, int typesize, int elements) {
        for (int i = 0, d = to; i <= elements - STEP; i += STEP) {
            long first = getLong(source, from + i);
            long second = getLong(source, from + elements + i);
            for (int k = 0; k < STEP; k++, d += typesize) {
                putShort(target, d, (int) ((first & 0xFF) | ((second & 0xFF) << 8)));
                first >>>= 8;
                second >>>= 8;
            }
        }
    }

    /** As {@link #join2}, for elements without other columns. */
    private static void join2Packed(byte[] source, int from, byte[] target, int to, int elements) {
        for (int i = 0; i <= elements - STEP; i += STEP) {
            long r0 = getLong(source, from + i);
            long r1 = getLong(source, from + elements + i);

            long t = (r0 >>> 8 ^ r1) & BYTES;
            r1 ^= t;
            r0 ^= t << 8;
            t = (r0 >>> 16 ^ r1) & QUARTERS;
            r1 ^= t;
            r0 ^= t << 16;

            int d = to + 2 * i;
            putLong(target, d, (r0 & HALVES) | (r1 << 32));
            putLong(target, d + 8, (r0 >>> 32) | (r1 & ~HALVES));
        }
    }

    /** The columns from {@code column} on of the elements from {@code element} on, byte by byte. */
    private static void splitTail(
            byte[] source, int from, int typesize, int column, int element, byte[] target, int to, int elements) {
        for (int c = column; c < typesize; c++) {
            int plane = to + c * elements;
            for (int e = element, s = from + element * typesize + c; e < elements; e++, s += typesize) {
                target[plane + e] = source[s];
            }
        }
    }

    private static void joinTail(
            byte[] source, int from, byte[] target, int to, int typesize, int column, int element, int elements) {
        for (int c = column; c < typesize; c++) {
            int plane = from + c * elements;
            for (int e = element, d = to + element * typesize + c; e < elements; e++, d += typesize) {
                target[d] = source[plane + e];
            }
        }
    }
}
