package io.rezarr.execute;

import io.rezarr.error.StoreException;
import io.rezarr.memory.Workspace;
import io.rezarr.shuffle.Partition;
import io.rezarr.shuffle.Shuffle;
import org.jspecify.annotations.Nullable;

/** A region that is filled with the pieces of one partition, which is released when the region is finished. */
final class ShuffledRegion implements RegionWork {
    private final Assembly assembly;
    private final Shuffle shuffle;
    private final Partition partition;
    private final RegionMemory memory;
    private final Assembly.RegionWriter writer;
    private final UnitRanges writes;
    private final long framesPerTask;
    private long nextFrame;

    ShuffledRegion(
            Assembly assembly,
            Shuffle shuffle,
            Partition partition,
            RemainingRegions.Region region,
            Assembly.RegionWriter writer) {
        this.assembly = assembly;
        this.shuffle = shuffle;
        this.partition = partition;
        this.memory = new RegionMemory(assembly, region.units());
        this.writer = writer;
        this.writes = new UnitRanges(assembly.target, region.units(), assembly.threads, region.finishedUnits());
        this.framesPerTask = Math.max(1, Math.min(16, partition.frames() / (4L * assembly.threads)));
    }

    @Override
    public @Nullable Task nextRead() {
        if (!hasReads()) {
            return null;
        }
        long from = nextFrame;
        nextFrame = Math.min(partition.frames(), from + framesPerTask);
        long to = nextFrame;
        return workspace -> read(from, to, workspace);
    }

    @Override
    public boolean hasReads() {
        return nextFrame < partition.frames();
    }

    @Override
    public @Nullable Task nextWrite() {
        UnitRanges.Range range = writes.next();
        return range == null ? null : writer.task(range, memory);
    }

    @Override
    public void finished() {
        memory.release();
        shuffle.release(partition);
    }

    private void read(long from, long to, Workspace workspace) {
        Placing placing = new Placing(workspace);
        for (long frame = from; frame < to; frame++) {
            int mark = workspace.mark();
            shuffle.readFrame(partition, frame, workspace, placing::place);
            workspace.releaseTo(mark);
        }
    }

    /** Puts pieces to their place. */
    private final class Placing {
        private final RegionMemory.FromPiece origin;
        private final RegionMemory.Scatter scatter;
        private final long[] unit;

        Placing(Workspace workspace) {
            this.unit = new long[assembly.source.rank()];
            this.origin = new RegionMemory.FromPiece(assembly.pieces.placing, unit.length, workspace);
            this.scatter = memory.new Scatter();
        }

        void place(long bucket, long id, byte[] bytes, int offset, int length) {
            assembly.source.units().index(id, unit);
            memory.common(unit, origin.begin, origin.extents);
            if (length == 0) {
                memory.markAbsent(unit);
                return;
            }
            int expected = assembly.pieces.bytes(origin.extents);
            if (length != expected) {
                throw new StoreException("A piece in the scratch files has " + length + " bytes, expected " + expected
                        + ": they were changed. Run it again.");
            }
            assembly.pieces.strides(origin.extents, origin.strides);
            scatter.scatter(origin, bytes, offset);
        }
    }
}
