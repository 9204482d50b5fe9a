package io.rezarr.vectors.rechunk;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.shuffle.Partition;
import io.rezarr.shuffle.Shuffle;
import io.rezarr.shuffle.ShuffleLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Pieces from those who make them to those who need them, bucket by bucket, each bucket's in the order of their ids. What fits in memory stays there.
 * What does not goes to scratch files; or, where there are to be none, is made again for one range of buckets after the other.
 *
 * <p>Filled first: each thread by its own {@link #out}. Then {@link #seal}, then read, as often as is wanted. {@link Source#produce} must give the same
 * pieces each time.
 */
public final class Exchange implements AutoCloseable {
    /** The longest piece that needs no particular care. */
    public static final int USUAL_PIECE_BYTES = 60_000;

    private static final int MAX_HISTOGRAM = 1 << 16;
    private static final int SLICES_PER_THREAD = 8;

    /** A shuffle's frames are no smaller. */
    private static final long LEAST_FRAME_BYTES = 64 << 10;

    private final RunContext context;
    private final long buckets;
    private final long expectedBytes;
    private final int maxPieceBytes;
    private final long memoryShare;
    private final Source source;
    private final @Nullable ExchangeOut[] outs;

    /** Bytes of pieces by groups of buckets, for ranges that fit; only where pieces may have to be made again. */
    private final long @Nullable [] histogram;

    private final int histogramShift;

    private volatile boolean overflowed;

    /** Whether pieces are made again, of the buckets that are wanted. */
    private volatile boolean replaying;

    private volatile @Nullable Shuffle shuffle;
    private @Nullable Pieces held;
    private long heldBytes;
    private long wantedFirst;
    private long wantedEnd;

    /** Makes all pieces: fills an exchange. Runs threads of its own. */
    @FunctionalInterface
    public interface Source {
        void produce();
    }

    /** What is done with the pieces of a range of buckets, on one thread. */
    @FunctionalInterface
    public interface RangeTask {
        void run(PieceRange range, Worker worker);
    }

    /**
     * @param buckets at least 1
     * @param expectedBytes of all pieces, as good as it is known
     * @param maxPieceBytes the longest piece
     * @param share of the memory that pieces may take, as its inverse
     * @param source fills this exchange again
     */
    public Exchange(RunContext context, long buckets, long expectedBytes, int maxPieceBytes, int share, Source source) {
        this.context = context;
        this.buckets = Math.max(1, buckets);
        this.expectedBytes = expectedBytes;
        this.maxPieceBytes = Math.max(USUAL_PIECE_BYTES, maxPieceBytes);
        this.memoryShare = Math.min(context.maxHeldBytes(), context.budget().maxBytes() / share);
        this.source = source;
        this.outs = new @Nullable ExchangeOut[context.workers().threads()];
        this.wantedEnd = this.buckets;
        int shift = 0;
        while (this.buckets >> shift > MAX_HISTOGRAM) {
            shift++;
        }
        this.histogramShift = shift;
        this.histogram = context.isStreaming() ? new long[(int) (this.buckets >> shift) + 1] : null;
    }

    /** Where a thread puts pieces. */
    public ExchangeOut out(Worker worker) {
        ExchangeOut out = outs[worker.number()];
        if (out == null) {
            out = new ExchangeOut(this, maxPieceBytes);
            outs[worker.number()] = out;
        }
        return out;
    }

    boolean wants(long bucket) {
        return bucket >= wantedFirst && bucket < wantedEnd;
    }

    /** Whether pieces stay in memory, as far as is known. */
    boolean isHolding() {
        return !overflowed || replaying;
    }

    @Nullable
    Shuffle shuffle() {
        return shuffle;
    }

    /** Takes memory for pieces, or tells that these have to go elsewhere. */
    synchronized boolean tryHold(long bytes) {
        if (overflowed && !replaying) {
            return false;
        }
        boolean fits = replaying || heldBytes + bytes <= memoryShare;
        if (fits && context.budget().tryReserve(bytes)) {
            heldBytes += bytes;
            return true;
        }
        if (replaying) {
            throw new InfeasiblePlanException(
                    "%d bytes of memory do not hold what lies in one part of the destination. Give more memory (-m), or make chunks smaller."
                            .formatted(context.budget().maxBytes()));
        }
        overflow();
        return false;
    }

    synchronized void giveBack(long bytes) {
        heldBytes -= bytes;
        context.budget().release(bytes);
    }

    /**
     * To scratch files at once, where it is known that the pieces do not fit: then their buffers are taken before threads have taken what is left.
     *
     * @param leastBytes of all pieces
     */
    synchronized void expectAtLeast(long leastBytes) {
        if (histogram == null && !overflowed && leastBytes > memoryShare) {
            overflow();
        }
    }

    /** What pieces may still take, beside what is reserved. */
    synchronized long unreservedBytes() {
        return overflowed ? 0 : memoryShare - heldBytes;
    }

    private void overflow() {
        if (histogram == null && shuffle == null) {
            ShuffleLimits limits = limits();
            long pieces = expectedBytes / USUAL_PIECE_BYTES + buckets;
            shuffle = Shuffle.create(
                    buckets,
                    expectedBytes,
                    limits,
                    context.scratch(limits.scratchBytes(buckets, expectedBytes, pieces)),
                    context.budget());
        }
        overflowed = true;
    }

    private ShuffleLimits limits() {
        int threads = context.workers().threads();
        long budget = context.budget().maxBytes();
        long memory = Math.max(budget / 8, (8L + 2L * threads) * LEAST_FRAME_BYTES);
        ShuffleLimits limits = ShuffleLimits.of(memory, partitionBytes(), threads);
        if (maxPieceBytes > USUAL_PIECE_BYTES) {
            limits = limits.withMaxPieceBytes(maxPieceBytes);
        }
        return limits.withFewestLevels(buckets, expectedBytes);
    }

    private long partitionBytes() {
        return Math.max(1, context.budget().maxBytes() / 8 / context.workers().threads());
    }

    /** Lets {@link #source} fill this, and seals it. */
    void fill() {
        source.produce();
        seal();
    }

    /** Ends the filling. */
    public void seal() {
        Shuffle made = shuffle;
        if (!overflowed) {
            held = gathered();
            return;
        }
        for (int i = 0; i < outs.length; i++) {
            ExchangeOut out = outs[i];
            if (out != null) {
                histogramOf(out);
                out.finish();
                outs[i] = null;
            }
        }
        if (made != null) {
            made.seal();
        }
    }

    private void histogramOf(ExchangeOut out) {
        long[] all = histogram;
        long[] its = out.histogram();
        for (int i = 0; all != null && its != null && i < all.length; i++) {
            all[i] += its[i];
        }
    }

    long @Nullable [] newHistogram() {
        return histogram == null || replaying ? null : new long[histogram.length];
    }

    int histogramShift() {
        return histogramShift;
    }

    private Pieces gathered() {
        List<PieceList> lists = new ArrayList<>();
        long count = 0;
        for (int i = 0; i < outs.length; i++) {
            ExchangeOut out = outs[i];
            if (out != null) {
                lists.add(out.pieces());
                count += out.pieces().size();
                outs[i] = null;
            }
        }
        long index = count * Pieces.INDEX_BYTES;
        synchronized (this) {
            if (context.budget().tryReserve(index)) {
                heldBytes += index;
            }
        }
        return Pieces.of(lists);
    }

    /**
     * Gives the pieces of all buckets to a task, a range of buckets at a time, on all threads. Ranges without pieces are given too.
     *
     * @param border the first bucket, not below the given one, where a range may begin. Ranges between borders come one after the other on one thread.
     * @param extra the bytes that the task needs beside the pieces, from the bytes of these
     */
    public void forEach(LongUnaryOperator border, LongUnaryOperator extra, RangeTask task) {
        forEachWithin(0, buckets, border, extra, task);
    }

    /** Likewise, of some of the buckets. */
    void forEachWithin(long first, long end, LongUnaryOperator border, LongUnaryOperator extra, RangeTask task) {
        Pieces all = held;
        if (all != null) {
            runSlices(PieceRange.of(all, first, end), border, extra, task);
        } else if (shuffle != null) {
            runPartitions(first, end, border, extra, task);
        } else {
            runRanges(first, end, border, border, extra, task);
        }
    }

    /** Likewise, all on one thread, in the order of the buckets. */
    public void forEachInOrder(LongUnaryOperator extra, RangeTask task) {
        // Without a border inside, all that is in memory at once is one task.
        LongUnaryOperator none = bucket -> bucket <= 0 ? 0 : buckets;
        if (held == null && shuffle == null) {
            runRanges(0, buckets, bucket -> bucket, none, extra, task);
        } else {
            forEach(none, extra, task);
        }
    }

    private void runSlices(PieceRange range, LongUnaryOperator border, LongUnaryOperator extra, RangeTask task) {
        List<PieceRange> slices = new ArrayList<>();
        long bytes = range.bytes();
        long perBucket = Math.max(1, bytes / Math.max(1, range.endBucket() - range.firstBucket()));
        long all = bytes + perBucket * (range.endBucket() - range.firstBucket());
        long step = Math.max(1, all / ((long) context.workers().threads() * SLICES_PER_THREAD));
        long next = range.firstBucket();
        while (next < range.endBucket()) {
            long end = border.applyAsLong(endOfSlice(range, next, step, perBucket));
            end = Math.min(range.endBucket(), Math.max(next + 1, end));
            slices.add(PieceRange.of(range.pieces(), next, end));
            next = end;
        }
        context.workers()
                .forEach(
                        slices.size(),
                        i -> extra.applyAsLong(slices.get(i).bytes()),
                        (i, worker) -> task.run(slices.get(i), worker));
    }

    /** The bucket behind those that make up a slice, of what pieces and buckets cost. */
    private static long endOfSlice(PieceRange range, long first, long step, long perBucket) {
        Pieces pieces = range.pieces();
        int piece = pieces.lowerBound(first);
        long bucket = first;
        long cost = 0;
        while (bucket < range.endBucket() && cost < step) {
            long withPieces = piece < range.to() ? pieces.bucket(piece) : range.endBucket();
            if (withPieces > bucket) {
                long skipped = Math.min(withPieces - bucket, (step - cost) / perBucket + 1);
                bucket += skipped;
                cost += skipped * perBucket;
            } else {
                for (; piece < range.to() && pieces.bucket(piece) == bucket; piece++) {
                    cost += pieces.length(piece);
                }
                cost += perBucket;
                bucket++;
            }
        }
        return bucket;
    }

    private void runPartitions(
            long first, long end, LongUnaryOperator border, LongUnaryOperator extra, RangeTask task) {
        Shuffle of = java.util.Objects.requireNonNull(shuffle, "shuffle");
        List<List<Partition>> groups = new ArrayList<>();
        for (Partition partition : of.partitions()) {
            if (partition.endBucket() > first && partition.firstBucket() < end) {
                boolean isBorder = border.applyAsLong(partition.firstBucket()) == partition.firstBucket();
                if (groups.isEmpty() || isBorder) {
                    groups.add(new ArrayList<>());
                }
                groups.get(groups.size() - 1).add(partition);
            }
        }
        PartitionReader reader = new PartitionReader(context, limits(), 2 * partitionBytes());
        context.workers()
                .forEach(
                        groups.size(),
                        i -> 0,
                        (i, worker) -> groups.get(i)
                                .forEach(partition -> reader.read(of, partition, first, end, extra, task, worker)));
    }

    private void runRanges(
            long first,
            long end,
            LongUnaryOperator border,
            LongUnaryOperator sliceBorder,
            LongUnaryOperator extra,
            RangeTask task) {
        long next = first;
        while (next < end) {
            long to = Math.min(end, endOfRange(next, border));
            wantedFirst = next;
            wantedEnd = to;
            replaying = true;
            try {
                source.produce();
                Pieces made = gathered();
                runSlices(PieceRange.of(made, next, to), sliceBorder, extra, task);
            } finally {
                wantedFirst = 0;
                wantedEnd = buckets;
                replaying = false;
                synchronized (this) {
                    context.budget().release(heldBytes);
                    heldBytes = 0;
                }
            }
            next = to;
        }
    }

    /** As many buckets as fit in the share of the memory; those between two borders at least. */
    private long endOfRange(long from, LongUnaryOperator border) {
        long[] bytes = java.util.Objects.requireNonNull(histogram, "histogram");
        long sum = 0;
        long end = border.applyAsLong(from + 1);
        int group = (int) (from >> histogramShift);
        for (int g = group; g < bytes.length; g++) {
            sum += bytes[g];
            long groupEnd = Math.min(buckets, (g + 1L) << histogramShift);
            if (sum > memoryShare) {
                return Math.max(end, g == group ? groupEnd : end);
            }
            end = Math.max(end, border.applyAsLong(groupEnd));
        }
        return buckets;
    }

    @Override
    public void close() {
        Shuffle made = shuffle;
        synchronized (this) {
            context.budget().release(heldBytes);
            heldBytes = 0;
        }
        held = null;
        if (made != null) {
            for (ExchangeOut out : outs) {
                if (out != null) {
                    out.abandon();
                }
            }
            made.close();
        }
    }
}
