package io.rezarr.plan;

import io.rezarr.memory.Arithmetic;
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
 * @param frameBytes that a thread's workspace lends to read a frame
 */
public record ShufflePlan(
        ShuffleLimits limits,
        long buckets,
        long pieceBytes,
        int levels,
        long writtenBytes,
        long scratchBytes,
        long writingBytes,
        long frameBytes) {

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
     * @param room bytes of memory there are for its buffers, and for what the frames make workspaces larger
     */
    static @Nullable ShufflePlan of(Load load, long room, int threads) {
        if (load.maxPieceBytes > ShuffleLimits.MAX_PIECE_BYTES || room <= 0) {
            return null;
        }
        long frames = Arithmetic.times(threads, limitsOf(load, room, threads).readBytesPerThread());
        if (frames >= room) {
            return null;
        }
        ShuffleLimits limits = limitsOf(load, room - frames, threads);
        if (limits.leastMemoryBytes() > limits.memoryBytes()) {
            return null;
        }
        limits = limits.withFewestLevels(load.buckets, load.bytes);
        return new ShufflePlan(
                limits,
                load.buckets,
                load.bytes,
                limits.levels(load.buckets, load.bytes),
                limits.writtenBytes(load.buckets, load.bytes, load.pieces),
                limits.scratchBytes(load.buckets, load.bytes, load.pieces),
                limits.memoryNeeded(load.buckets, load.bytes),
                limits.readBytesPerThread());
    }

    /** The least memory that its buffers take, on one thread. */
    static long leastWritingBytes(Load load) {
        // What frames make a workspace larger is room for them, too, and not asked back where it has other buffers.
        ShuffleLimits limits = limitsOf(load, 1, 1);
        return Arithmetic.plus(limits.leastMemoryBytes(), limits.readBytesPerThread());
    }

    static long leastFrameBytes(Load load) {
        return limitsOf(load, 1, 1).readBytesPerThread();
    }

    private static ShuffleLimits limitsOf(Load load, long memoryBytes, int threads) {
        // A partition is to be one bucket.
        ShuffleLimits limits = ShuffleLimits.of(memoryBytes, 1, threads);
        return limits.withMaxPieceBytes((int) Math.min(ShuffleLimits.MAX_PIECE_BYTES, load.maxPieceBytes));
    }
}
