package io.rezarr.codec.blosc;

import static io.rezarr.codec.blosc.Words.getLong;
import static io.rezarr.codec.blosc.Words.putLong;

/**
 * Bit shuffle as Blosc 1 does it: first the lowest bits of the first bytes of all elements, eight elements a byte, then
 * their second bits, and so on. A block whose number of elements is not a multiple of eight is left as it is.
 *
 * <p>A byte shuffle makes a plane for each byte of the elements; each plane becomes eight rows of bits, 64 elements
 * in one step.
 */
final class BitShuffle {
    private static final int STEP = 64;
    private static final long M32 = 0x0000_0000_FFFF_FFFFL;
    private static final long M16 = 0x0000_FFFF_0000_FFFFL;
    private static final long M8 = 0x00FF_00FF_00FF_00FFL;
    private static final long M4 = 0x0F0F_0F0F_0F0F_0F0FL;
    private static final long M2 = 0x3333_3333_3333_3333L;
    private static final long M1 = 0x5555_5555_5555_5555L;

    private BitShuffle() {}

    /** @param planes of at least {@code bytes}, for the step between */
    static void shuffle(int typesize, byte[] source, int from, int bytes, byte[] target, int to, byte[] planes) {
        int elements = bytes / typesize;
        if (elements % 8 != 0) {
            System.arraycopy(source, from, target, to, bytes);
            return;
        }
        byte[] plane = source;
        int at = from;
        if (typesize > 1) {
            Shuffle.shuffle(typesize, source, from, bytes, planes, 0);
            plane = planes;
            at = 0;
        }
        for (int column = 0; column < typesize; column++) {
            toRows(plane, at + column * elements, target, to + column * elements, elements);
        }
        int whole = elements * typesize;
        System.arraycopy(source, from + whole, target, to + whole, bytes - whole);
    }

    /** @param planes of at least {@code bytes}, for the step between */
    static void unshuffle(int typesize, byte[] source, int from, int bytes, byte[] target, int to, byte[] planes) {
        int elements = bytes / typesize;
        if (elements % 8 != 0) {
            System.arraycopy(source, from, target, to, bytes);
            return;
        }
        byte[] plane = typesize > 1 ? planes : target;
        int at = typesize > 1 ? 0 : to;
        int whole = elements * typesize;
        for (int column = 0; column < typesize; column++) {
            toPlane(source, from + column * elements, plane, at + column * elements, elements);
        }
        if (typesize > 1) {
            Shuffle.unshuffle(typesize, planes, 0, whole, target, to);
        }
        System.arraycopy(source, from + whole, target, to + whole, bytes - whole);
    }

    /**
     * One byte of each element to eight rows of bits. Six exchanges: the first three bring the bytes of elements that
     * are eight apart together, the last three the bits of one place. Long, since the eight words must be locals.
     */
    private static void toRows(byte[] plane, int from, byte[] rows, int to, int elements) {
        int row = elements / 8;
        int i = 0;
        for (; i <= elements - STEP; i += STEP) {
            int s = from + i;
            long r0 = getLong(plane, s);
            long r1 = getLong(plane, s + 8);
            long r2 = getLong(plane, s + 16);
            long r3 = getLong(plane, s + 24);
            long r4 = getLong(plane, s + 32);
            long r5 = getLong(plane, s + 40);
            long r6 = getLong(plane, s + 48);
            long r7 = getLong(plane, s + 56);
            long t = (r0 >>> 32 ^ r4) & M32;
            r4 ^= t;
            r0 ^= t << 32;
            t = (r1 >>> 32 ^ r5) & M32;
            r5 ^= t;
            r1 ^= t << 32;
            t = (r2 >>> 32 ^ r6) & M32;
            r6 ^= t;
            r2 ^= t << 32;
            t = (r3 >>> 32 ^ r7) & M32;
            r7 ^= t;
            r3 ^= t << 32;
            t = (r0 >>> 16 ^ r2) & M16;
            r2 ^= t;
            r0 ^= t << 16;
            t = (r1 >>> 16 ^ r3) & M16;
            r3 ^= t;
            r1 ^= t << 16;
            t = (r4 >>> 16 ^ r6) & M16;
            r6 ^= t;
            r4 ^= t << 16;
            t = (r5 >>> 16 ^ r7) & M16;
            r7 ^= t;
            r5 ^= t << 16;
            t = (r0 >>> 8 ^ r1) & M8;
            r1 ^= t;
            r0 ^= t << 8;
            t = (r2 >>> 8 ^ r3) & M8;
            r3 ^= t;
            r2 ^= t << 8;
            t = (r4 >>> 8 ^ r5) & M8;
            r5 ^= t;
            r4 ^= t << 8;
            t = (r6 >>> 8 ^ r7) & M8;
            r7 ^= t;
            r6 ^= t << 8;
            t = (r0 >>> 4 ^ r4) & M4;
            r4 ^= t;
            r0 ^= t << 4;
            t = (r1 >>> 4 ^ r5) & M4;
            r5 ^= t;
            r1 ^= t << 4;
            t = (r2 >>> 4 ^ r6) & M4;
            r6 ^= t;
            r2 ^= t << 4;
            t = (r3 >>> 4 ^ r7) & M4;
            r7 ^= t;
            r3 ^= t << 4;
            t = (r0 >>> 2 ^ r2) & M2;
            r2 ^= t;
            r0 ^= t << 2;
            t = (r1 >>> 2 ^ r3) & M2;
            r3 ^= t;
            r1 ^= t << 2;
            t = (r4 >>> 2 ^ r6) & M2;
            r6 ^= t;
            r4 ^= t << 2;
            t = (r5 >>> 2 ^ r7) & M2;
            r7 ^= t;
            r5 ^= t << 2;
            t = (r0 >>> 1 ^ r1) & M1;
            r1 ^= t;
            r0 ^= t << 1;
            t = (r2 >>> 1 ^ r3) & M1;
            r3 ^= t;
            r2 ^= t << 1;
            t = (r4 >>> 1 ^ r5) & M1;
            r5 ^= t;
            r4 ^= t << 1;
            t = (r6 >>> 1 ^ r7) & M1;
            r7 ^= t;
            r6 ^= t << 1;
            int d = to + i / 8;
            putLong(rows, d, r0);
            putLong(rows, d + row, r1);
            putLong(rows, d + 2 * row, r2);
            putLong(rows, d + 3 * row, r3);
            putLong(rows, d + 4 * row, r4);
            putLong(rows, d + 5 * row, r5);
            putLong(rows, d + 6 * row, r6);
            putLong(rows, d + 7 * row, r7);
        }
        for (; i < elements; i += 8) {
            long bits = transposed(getLong(plane, from + i));
            for (int k = 0, d = to + i / 8; k < 8; k++, d += row) {
                rows[d] = (byte) (bits >>> (8 * k));
            }
        }
    }

    /** The exchanges of {@link #toRows} the other way round. */
    private static void toPlane(byte[] rows, int from, byte[] plane, int to, int elements) {
        int row = elements / 8;
        int i = 0;
        for (; i <= elements - STEP; i += STEP) {
            int s = from + i / 8;
            long r0 = getLong(rows, s);
            long r1 = getLong(rows, s + row);
            long r2 = getLong(rows, s + 2 * row);
            long r3 = getLong(rows, s + 3 * row);
            long r4 = getLong(rows, s + 4 * row);
            long r5 = getLong(rows, s + 5 * row);
            long r6 = getLong(rows, s + 6 * row);
            long r7 = getLong(rows, s + 7 * row);
            long t = (r0 >>> 1 ^ r1) & M1;
            r1 ^= t;
            r0 ^= t << 1;
            t = (r2 >>> 1 ^ r3) & M1;
            r3 ^= t;
            r2 ^= t << 1;
            t = (r4 >>> 1 ^ r5) & M1;
            r5 ^= t;
            r4 ^= t << 1;
            t = (r6 >>> 1 ^ r7) & M1;
            r7 ^= t;
            r6 ^= t << 1;
            t = (r0 >>> 2 ^ r2) & M2;
            r2 ^= t;
            r0 ^= t << 2;
            t = (r1 >>> 2 ^ r3) & M2;
            r3 ^= t;
            r1 ^= t << 2;
            t = (r4 >>> 2 ^ r6) & M2;
            r6 ^= t;
            r4 ^= t << 2;
            t = (r5 >>> 2 ^ r7) & M2;
            r7 ^= t;
            r5 ^= t << 2;
            t = (r0 >>> 4 ^ r4) & M4;
            r4 ^= t;
            r0 ^= t << 4;
            t = (r1 >>> 4 ^ r5) & M4;
            r5 ^= t;
            r1 ^= t << 4;
            t = (r2 >>> 4 ^ r6) & M4;
            r6 ^= t;
            r2 ^= t << 4;
            t = (r3 >>> 4 ^ r7) & M4;
            r7 ^= t;
            r3 ^= t << 4;
            t = (r0 >>> 8 ^ r1) & M8;
            r1 ^= t;
            r0 ^= t << 8;
            t = (r2 >>> 8 ^ r3) & M8;
            r3 ^= t;
            r2 ^= t << 8;
            t = (r4 >>> 8 ^ r5) & M8;
            r5 ^= t;
            r4 ^= t << 8;
            t = (r6 >>> 8 ^ r7) & M8;
            r7 ^= t;
            r6 ^= t << 8;
            t = (r0 >>> 16 ^ r2) & M16;
            r2 ^= t;
            r0 ^= t << 16;
            t = (r1 >>> 16 ^ r3) & M16;
            r3 ^= t;
            r1 ^= t << 16;
            t = (r4 >>> 16 ^ r6) & M16;
            r6 ^= t;
            r4 ^= t << 16;
            t = (r5 >>> 16 ^ r7) & M16;
            r7 ^= t;
            r5 ^= t << 16;
            t = (r0 >>> 32 ^ r4) & M32;
            r4 ^= t;
            r0 ^= t << 32;
            t = (r1 >>> 32 ^ r5) & M32;
            r5 ^= t;
            r1 ^= t << 32;
            t = (r2 >>> 32 ^ r6) & M32;
            r6 ^= t;
            r2 ^= t << 32;
            t = (r3 >>> 32 ^ r7) & M32;
            r7 ^= t;
            r3 ^= t << 32;
            int d = to + i;
            putLong(plane, d, r0);
            putLong(plane, d + 8, r1);
            putLong(plane, d + 16, r2);
            putLong(plane, d + 24, r3);
            putLong(plane, d + 32, r4);
            putLong(plane, d + 40, r5);
            putLong(plane, d + 48, r6);
            putLong(plane, d + 56, r7);
        }
        for (; i < elements; i += 8) {
            long bits = 0;
            for (int k = 0, s = from + i / 8; k < 8; k++, s += row) {
                bits |= (rows[s] & 0xFFL) << (8 * k);
            }
            putLong(plane, to + i, transposed(bits));
        }
    }

    /** Eight bytes as a square of bits, transposed. */
    private static long transposed(long square) {
        long x = square;
        long t = (x ^ x >>> 7) & 0x00AA_00AA_00AA_00AAL;
        x ^= t ^ t << 7;
        t = (x ^ x >>> 14) & 0x0000_CCCC_0000_CCCCL;
        x ^= t ^ t << 14;
        t = (x ^ x >>> 28) & 0x0000_0000_F0F0_F0F0L;
        return x ^ t ^ t << 28;
    }
}
