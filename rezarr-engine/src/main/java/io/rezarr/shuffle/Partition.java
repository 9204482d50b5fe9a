package io.rezarr.shuffle;

/**
 * A contiguous range of buckets whose pieces are in one scratch file.
 *
 * @param number its place among the partitions of its shuffle, from 0
 * @param firstBucket the first bucket of the range
 * @param endBucket the bucket after the last one
 * @param pieces how many there are
 * @param bytes of all pieces, without headers
 * @param frames how many can be read, each for itself
 */
public record Partition(int number, long firstBucket, long endBucket, long pieces, long bytes, long frames) {
    public long buckets() {
        return endBucket - firstBucket;
    }

    /** Whether {@link Shuffle#split} can make smaller ones of it. */
    public boolean isSplittable() {
        return buckets() > 1;
    }
}
