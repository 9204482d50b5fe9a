package io.rezarr.rechunk;

/**
 * How much of an array is stored. A chunk here is what one key holds: a shard, if the array is sharded.
 *
 * @param chunks of the grid
 * @param objects of those, the ones that are stored; -1 if the store cannot be listed
 * @param bytes they take; -1 likewise
 * @param innerChunks inside the array, if it is sharded and its indexes can be read; else -1
 * @param storedInnerChunks of those, the ones that are stored; -1 likewise
 */
public record StoredChunks(long chunks, long objects, long bytes, long innerChunks, long storedInnerChunks) {
    /** Whether anything is known of what is stored. */
    public boolean isKnown() {
        return objects >= 0;
    }

    /** -1 if that is not known. */
    public long absentChunks() {
        return isKnown() ? chunks - objects : -1;
    }

    /** Whether {@link #innerChunks} are known. */
    public boolean knowsInnerChunks() {
        return innerChunks >= 0;
    }
}
