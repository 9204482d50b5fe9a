package io.rezarr.codec;

import java.util.Arrays;

/** Where the inner chunks of a shard lie, by position. Mutable while a shard is written; not safe for use by several threads then. */
public final class ShardIndex {
    private final long[] offsets;
    private final long[] lengths;

    /** An index in which every inner chunk is absent. */
    public ShardIndex(int innerChunks) {
        offsets = new long[innerChunks];
        lengths = new long[innerChunks];
        Arrays.fill(offsets, -1);
        Arrays.fill(lengths, -1);
    }

    public int innerChunks() {
        return offsets.length;
    }

    public boolean isAbsent(int position) {
        return offsets[position] == -1;
    }

    /** From the start of the shard, in bytes; -1 if absent. */
    public long offset(int position) {
        return offsets[position];
    }

    /** In bytes; -1 if absent. */
    public long length(int position) {
        return lengths[position];
    }

    public void set(int position, long offset, long length) {
        offsets[position] = offset;
        lengths[position] = length;
    }
}
