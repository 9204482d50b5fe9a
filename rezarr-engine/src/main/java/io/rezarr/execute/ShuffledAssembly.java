package io.rezarr.execute;

import io.rezarr.error.StoreException;
import io.rezarr.memory.Workspace;
import io.rezarr.plan.IndexBox;
import io.rezarr.plan.Plan;
import io.rezarr.plan.RegionGrid;
import io.rezarr.plan.ShufflePlan;
import io.rezarr.shuffle.Partition;
import io.rezarr.shuffle.PieceWriter;
import io.rezarr.shuffle.Scratch;
import io.rezarr.shuffle.Shuffle;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Assembles regions from scratch files: every read unit is decoded once and cut along the borders of the regions; the
 * pieces of a region are read when it is its turn.
 */
final class ShuffledAssembly {
    private final Plan plan;
    private final ShufflePlan shufflePlan;
    private final Assembly assembly;
    private final RunState state;
    private final Assembly.RegionWriter writer;
    private final RegionGrid grid;
    private final RemainingRegions remaining;
    /** Regions before it are written. */
    private final long firstBucket;

    ShuffledAssembly(Plan plan, Assembly assembly, RunState state, Assembly.RegionWriter writer) {
        this.plan = plan;
        this.shufflePlan = java.util.Objects.requireNonNull(plan.shuffle(), "the plan's shuffle");
        this.assembly = assembly;
        this.state = state;
        this.writer = writer;
        this.grid = new RegionGrid(assembly.target, plan.regionShape(), -1);
        this.remaining = new RemainingRegions(grid, state.frontier.before());
        IndexBox first = remaining.peek();
        this.firstBucket = first == null ? grid.numbers() : grid.numberOf(first);
    }

    void run(Scratch scratch) {
        try (Shuffle shuffle = Shuffle.create(
                shufflePlan.buckets(), shufflePlan.pieceBytes(), shufflePlan.limits(), scratch, state.budget)) {
            cut(shuffle);
            assemble(shuffle);
        } finally {
            state.tally.bytesScratch.add(scratch.bytesWritten());
        }
        if (remaining.hasNext()) {
            throw new IllegalStateException("a region has no partition");
        }
    }

    /** Every read unit, once, into pieces. */
    private void cut(Shuffle shuffle) {
        Iterator<UnitReads> units = UnitReads.all(
                assembly.reader,
                assembly.source,
                assembly.present,
                state.tally,
                plan.threads(),
                workspace -> new UnitCutter(assembly, grid, firstBucket, shuffle, workspace));
        run(units, plan.threads() + 1);
        shuffle.seal();
    }

    private void run(Iterator<? extends RegionWork> work, int concurrent) {
        new Pipeline(state, work, concurrent).run(plan.threads(), plan.threadBytes(), plan.slackBytes());
    }

    private void assemble(Shuffle shuffle) {
        List<Partition> partitions = shuffle.partitions();
        if (partitions.stream().noneMatch(Partition::isSplittable)) {
            run(new Regions(shuffle, partitions), plan.concurrentRegions());
            return;
        }
        for (Partition partition : partitions) {
            if (partition.isSplittable()) {
                assembleParts(shuffle, partition);
            } else {
                run(new Regions(shuffle, List.of(partition)), plan.concurrentRegions());
            }
        }
    }

    private void assembleParts(Shuffle shuffle, Partition partition) {
        // The plan has room for regions or for the buffers of a shuffle that is written, not for both.
        assembly.buffers.forgetUnused();
        try (Shuffle parts = shuffle.divide(partition, shufflePlan.limits())) {
            run(List.of(new Redistribution(shuffle, partition, parts)).iterator(), 1);
            parts.seal();
            shuffle.release(partition);
            assemble(parts);
        }
    }

    /** The regions whose buckets are single partitions, in order. */
    private final class Regions implements Iterator<ShuffledRegion> {
        private final Shuffle shuffle;
        private final List<Partition> partitions;
        private int next;

        Regions(Shuffle shuffle, List<Partition> partitions) {
            this.shuffle = shuffle;
            this.partitions = partitions;
            skip();
        }

        /** Some numbers have no region. */
        private void skip() {
            IndexBox box = remaining.peek();
            while (next < partitions.size()
                    && (box == null || partitions.get(next).firstBucket() != grid.numberOf(box))) {
                if (partitions.get(next).pieces() > 0) {
                    throw new StoreException("The scratch files hold pieces of no region: they were changed.");
                }
                next++;
            }
        }

        @Override
        public boolean hasNext() {
            return next < partitions.size();
        }

        @Override
        public ShuffledRegion next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Partition partition = partitions.get(next++);
            RemainingRegions.Region region = remaining.next();
            skip();
            return new ShuffledRegion(assembly, shuffle, partition, region, writer);
        }
    }

    /** The frames of a partition, written again to smaller ones. */
    private static final class Redistribution implements RegionWork {
        private final Shuffle from;
        private final Partition partition;
        private final Shuffle to;
        private long nextFrame;

        Redistribution(Shuffle from, Partition partition, Shuffle to) {
            this.from = from;
            this.partition = partition;
            this.to = to;
        }

        @Override
        public @Nullable Task nextRead() {
            if (nextFrame == partition.frames()) {
                return null;
            }
            long frame = nextFrame++;
            return workspace -> move(frame, workspace);
        }

        private void move(long frame, Workspace workspace) {
            int mark = workspace.mark();
            try (PieceWriter pieces = to.writer()) {
                from.readFrame(partition, frame, workspace, pieces::write);
            }
            workspace.releaseTo(mark);
        }

        @Override
        public boolean hasReads() {
            return nextFrame < partition.frames();
        }

        @Override
        public @Nullable Task nextWrite() {
            return null;
        }

        @Override
        public void finished() {}
    }
}
