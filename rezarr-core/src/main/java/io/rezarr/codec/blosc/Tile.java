package io.rezarr.codec.blosc;

import static io.rezarr.codec.blosc.Words.getLong;
import static io.rezarr.codec.blosc.Words.putLong;

import io.rezarr.memory.Workspace;

/**
 * Eight rows of longs, between which bits change places: what shuffles of eight columns and of bits are made of.
 *
 * <p>The exchanges are loops over one array at constant distances, since the compilers of the JVM turn those into
 * vector instructions. Rows are long enough for that to pay, and all of them fit into the first-level cache. Few longs go
 * into short rows, as the exchanges go over whole ones. Not safe for use by several threads; kept with a workspace.
 */
final class Tile implements AutoCloseable {
    /** The most longs of a row. */
    static final int ROW = 128;

    private static final int SHORT_ROW = 16;
    private static final int ROWS = 8;

    static final int BYTES = ROWS * ROW * Long.BYTES;

    private final long[] words = new long[ROWS * ROW];

    /** The longs of a row at present: one of the two lengths. */
    private int row = ROW;

    static Tile of(Workspace workspace) {
        return workspace.context(Tile.class, "", Tile::new);
    }

    /** Fills the first {@code count} longs of each row; rows lie {@code distance} bytes apart. */
    void loadRows(byte[] source, int from, int distance, int count) {
        row = rowFor(count);
        for (int i = 0; i < ROWS; i++) {
            int at = from + i * distance;
            int first = i * row;
            for (int k = 0; k < count; k++) {
                words[first + k] = getLong(source, at + k * Long.BYTES);
            }
        }
    }

    private static int rowFor(int count) {
        return count <= SHORT_ROW ? SHORT_ROW : ROW;
    }

    /** The inverse of {@link #loadRows}. */
    void storeRows(byte[] target, int to, int distance, int count) {
        for (int i = 0; i < ROWS; i++) {
            int at = to + i * distance;
            int first = i * row;
            for (int k = 0; k < count; k++) {
                putLong(target, at + k * Long.BYTES, words[first + k]);
            }
        }
    }

    /** Fills the first {@code count} longs of each row, all rows in turn; longs lie {@code stride} bytes apart. */
    void loadInTurn(byte[] source, int from, int stride, int count) {
        int distance = rowFor(count);
        row = distance;
        for (int i = 0, at = from; i < count; i++, at += ROWS * stride) {
            words[i] = getLong(source, at);
            words[i + distance] = getLong(source, at + stride);
            words[i + 2 * distance] = getLong(source, at + 2 * stride);
            words[i + 3 * distance] = getLong(source, at + 3 * stride);
            words[i + 4 * distance] = getLong(source, at + 4 * stride);
            words[i + 5 * distance] = getLong(source, at + 5 * stride);
            words[i + 6 * distance] = getLong(source, at + 6 * stride);
            words[i + 7 * distance] = getLong(source, at + 7 * stride);
        }
    }

    /** The inverse of {@link #loadInTurn}. */
    void storeInTurn(byte[] target, int to, int stride, int count) {
        int distance = row;
        for (int i = 0, at = to; i < count; i++, at += ROWS * stride) {
            putLong(target, at, words[i]);
            putLong(target, at + stride, words[i + distance]);
            putLong(target, at + 2 * stride, words[i + 2 * distance]);
            putLong(target, at + 3 * stride, words[i + 3 * distance]);
            putLong(target, at + 4 * stride, words[i + 4 * distance]);
            putLong(target, at + 5 * stride, words[i + 5 * distance]);
            putLong(target, at + 6 * stride, words[i + 6 * distance]);
            putLong(target, at + 7 * stride, words[i + 7 * distance]);
        }
    }

    /** Transposes the eight by eight bytes of each column of longs. Its own inverse. */
    void transposeBytes() {
        // Two calls with a constant each, not one with the field: see above.
        if (row == ROW) {
            transposeBytes(words, ROW);
        } else {
            transposeBytes(words, SHORT_ROW);
        }
    }

    private static void transposeBytes(long[] words, int row) {
        exchange(words, row, 4 * row, 32, 0x0000_0000_FFFF_FFFFL);
        exchange(words, row, 2 * row, 16, 0x0000_FFFF_0000_FFFFL);
        exchange(words, row, row, 8, 0x00FF_00FF_00FF_00FFL);
    }

    /** Transposes the eight by eight bits whose bytes lie in one place of the eight rows. Its own inverse. */
    void transposeBits() {
        if (row == ROW) {
            transposeBits(words, ROW);
        } else {
            transposeBits(words, SHORT_ROW);
        }
    }

    private static void transposeBits(long[] words, int row) {
        exchange(words, row, 4 * row, 4, 0x0F0F_0F0F_0F0F_0F0FL);
        exchange(words, row, 2 * row, 2, 0x3333_3333_3333_3333L);
        exchange(words, row, row, 1, 0x5555_5555_5555_5555L);
    }

    /**
     * Exchanges the upper half of each group of {@code 2 * shift} bits with the lower half of the group in the long that lies
     * {@code distance} behind.
     *
     * @param lower has the bits of the lower halves
     */
    private static void exchange(long[] words, int row, int distance, int shift, long lower) {
        for (int begin = 0; begin < ROWS * row; begin += 2 * distance) {
            for (int i = begin; i < begin + distance; i++) {
                long first = words[i];
                long second = words[i + distance];
                long changed = (first >>> shift ^ second) & lower;
                words[i] = first ^ changed << shift;
                words[i + distance] = second ^ changed;
            }
        }
    }

    @Override
    public void close() {}
}
