package io.rezarr.vectors.rechunk;

import io.rezarr.memory.Workspace;
import io.rezarr.shuffle.Partition;
import io.rezarr.shuffle.PieceWriter;
import io.rezarr.shuffle.Shuffle;
import io.rezarr.shuffle.ShuffleLimits;
import java.util.List;
import java.util.function.LongUnaryOperator;

/** Takes partitions of a shuffle into memory, those that are too large in parts. */
final class PartitionReader {
    private static final int BLOCK_BYTES = 4 << 20;

    private final RunContext context;
    private final ShuffleLimits limits;
    private final long maxBytes;

    /** @param maxBytes what a partition may have to be taken at once, if it has several buckets */
    PartitionReader(RunContext context, ShuffleLimits limits, long maxBytes) {
        this.context = context;
        this.limits = limits;
        this.maxBytes = maxBytes;
    }

    /** Gives the pieces of the buckets of a partition that are wanted to a task, in the order of their buckets. */
    void read(
            Shuffle shuffle,
            Partition partition,
            long first,
            long end,
            LongUnaryOperator extra,
            Exchange.RangeTask task,
            Worker worker) {
        if (partition.bytes() > maxBytes && partition.isSplittable()) {
            readParts(shuffle, partition, first, end, extra, task, worker);
            return;
        }
        long index = partition.pieces() * (2L * Pieces.INDEX_BYTES);
        long blocks = partition.bytes() + Workspace.sizeFor(BLOCK_BYTES);
        long frame = limits.readBytesPerThread();
        worker.require(blocks + blocks / 8 + frame + index + extra.applyAsLong(partition.bytes()));
        Workspace workspace = worker.workspace();
        int mark = workspace.mark();
        Pieces pieces = pieces(shuffle, partition, first, end, workspace);
        task.run(
                PieceRange.of(pieces, Math.max(first, partition.firstBucket()), Math.min(end, partition.endBucket())),
                worker);
        workspace.releaseTo(mark);
        worker.shrink();
    }

    private static Pieces pieces(Shuffle shuffle, Partition partition, long first, long end, Workspace workspace) {
        PieceList list = new PieceList();
        byte[][] block = {new byte[0]};
        int[] used = {0};
        long[] rest = {partition.bytes()};
        shuffle.read(partition, workspace, (bucket, id, array, offset, length) -> {
            if (bucket < first || bucket >= end) {
                return;
            }
            if (block[0].length - used[0] < length || block[0].length == 0) {
                // The frame that is being read lies on top of the stack, and goes before this does: so it is no
                // borrowed array.
                block[0] = new byte[(int) Math.max(length, Math.min(BLOCK_BYTES, Math.max(1, rest[0])))];
                used[0] = 0;
                list.addBlock(block[0]);
            }
            System.arraycopy(array, offset, block[0], used[0], length);
            list.add(bucket, id, used[0], length);
            used[0] += length;
            rest[0] -= length;
        });
        return Pieces.of(List.of(list));
    }

    private void readParts(
            Shuffle shuffle,
            Partition partition,
            long first,
            long end,
            LongUnaryOperator extra,
            Exchange.RangeTask task,
            Worker worker) {
        worker.require(2 * limits.readBytesPerThread());
        try (Shuffle parts = split(shuffle, partition, worker)) {
            for (Partition part : parts.partitions()) {
                if (part.endBucket() > first && part.firstBucket() < end) {
                    read(parts, part, first, end, extra, task, worker);
                }
            }
        }
    }

    /** One at a time: the buffers of what is written are taken from the same memory. The partition stays, to be read again. */
    private Shuffle split(Shuffle shuffle, Partition partition, Worker worker) {
        synchronized (context) {
            Shuffle parts = shuffle.divide(partition, limits);
            try (PieceWriter writer = parts.writer()) {
                shuffle.read(partition, worker.workspace(), writer::write);
            } catch (Throwable e) {
                parts.close();
                throw e;
            }
            parts.seal();
            return parts;
        }
    }
}
