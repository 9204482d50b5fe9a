package io.rezarr.shuffle;

import static io.rezarr.memory.Arithmetic.ceilDiv;
import static io.rezarr.memory.Arithmetic.plus;
import static io.rezarr.memory.Arithmetic.times;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.memory.Workspace;

/**
 * How a shuffle is laid out within limits, and what it will take. Pure arithmetic: a planner asks it before the run, and {@link Shuffle} does
 * what it says. Every figure is an upper bound; huge ones are {@code Long.MAX_VALUE}.
 *
 * <p>A level is one pass of the data to scratch and back. Pieces are taken to be spread evenly over the buckets: skew makes more levels.
 *
 * @param memoryBytes what the buffers of a shuffle that is written may take; a quarter of it is for frames that are being filled
 * @param partitionBytes what a partition should have at most, so that its reader can take it at once
 * @param threads that write at the same time; more of them have to wait for each other
 * @param frameBytes what is written to a file at once, if pieces are smaller; with its overhead
 * @param maxPieceBytes the longest piece. Where that exceeds what a frame holds, each thread takes so much more.
 */
public record ShuffleLimits(
        long memoryBytes,
        long partitionBytes,
        int threads,
        int frameBytes,
        int maxPieceBytes,
        Compression compression) {
    /** The most partitions a shuffle has, each a file. */
    public static final int MAX_PARTITIONS = 256;

    /** The longest piece that any limits allow. */
    public static final int MAX_PIECE_BYTES = 1 << 30;

    private static final int MIN_FRAME_BYTES = 128;
    private static final int MAX_FRAME_BYTES = 64 << 20;

    /** Larger frames are not written faster; smaller ones than the second cost more calls than they are worth. */
    private static final int DEFAULT_FRAME_BYTES = 1 << 20;

    private static final int LEAST_FRAME_BYTES = 64 << 10;

    /** The frames that are being filled take at most this part of the memory. */
    private static final int MEMORY_PER_FRAME = 4;

    /** A small budget has frames of which this many could be filled at once. */
    private static final int USUAL_PARTITIONS = 16;

    public ShuffleLimits {
        require("memoryBytes", memoryBytes, 1, Long.MAX_VALUE);
        require("partitionBytes", partitionBytes, 1, Long.MAX_VALUE);
        require("threads", threads, 1, Integer.MAX_VALUE);
        require("frameBytes", frameBytes, MIN_FRAME_BYTES, MAX_FRAME_BYTES);
        require("maxPieceBytes", maxPieceBytes, 0, MAX_PIECE_BYTES);
    }

    private static void require(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " is " + value + ", must be from " + least + " to " + most);
        }
    }

    /** Frames of 1 MiB, smaller ones for less than 64 MiB of memory; pieces that fit a frame; no compression. */
    public static ShuffleLimits of(long memoryBytes, long partitionBytes, int threads) {
        long fair = Long.highestOneBit(Math.max(1, memoryBytes / (MEMORY_PER_FRAME * USUAL_PARTITIONS)));
        int frameBytes = (int) Math.max(LEAST_FRAME_BYTES, Math.min(DEFAULT_FRAME_BYTES, fair));
        int pieceBytes = pieceRoom(frameBytes);
        return new ShuffleLimits(memoryBytes, partitionBytes, threads, frameBytes, pieceBytes, Compression.NONE);
    }

    /** The longest piece that fits a frame. */
    private static int pieceRoom(int frameBytes) {
        return frameBytes - FrameFormat.FRAME_OVERHEAD_BYTES - FrameFormat.PIECE_HEADER_BYTES;
    }

    public ShuffleLimits withFrameBytes(int bytes) {
        return new ShuffleLimits(memoryBytes, partitionBytes, threads, bytes, maxPieceBytes, compression);
    }

    public ShuffleLimits withMaxPieceBytes(int bytes) {
        return new ShuffleLimits(memoryBytes, partitionBytes, threads, frameBytes, bytes, compression);
    }

    public ShuffleLimits withCompression(Compression choice) {
        return new ShuffleLimits(memoryBytes, partitionBytes, threads, frameBytes, maxPieceBytes, choice);
    }

    /** These limits, with frames so much smaller (64 KiB at least) as saves a level. */
    public ShuffleLimits withFewestLevels(long buckets, long bytes) {
        ShuffleLimits best = this;
        for (int smaller = frameBytes / 2; smaller >= LEAST_FRAME_BYTES; smaller /= 2) {
            ShuffleLimits limits = withFrameBytes(smaller);
            if (limits.levels(buckets, bytes) < best.levels(buckets, bytes)) {
                best = limits;
            }
        }
        return best;
    }

    /** Whether a piece as long as allowed does not fit a frame. */
    boolean hasOversizePieces() {
        return maxPieceBytes > pieceRoom(frameBytes);
    }

    /** The array for a frame of its own that holds the longest piece. */
    int oversizeBytes() {
        return maxPieceBytes + FrameFormat.FRAME_OVERHEAD_BYTES + FrameFormat.PIECE_HEADER_BYTES;
    }

    /** The array for any frame. */
    int largestFrameBytes() {
        return hasOversizePieces() ? oversizeBytes() : frameBytes;
    }

    /** The array for any frame once compressed; 0 if none is. */
    int compressedBytes() {
        return compression == Compression.NONE ? 0 : Lz4Frames.maxFrameBytes(largestFrameBytes());
    }

    /** What a thread takes beside the frames that all share: one that it writes, one for a long piece, one compressed. */
    private long bytesPerThread() {
        return (long) frameBytes + (hasOversizePieces() ? oversizeBytes() : 0) + compressedBytes();
    }

    /** How many frames are in use at once. */
    int frames(int partitions) {
        return Math.addExact(partitions, threads);
    }

    /** What the buffers of one shuffle with so many partitions take while it is written. */
    long memoryOf(int partitions) {
        return plus(times(partitions, frameBytes), times(threads, bytesPerThread()));
    }

    /** The least {@code memoryBytes} that does with these frames and threads, for two partitions or more. */
    public long leastMemoryBytes() {
        return Math.max(2L * MEMORY_PER_FRAME * frameBytes, memoryOf(2));
    }

    private int mostPartitions() {
        long least = leastMemoryBytes();
        if (memoryBytes < least) {
            throw new InfeasiblePlanException(
                    "%d bytes of memory do not suffice for a shuffle: frames of %d bytes, pieces of up to %d bytes and %d threads take at least %d bytes. Give at least that much, or fewer threads."
                            .formatted(memoryBytes, frameBytes, maxPieceBytes, threads, least));
        }
        long filled = memoryBytes / MEMORY_PER_FRAME / frameBytes;
        long held = (memoryBytes - memoryOf(0)) / frameBytes;
        return (int) Math.min(MAX_PARTITIONS, Math.min(filled, held));
    }

    /** How many buckets a partition of the first level has; the last one may have fewer. */
    long bucketsPerPartition(long buckets, long bytes) {
        require("buckets", buckets, 1, Long.MAX_VALUE);
        require("bytes", bytes, 0, Long.MAX_VALUE);
        long perBucket = Math.max(1, ceilDiv(bytes, buckets));
        long wanted = Math.max(1, partitionBytes / perBucket);
        return Math.max(wanted, ceilDiv(buckets, mostPartitions()));
    }

    /**
     * How many partitions the first level has: as few as hold {@code partitionBytes} or less each, and as many as may be if that does not do.
     *
     * @throws InfeasiblePlanException if the memory does not suffice for two partitions, naming what would do
     */
    public int partitions(long buckets, long bytes) {
        return (int) ceilDiv(buckets, bucketsPerPartition(buckets, bytes));
    }

    /** Of the buckets of a partition that is split: as few as may be in each part, since it may be one bucket that has most of the bytes. */
    long bucketsPerPart(long buckets) {
        return bucketsPerPartition(buckets, Long.MAX_VALUE);
    }

    /** How often the data go to scratch until a partition has {@code partitionBytes} or less, or is a single bucket. At least 1. */
    public int levels(long buckets, long bytes) {
        long perBucket = ceilDiv(bytes, buckets);
        long width = bucketsPerPartition(buckets, bytes);
        int levels = 1;
        while (width > 1 && times(width, perBucket) > partitionBytes) {
            width = bucketsPerPart(width);
            levels++;
        }
        return levels;
    }

    /** What the buffers of the shuffle take at most, over all levels. Those who read take {@link #readBytesPerThread} each. */
    public long memoryNeeded(long buckets, long bytes) {
        long width = bucketsPerPartition(buckets, bytes);
        long most = memoryOf((int) ceilDiv(buckets, width));
        for (int level = levels(buckets, bytes); level > 1; level--) {
            long next = bucketsPerPart(width);
            most = Math.max(most, memoryOf((int) ceilDiv(width, next)));
            width = next;
        }
        return most;
    }

    /** What reading a frame takes of a thread's workspace. */
    public long readBytesPerThread() {
        long frame = Workspace.sizeFor(largestFrameBytes());
        return compression == Compression.NONE ? frame : frame + Workspace.sizeFor(compressedBytes());
    }

    /** What all levels write to scratch, headers and indexes included. */
    public long writtenBytes(long buckets, long bytes, long pieces) {
        long written = 0;
        long files = 1;
        for (int level = levels(buckets, bytes); level > 0; level--) {
            // Each file of a level is split into so many of the next.
            files = Math.min(buckets, times(files, mostPartitions()));
            written = plus(written, levelBytes(bytes, pieces, files));
        }
        return written;
    }

    /** What is in scratch at most at once, if partitions are split one after the other and released when they were read. */
    public long scratchBytes(long buckets, long bytes, long pieces) {
        long perBucket = ceilDiv(bytes, buckets);
        long width = bucketsPerPartition(buckets, bytes);
        long most = levelBytes(bytes, pieces, mostPartitions());
        for (int level = levels(buckets, bytes); level > 1; level--) {
            long part = Math.min(bytes, times(width, perBucket));
            long partPieces = Math.min(pieces, times(width, ceilDiv(pieces, buckets)));
            most = plus(most, levelBytes(part, partPieces, mostPartitions()));
            width = bucketsPerPart(width);
        }
        return most;
    }

    /** The files of one level. Of two frames that follow each other, the pieces would not have fit one. */
    private long levelBytes(long bytes, long pieces, long files) {
        long payload = plus(bytes, times(pieces, FrameFormat.PIECE_HEADER_BYTES));
        long room = (long) frameBytes - FrameFormat.FRAME_OVERHEAD_BYTES;
        long frames = Math.min(pieces, plus(times(2, ceilDiv(payload, room)), files));
        long perFrame = (long) FrameFormat.FRAME_OVERHEAD_BYTES + Long.BYTES;
        return plus(plus(payload, times(frames, perFrame)), times(files, FrameFormat.indexBytes(0)));
    }
}
