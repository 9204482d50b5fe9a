package io.rezarr.vectors.pyramid;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.vectors.model.FragmentIndex;
import io.rezarr.vectors.model.VertexFormat;
import io.rezarr.vectors.model.WorldVector;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The rows of one chunk by the bins that metavertices are made of: rows of one bin are a group. Groups are numbered in the order in which rows come; the same
 * chunk gives the same groups again. Rows in no fragment are in none.
 *
 * <p>A bin is {@code floor((float) position / bin)}: metavertices are float32 whatever positions are, and so are their bins in the reference implementation.
 */
final class ChunkGroups {
    /** In no group. */
    static final int NONE = -1;

    /** Farther away than that, neighbouring bins are one number. */
    private static final double MAX_BIN = 1L << 52;

    private static final int BLOCK = 1 << 8;

    private final double[] bin;
    private int rows;
    private int groups;
    private int[] groupOf = new int[0];
    private long[] bins = new long[0];
    private int[] slots = new int[0];
    /** Of some rows that follow one another: coordinates along one axis, and bins along all, one axis after the other. */
    private final double[] block = new double[BLOCK];

    private final long[] blockBins;

    ChunkGroups(WorldVector bin) {
        this.bin = bin.toArray();
        this.blockBins = new long[BLOCK * bin.dimensions()];
    }

    /** What grouping a row takes. */
    static long rowBytes(int dimensions) {
        return 4 + 16 + 8L * dimensions;
    }

    /** @param place of the chunk, for messages */
    void group(ByteBuffer positions, VertexFormat format, FragmentIndex fragments, int count, String place) {
        rows = count;
        groups = 0;
        if (groupOf.length < count) {
            groupOf = new int[count];
            bins = new long[count * bin.length];
            slots = new int[Math.max(4, Integer.highestOneBit(Math.max(1, count - 1)) << 2)];
        }
        Arrays.fill(groupOf, 0, count, NONE);
        int mask = Math.max(4, Integer.highestOneBit(Math.max(1, count - 1)) << 2) - 1;
        Arrays.fill(slots, 0, mask + 1, NONE);
        boolean tiles = fragments.tiles(count);
        for (int f = 0; !tiles && f < fragments.size(); f++) {
            for (long i = 0; i < fragments.rows(f); i++) {
                groupOf[(int) fragments.row(f, i)] = 0;
            }
        }
        for (int first = 0; first < count; first += BLOCK) {
            int size = Math.min(BLOCK, count - first);
            for (int axis = 0; axis < bin.length; axis++) {
                format.coordinates(positions, first, size, axis, block);
                putBins(first, size, axis, tiles, place);
            }
            for (int i = 0; i < size; i++) {
                if (tiles || groupOf[first + i] != NONE) {
                    groupOf[first + i] = find(i, mask);
                }
            }
        }
    }

    private void putBins(int firstRow, int size, int axis, boolean tiles, String place) {
        double side = bin[axis];
        for (int i = 0; i < size; i++) {
            double number = (float) block[i] / side;
            if (!(Math.abs(number) <= MAX_BIN) && (tiles || groupOf[firstRow + i] != NONE)) {
                throw new UnsupportedFeatureException(
                        "Row " + (firstRow + i) + " of '" + place + "' lies at " + block[i]
                                + " along axis " + axis + ", which is in no bin of " + side
                                + ": a pyramid is made of finite positions. Remove such vertices, or take larger bins.");
            }
            long towardsZero = (long) number;
            blockBins[axis * BLOCK + i] = towardsZero > number ? towardsZero - 1 : towardsZero;
        }
    }

    private int find(int inBlock, int mask) {
        int dimensions = bin.length;
        int at = groups * dimensions;
        long hash = 0;
        for (int axis = 0; axis < dimensions; axis++) {
            long coordinate = blockBins[axis * BLOCK + inBlock];
            bins[at + axis] = coordinate;
            hash = (hash ^ coordinate) * 0x9e3779b97f4a7c15L;
            hash ^= hash >>> 32;
        }
        int slot = (int) hash & mask;
        while (slots[slot] != NONE && !isSame(slots[slot] * dimensions, at)) {
            slot = (slot + 1) & mask;
        }
        if (slots[slot] == NONE) {
            slots[slot] = groups++;
        }
        return slots[slot];
    }

    private boolean isSame(int one, int other) {
        for (int axis = 0; axis < bin.length; axis++) {
            if (bins[one + axis] != bins[other + axis]) {
                return false;
            }
        }
        return true;
    }

    int groups() {
        return groups;
    }

    int rows() {
        return rows;
    }

    /** The group of a row, or {@link #NONE}. */
    int groupOf(int row) {
        return groupOf[row];
    }

    long bin(int group, int axis) {
        return bins[group * bin.length + axis];
    }
}
