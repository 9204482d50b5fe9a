package io.rezarr.vectors.model;

import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of an array family, numbered from 0 in the order of their keys. Takes 8 bytes for each coordinate. Immutable.
 */
public final class ChunkIndex {
    private final int rank;
    private final int size;
    /** The coordinates of all keys, one key after the other. */
    private final long[] packed;

    private ChunkIndex(int rank, int size, long... packed) {
        this.rank = rank;
        this.size = size;
        this.packed = packed;
    }

    /**
     * @param keys in any order; repeated ones count once
     * @throws IllegalArgumentException if one of them has another rank
     */
    public static ChunkIndex of(int rank, Collection<ChunkKey> keys) {
        ChunkKey[] sorted = keys.stream().distinct().sorted().toArray(ChunkKey[]::new);
        long[] packed = new long[Math.multiplyExact(rank, sorted.length)];
        for (int chunk = 0; chunk < sorted.length; chunk++) {
            ChunkKey key = sorted[chunk];
            if (key.rank() != rank) {
                throw new IllegalArgumentException("chunk " + key + " has " + key.rank() + " axes, must have " + rank);
            }
            for (int axis = 0; axis < rank; axis++) {
                packed[chunk * rank + axis] = key.coordinate(axis);
            }
        }
        return new ChunkIndex(rank, sorted.length, packed);
    }

    public int size() {
        return size;
    }

    /** How many coordinates each key has. */
    public int rank() {
        return rank;
    }

    public long coordinate(int chunk, int axis) {
        return packed[chunk * rank + axis];
    }

    public ChunkKey key(int chunk) {
        return ChunkKey.of(Arrays.copyOfRange(packed, chunk * rank, (chunk + 1) * rank));
    }

    /** The number of a chunk; -1 if it is not among them. */
    public int find(@Nullable ChunkKey key) {
        return key == null || key.rank() != rank ? -1 : find(key.toArray(), 0);
    }

    /** Likewise, of the key whose coordinates stand in an array from an index on. */
    public int find(long[] coordinates, int from) {
        int low = 0;
        int high = size - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Arrays.compare(packed, middle * rank, middle * rank + rank, coordinates, from, from + rank);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    public boolean contains(ChunkKey key) {
        return find(key) >= 0;
    }

    /** Whether the other has the same keys. */
    public boolean hasKeysOf(ChunkIndex other) {
        return size == other.size && Arrays.equals(packed, other.packed);
    }

    @Override
    public String toString() {
        return size + " chunks";
    }
}
