package io.rezarr.rechunk;

/**
 * How much of an array is stored. A chunk here is what one key holds: a shard, if the array is sharded.
 *
 * @param chunks of the grid
 * @param objects of those, the ones that are stored
 * @param bytes they take
 * @param innerChunks inside the array, if it is sharded and its indexes can be read; else -1
 * @param storedInnerChunks of those, the ones that are stored; -1 likewise
 */
public record StoredChunks(long chunks, long objects, long bytes, long innerChunks, long storedInnerChunks) {
    public long absentChunks() {
        return chunks - objects;
    }

    /** Whether {@link #innerChunks} are known. */
    public boolean knowsInnerChunks() {
        return innerChunks >= 0;
    }
}
