package io.rezarr.codec;

import java.util.Objects;

/**
 * The bytes of a decoded chunk that are needed: runs of one length at one distance, as a box has them along its
 * fastest and one more axis.
 *
 * @param first the offset of the first run
 * @param runBytes of each run, at least 1
 * @param strideBytes from one run's start to the next one's, at least {@code runBytes}
 * @param runs at least 1
 */
public record NeededBytes(long first, long runBytes, long strideBytes, long runs) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one of them is too small
     * @throws ArithmeticException if the end is beyond 2^63 - 1
     */
    public NeededBytes {
        if (first < 0 || runBytes < 1 || strideBytes < runBytes || runs < 1) {
            throw new IllegalArgumentException("first is " + first + ", runBytes " + runBytes + ", strideBytes "
                    + strideBytes + ", runs " + runs + "; must be at least 0, 1, runBytes, 1");
        }
        Math.addExact(first, Math.addExact(Math.multiplyExact(strideBytes, runs - 1), runBytes));
    }

    /** One run, up to {@code end} and without it. */
    public static NeededBytes range(long first, long end) {
        return new NeededBytes(first, end - first, end - first, 1);
    }

    /** Behind the last byte. */
    public long end() {
        return first + strideBytes * (runs - 1) + runBytes;
    }

    /** How many bytes lie from the first to the last, those between the runs included. */
    public long spanBytes() {
        return end() - first;
    }

    /** Whether any of the bytes from {@code from} on up to {@code to}, without it, is needed. */
    public boolean isNeeded(long from, long to) {
        // The first run that ends behind from.
        long run = from < first + runBytes ? 0 : (from - first - runBytes) / strideBytes + 1;
        return run < runs && first + run * strideBytes < to;
    }

    void requireWithin(long decodedBytes) {
        Objects.checkFromToIndex(first, end(), decodedBytes);
    }
}
