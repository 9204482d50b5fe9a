package io.rezarr.codec.blosc;

import static io.rezarr.codec.blosc.Words.getLong;
import static io.rezarr.codec.blosc.Words.putLong;

import io.rezarr.memory.Workspace;

/**
 * Eight rows of longs, between which bits change places: what shuffles of eight columns and of bits are made of.
 *
 * <p>The exchanges are loops over one array at constant distances, since the compilers of the JVM turn those into vector
 * instructions; rows are long enough for that to pay, and all of them fit into the first-level cache. Not safe for use by several
 * threads; kept with a workspace.
 */
final class Tile implements AutoCloseable {
    /** The longs of a row. */
    static final int ROW = 128;

    private static final int ROWS = 8;

    static final int BYTES = ROWS * ROW * Long.BYTES;

    private final long[] words = new long[ROWS * ROW];

    static Tile of(Workspace workspace) {
        return workspace.context(Tile.class, "", Tile::new);
    }

    /** Fills the first {@code count} longs of each row; rows lie {@code distance} bytes apart. */
    void loadRows(byte[] source, int from, int distance, int count) {
        for (int row = 0; row < ROWS; row++) {
            int at = from + row * distance;
            int first = row * ROW;
            for (int i = 0; i < count; i++) {
                words[first + i] = getLong(source, at + i * Long.BYTES);
            }
        }
    }

    /** The inverse of {@link #loadRows}. */
    void storeRows(byte[] target, int to, int distance, int count) {
        for (int row = 0; row < ROWS; row++) {
            int at = to + row * distance;
            int first = row * ROW;
            for (int i = 0; i < count; i++) {
                putLong(target, at + i * Long.BYTES, words[first + i]);
            }
        }
    }

    /** Fills the first {@code count} longs of each row, all rows in turn; longs lie {@code stride} bytes apart. */
    void loadInTurn(byte[] source, int from, int stride, int count) {
        for (int i = 0, at = from; i < count; i++, at += ROWS * stride) {
            words[i] = getLong(source, at);
            words[i + ROW] = getLong(source, at + stride);
            words[i + 2 * ROW] = getLong(source, at + 2 * stride);
            words[i + 3 * ROW] = getLong(source, at + 3 * stride);
            words[i + 4 * ROW] = getLong(source, at + 4 * stride);
            words[i + 5 * ROW] = getLong(source, at + 5 * stride);
            words[i + 6 * ROW] = getLong(source, at + 6 * stride);
            words[i + 7 * ROW] = getLong(source, at + 7 * stride);
        }
    }

    /** The inverse of {@link #loadInTurn}. */
    void storeInTurn(byte[] target, int to, int stride, int count) {
        for (int i = 0, at = to; i < count; i++, at += ROWS * stride) {
            putLong(target, at, words[i]);
            putLong(target, at + stride, words[i + ROW]);
            putLong(target, at + 2 * stride, words[i + 2 * ROW]);
            putLong(target, at + 3 * stride, words[i + 3 * ROW]);
            putLong(target, at + 4 * stride, words[i + 4 * ROW]);
            putLong(target, at + 5 * stride, words[i + 5 * ROW]);
            putLong(target, at + 6 * stride, words[i + 6 * ROW]);
            putLong(target, at + 7 * stride, words[i + 7 * ROW]);
        }
    }

    /** Transposes the eight by eight bytes of each column of longs. Its own inverse. */
    void transposeBytes() {
        exchange(words, 4 * ROW, 32, 0x0000_0000_FFFF_FFFFL);
        exchange(words, 2 * ROW, 16, 0x0000_FFFF_0000_FFFFL);
        exchange(words, ROW, 8, 0x00FF_00FF_00FF_00FFL);
    }

    /** Transposes the eight by eight bits whose bytes lie in one place of the eight rows. Its own inverse. */
    void transposeBits() {
        exchange(words, 4 * ROW, 4, 0x0F0F_0F0F_0F0F_0F0FL);
        exchange(words, 2 * ROW, 2, 0x3333_3333_3333_3333L);
        exchange(words, ROW, 1, 0x5555_5555_5555_5555L);
    }

    /** Of all pairs of longs {@code distance} apart: the upper half of the first with the lower half of the second one, of every bit group. */
    private static void exchange(long[] words, int distance, int shift, long lower) {
        for (int begin = 0; begin < ROWS * ROW; begin += 2 * distance) {
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
