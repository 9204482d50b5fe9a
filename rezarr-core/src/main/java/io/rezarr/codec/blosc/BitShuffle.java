package io.rezarr.codec.blosc;

import static io.rezarr.codec.blosc.Words.getLong;
import static io.rezarr.codec.blosc.Words.putLong;

/**
 * Bit shuffle as Blosc 1 does it: first the lowest bits of the first bytes of all elements, eight elements a byte, then
 * their second bits, and so on. A block whose number of elements is not a multiple of eight is left as it is.
 *
 * <p>A byte shuffle makes a plane for each byte of the elements; each plane becomes eight rows of bits, 64 elements
 * in one step of a {@link Tile}.
 */
final class BitShuffle {
    private static final int STEP = 64;

    private BitShuffle() {}

    /** @param planes of at least {@code bytes}, for the step between */
    static void shuffle(
            int typesize, byte[] source, int from, int bytes, byte[] target, int to, byte[] planes, Tile tile) {
        int elements = bytes / typesize;
        if (elements % 8 != 0) {
            System.arraycopy(source, from, target, to, bytes);
            return;
        }
        byte[] plane = source;
        int at = from;
        if (typesize > 1) {
            Shuffle.shuffle(typesize, source, from, bytes, planes, 0, tile);
            plane = planes;
            at = 0;
        }
        for (int column = 0; column < typesize; column++) {
            toRows(plane, at + column * elements, target, to + column * elements, elements, tile);
        }
        int whole = elements * typesize;
        System.arraycopy(source, from + whole, target, to + whole, bytes - whole);
    }

    /** @param planes of at least {@code bytes}, for the step between */
    static void unshuffle(
            int typesize, byte[] source, int from, int bytes, byte[] target, int to, byte[] planes, Tile tile) {
        int elements = bytes / typesize;
        if (elements % 8 != 0) {
            System.arraycopy(source, from, target, to, bytes);
            return;
        }
        byte[] plane = typesize > 1 ? planes : target;
        int at = typesize > 1 ? 0 : to;
        int whole = elements * typesize;
        for (int column = 0; column < typesize; column++) {
            toPlane(source, from + column * elements, plane, at + column * elements, elements, tile);
        }
        if (typesize > 1) {
            Shuffle.unshuffle(typesize, planes, 0, whole, target, to, tile);
        }
        System.arraycopy(source, from + whole, target, to + whole, bytes - whole);
    }

    /** One byte of each element to eight rows of bits: the bytes of elements that are eight apart together, then the bits of one place. */
    private static void toRows(byte[] plane, int from, byte[] rows, int to, int elements, Tile tile) {
        int row = elements / 8;
        for (int i = 0; i <= elements - STEP; i += STEP * Tile.ROW) {
            int count = Math.min(Tile.ROW, (elements - i) / STEP);
            tile.loadInTurn(plane, from + i, Long.BYTES, count);
            tile.transposeBytes();
            tile.transposeBits();
            tile.storeRows(rows, to + i / 8, row, count);
        }
        for (int i = elements - elements % STEP; i < elements; i += 8) {
            long bits = transposed(getLong(plane, from + i));
            for (int k = 0, d = to + i / 8; k < 8; k++, d += row) {
                rows[d] = (byte) (bits >>> (8 * k));
            }
        }
    }

    /** The inverse of {@link #toRows}. */
    private static void toPlane(byte[] rows, int from, byte[] plane, int to, int elements, Tile tile) {
        int row = elements / 8;
        for (int i = 0; i <= elements - STEP; i += STEP * Tile.ROW) {
            int count = Math.min(Tile.ROW, (elements - i) / STEP);
            tile.loadRows(rows, from + i / 8, row, count);
            tile.transposeBits();
            tile.transposeBytes();
            tile.storeInTurn(plane, to + i, Long.BYTES, count);
        }
        for (int i = elements - elements % STEP; i < elements; i += 8) {
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
