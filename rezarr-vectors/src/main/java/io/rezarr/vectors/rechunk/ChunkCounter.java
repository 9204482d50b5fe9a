package io.rezarr.vectors.rechunk;

import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.ChunkKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Counts by chunk, for chunks that turn up in any order. */
public final class ChunkCounter {
    private final int rank;
    private long[] packed;
    private long[] counts = new long[16];
    private int[] slots = new int[32];
    private int size;

    public ChunkCounter(int rank) {
        this.rank = rank;
        this.packed = new long[16 * rank];
        Arrays.fill(slots, -1);
    }

    void clear() {
        size = 0;
        Arrays.fill(slots, -1);
    }

    int size() {
        return size;
    }

    long count(int number) {
        return counts[number];
    }

    /** The number of a chunk, in the order in which they turned up. */
    int number(long[] coordinates) {
        int mask = slots.length - 1;
        int at = hash(coordinates, 0) & mask;
        while (slots[at] >= 0) {
            if (Arrays.equals(packed, slots[at] * rank, (slots[at] + 1) * rank, coordinates, 0, rank)) {
                return slots[at];
            }
            at = (at + 1) & mask;
        }
        return insert(coordinates, at);
    }

    private int insert(long[] coordinates, int slot) {
        if (size == counts.length) {
            counts = Arrays.copyOf(counts, 2 * size);
            packed = Arrays.copyOf(packed, Math.multiplyExact(2 * size, rank));
        }
        System.arraycopy(coordinates, 0, packed, size * rank, rank);
        counts[size] = 0;
        slots[slot] = size++;
        if (2 * size > slots.length) {
            rehash();
        }
        return size - 1;
    }

    private void rehash() {
        slots = new int[2 * slots.length];
        Arrays.fill(slots, -1);
        int mask = slots.length - 1;
        for (int number = 0; number < size; number++) {
            int at = hash(packed, number * rank) & mask;
            while (slots[at] >= 0) {
                at = (at + 1) & mask;
            }
            slots[at] = number;
        }
    }

    private int hash(long[] coordinates, int from) {
        long hash = 0;
        for (int axis = 0; axis < rank; axis++) {
            hash = (hash ^ coordinates[from + axis]) * 0x9e3779b97f4a7c15L;
            hash ^= hash >>> 32;
        }
        return (int) hash;
    }

    public void add(long[] coordinates, long count) {
        // Looked up first: that may put a longer array in the place of the one that is added to.
        int number = number(coordinates);
        counts[number] += count;
    }

    void coordinates(int number, long[] into) {
        System.arraycopy(packed, number * rank, into, 0, rank);
    }

    public ChunkIndex index() {
        List<ChunkKey> keys = new ArrayList<>(size);
        for (int number = 0; number < size; number++) {
            keys.add(ChunkKey.of(Arrays.copyOfRange(packed, number * rank, (number + 1) * rank)));
        }
        return ChunkIndex.of(rank, keys);
    }

    /** The counts in the order of an index of these chunks. */
    public long[] countsBy(ChunkIndex index) {
        long[] ordered = new long[index.size()];
        for (int number = 0; number < size; number++) {
            ordered[index.find(packed, number * rank)] = counts[number];
        }
        return ordered;
    }
}
