package io.rezarr.plan;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.shuffle.ShuffleLimits;
import org.jspecify.annotations.Nullable;

/**
 * How pieces go through scratch files: one bucket for each region, partitioned again until a partition is one region.
 *
 * @param limits of the files and their buffers
 * @param buckets the bound of the numbers of regions
 * @param pieceBytes of all pieces: the decoded array
 * @param levels how often the data go to scratch
 * @param writtenBytes to scratch in all levels, at most
 * @param scratchBytes in scratch at once, at most
 * @param writingBytes of memory for the buffers while pieces are written, in any level
 * @param readingBytes of memory for the buffers while regions are assembled
 */
public record ShufflePlan(
        ShuffleLimits limits,
        long buckets,
        long pieceBytes,
        int levels,
        long writtenBytes,
        long scratchBytes,
        long writingBytes,
        long readingBytes) {

    /**
     * What a shuffle has to carry.
     *
     * @param buckets the bound of the numbers of regions; at least 1
     * @param pieces how many there are
     * @param bytes of all pieces
     * @param maxPieceBytes of the longest one
     */
    record Load(long buckets, long pieces, long bytes, long maxPieceBytes) {}

    /**
     * The shuffle with the fewest levels; {@code null} if it does not fit.
     *
     * @param writingRoom bytes of memory there are while the source is cut
     * @param readingRoom bytes of memory there are while regions are assembled
     */
    static @Nullable ShufflePlan of(Load load, long writingRoom, long readingRoom, int threads) {
        if (load.maxPieceBytes > ShuffleLimits.MAX_PIECE_BYTES || writingRoom <= 0) {
            return null;
        }
        ShuffleLimits limits = limitsOf(load, writingRoom, threads);
        long reading = Arithmetic.times(threads, limits.readBytesPerThread());
        if (limits.leastMemoryBytes() > writingRoom - reading || reading > readingRoom) {
            return null;
        }
        // A further level is read and written at the same time.
        ShuffleLimits room = limitsOf(load, writingRoom - reading, threads).withFewestLevels(load.buckets, load.bytes);
        try {
            return new ShufflePlan(
                    room,
                    load.buckets,
                    load.bytes,
                    room.levels(load.buckets, load.bytes),
                    room.writtenBytes(load.buckets, load.bytes, load.pieces),
                    room.scratchBytes(load.buckets, load.bytes, load.pieces),
                    Arithmetic.plus(reading, room.memoryNeeded(load.buckets, load.bytes)),
                    reading);
        } catch (InfeasiblePlanException e) {
            // Smaller frames make a reader's share smaller, larger ones a writer's: with these it does not fit.
            return null;
        }
    }

    /** The least memory that a shuffle on one thread takes, for writing and for reading. */
    static long leastWritingBytes(Load load) {
        ShuffleLimits limits = limitsOf(load, 1, 1);
        return Arithmetic.plus(limits.leastMemoryBytes(), limits.readBytesPerThread());
    }

    static long leastReadingBytes(Load load) {
        return limitsOf(load, 1, 1).readBytesPerThread();
    }

    private static ShuffleLimits limitsOf(Load load, long memoryBytes, int threads) {
        // A partition is to be one bucket.
        ShuffleLimits limits = ShuffleLimits.of(memoryBytes, 1, threads);
        return limits.withMaxPieceBytes((int) Math.min(ShuffleLimits.MAX_PIECE_BYTES, load.maxPieceBytes));
    }
}
