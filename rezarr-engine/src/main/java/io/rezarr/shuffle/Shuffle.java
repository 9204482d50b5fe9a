package io.rezarr.shuffle;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.memory.MemoryBudget;
import io.rezarr.memory.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sends pieces to buckets through scratch files: everything is written, sealed, and then read partition by partition.
 *
 * <p>Each piece that was written is read exactly once, with its bucket, id and bytes. The order of the pieces of a bucket is not promised: it depends
 * on how threads meet. Ids tell what is what.
 *
 * <p>Its buffers are reserved in the budget when it is made, and given back when it is sealed or closed; nothing more is allocated for a piece or
 * a frame. Beside them the JDK keeps a direct buffer of up to 256 KiB for each thread that writes or reads.
 *
 * <p>Safe for use by many threads; to {@link #seal} and to {@link #release} is up to one of them, when the others have finished.
 */
public final class Shuffle implements AutoCloseable {
    private final ShuffleLimits limits;
    private final Scratch scratch;
    private final MemoryBudget budget;
    private final long firstBucket;
    private final long endBucket;
    private final long bucketsPerPartition;
    private final PartitionBuffer[] buffers;
    private final FramePool frames;
    private final FramePool oversize;
    private final @Nullable FramePool compressed;
    private final ShuffleState state = new ShuffleState();
    private long reservedBytes;

    private Shuffle(
            long firstBucket,
            long endBucket,
            long bucketsPerPartition,
            ShuffleLimits limits,
            Scratch scratch,
            MemoryBudget budget) {
        this.firstBucket = firstBucket;
        this.endBucket = endBucket;
        this.bucketsPerPartition = bucketsPerPartition;
        this.limits = limits;
        this.scratch = scratch;
        this.budget = budget;
        int partitions = (int) -Math.floorDiv(firstBucket - endBucket, bucketsPerPartition);
        this.reservedBytes = reserve(limits.memoryOf(partitions), budget);
        this.frames = new FramePool(limits.frameBytes(), limits.frames(partitions), state);
        this.oversize = new FramePool(limits.largestFrameBytes(), limits.threads(), state);
        this.compressed = limits.compression() == Compression.NONE
                ? null
                : new FramePool(limits.compressedBytes(), limits.threads(), state);
        this.buffers = new PartitionBuffer[partitions];
        for (int i = 0; i < partitions; i++) {
            buffers[i] = new PartitionBuffer(new FrameFile(scratch.newFile(), compressed), frames, oversize);
        }
    }

    private static long reserve(long bytes, MemoryBudget budget) {
        if (!budget.tryReserve(bytes)) {
            throw new InfeasiblePlanException(
                    "The buffers of the shuffle take %d bytes, but of the %d bytes of memory %d are in use. Give at least %d bytes."
                            .formatted(
                                    bytes, budget.maxBytes(), budget.reservedBytes(), bytes + budget.reservedBytes()));
        }
        return bytes;
    }

    /**
     * A shuffle for the buckets 0 to {@code buckets - 1}.
     *
     * @param expectedBytes of all pieces, as good as it is known; {@link ShuffleLimits#partitions} makes the partitions of it
     * @param budget what the buffers are reserved in
     * @throws InfeasiblePlanException if the limits or what is left of the budget do not suffice, naming what would do
     */
    public static Shuffle create(
            long buckets, long expectedBytes, ShuffleLimits limits, Scratch scratch, MemoryBudget budget) {
        long width = limits.bucketsPerPartition(buckets, expectedBytes);
        return new Shuffle(0, buckets, width, limits, scratch, budget);
    }

    /** A writer for one thread; all have to be closed before the shuffle is sealed. */
    public PieceWriter writer() {
        state.writerOpened();
        return new PieceWriter(this, state, limits.maxPieceBytes());
    }

    PartitionBuffer bufferOf(long bucket) {
        if (bucket < firstBucket || bucket >= endBucket) {
            throw new IllegalArgumentException(
                    "bucket is " + bucket + ", must be from " + firstBucket + " to " + (endBucket - 1));
        }
        return buffers[(int) ((bucket - firstBucket) / bucketsPerPartition)];
    }

    /** Makes every use of it from now on fail with that cause; wakes those who wait. */
    void fail(Throwable cause) {
        state.fail(cause);
        wake();
    }

    private void wake() {
        frames.wake();
        oversize.wake();
        if (compressed != null) {
            compressed.wake();
        }
    }

    /**
     * Writes what is still in buffers, and gives these back. After that, pieces can be read and no more written.
     *
     * @throws IllegalStateException if a writer is open
     * @throws io.rezarr.error.StoreException if that fails, or a thread has failed to write before
     */
    public void seal() {
        state.seal();
        try {
            for (PartitionBuffer buffer : buffers) {
                buffer.flush();
                buffer.file().seal();
            }
        } catch (Throwable e) {
            fail(e);
            throw e;
        }
        giveBack();
    }

    private synchronized void giveBack() {
        frames.clear();
        oversize.clear();
        if (compressed != null) {
            compressed.clear();
        }
        budget.release(reservedBytes);
        reservedBytes = 0;
    }

    /** All partitions, in the order of their buckets; those without pieces too. */
    public List<Partition> partitions() {
        state.require(ShuffleState.Phase.SEALED);
        List<Partition> partitions = new ArrayList<>();
        for (int i = 0; i < buffers.length; i++) {
            FrameFile file = buffers[i].file();
            long first = firstBucketOf(i);
            long end = endBucket - first > bucketsPerPartition ? first + bucketsPerPartition : endBucket;
            partitions.add(new Partition(i, first, end, file.pieces(), file.pieceBytes(), file.frames()));
        }
        return partitions;
    }

    /**
     * Gives each piece of one frame to a consumer; what that throws goes to the caller. Frames may be read by several threads at once, and again.
     *
     * @param frame from 0 to {@code partition.frames() - 1}
     * @param workspace of the thread; lends {@link ShuffleLimits#readBytesPerThread}
     * @throws io.rezarr.error.StoreException if the file cannot be read, or is not as it was written: that is found before the consumer sees any of it
     */
    public void readFrame(Partition partition, long frame, Workspace workspace, PieceConsumer consumer) {
        state.require(ShuffleState.Phase.SEALED);
        Objects.checkIndex(frame, partition.frames());
        fileOf(partition).read((int) frame, workspace, consumer);
    }

    /** Gives each piece of a partition to a consumer, frame by frame. */
    public void read(Partition partition, Workspace workspace, PieceConsumer consumer) {
        for (long frame = 0; frame < partition.frames(); frame++) {
            readFrame(partition, frame, workspace, consumer);
        }
    }

    /**
     * Moves the pieces of a partition to a new shuffle for its buckets, which is sealed, and releases the partition. This thread does it alone; see
     * {@link #divide}.
     *
     * @throws IllegalArgumentException if the partition is a single bucket: it has to be read frame by frame
     */
    public Shuffle split(Partition partition, ShuffleLimits partLimits, Workspace workspace) {
        Shuffle parts = divide(partition, partLimits);
        try {
            try (PieceWriter writer = parts.writer()) {
                read(partition, workspace, writer::write);
            }
            parts.seal();
            release(partition);
            return parts;
        } catch (Throwable e) {
            closeAfter(parts, e);
            throw e;
        }
    }

    private static void closeAfter(Shuffle parts, Throwable failure) {
        try {
            parts.close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * An empty shuffle for the buckets of a partition, in as many partitions as the limits allow. Threads then read the frames of the partition into
     * writers of it ({@code readFrame(partition, frame, workspace, writer::write)}).
     *
     * @throws IllegalArgumentException if the partition is a single bucket
     */
    public Shuffle divide(Partition partition, ShuffleLimits partLimits) {
        if (!partition.isSplittable()) {
            throw new IllegalArgumentException(
                    "partition is the single bucket " + partition.firstBucket() + ", must have at least 2 to be split");
        }
        long width = partLimits.bucketsPerPart(partition.buckets());
        return new Shuffle(partition.firstBucket(), partition.endBucket(), width, partLimits, scratch, budget);
    }

    /** Deletes the file of a partition, which cannot be read after that. */
    public void release(Partition partition) {
        fileOf(partition).release();
    }

    private FrameFile fileOf(Partition partition) {
        int number = partition.number();
        if (number >= buffers.length || partition.firstBucket() != firstBucketOf(number)) {
            throw new IllegalArgumentException(partition + " is of another shuffle");
        }
        return buffers[number].file();
    }

    private long firstBucketOf(int partition) {
        return firstBucket + partition * bucketsPerPartition;
    }

    /**
     * Deletes all files that were not released, and gives the buffers back. Does nothing the second time. Threads that still write get a
     * {@link io.rezarr.error.CancelledException}.
     */
    @Override
    public void close() {
        if (!state.close()) {
            return;
        }
        wake();
        giveBack();
        RuntimeException failure = null;
        for (PartitionBuffer buffer : buffers) {
            try {
                buffer.file().release();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
