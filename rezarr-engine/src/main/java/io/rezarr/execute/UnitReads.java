package io.rezarr.execute;

import io.rezarr.array.ChunkReader;
import io.rezarr.memory.Workspace;
import io.rezarr.plan.IndexBox;
import io.rezarr.plan.RegionGrid;
import io.rezarr.plan.Side;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Read units that are each read and decoded once, and handed to a visitor: those of a shard, or all where chunks are units. */
final class UnitReads implements RegionWork {
    private final SourceUnits source;
    private final UnitRanges ranges;
    private final Function<Workspace, Visitor> visitors;
    private boolean hasReads = true;

    private UnitReads(SourceUnits source, UnitRanges ranges, Function<Workspace, Visitor> visitors) {
        this.source = source;
        this.ranges = ranges;
        this.visitors = visitors;
    }

    /** What one task does with its units, one after the other, on one thread. */
    interface Visitor extends AutoCloseable {
        /** Whether it is to be read at all. */
        default boolean wants(long[] unit) {
            return true;
        }

        /** @param decoded valid until this returns; {@code null} if the unit is absent */
        void visit(long[] unit, SourceUnits.@Nullable Decoded decoded, Workspace workspace);

        @Override
        default void close() {}
    }

    /**
     * All units of an array. Those of a shard are together, so that its index is read once and then forgotten.
     *
     * @param visitors makes one for each task
     */
    static Iterator<UnitReads> all(
            ChunkReader reader,
            Side side,
            PresentChunks present,
            Tally tally,
            int threads,
            Function<Workspace, Visitor> visitors) {
        return all(side, threads, () -> new SourceUnits(reader, side, present, tally), visitors);
    }

    /**
     * All units of an array, likewise.
     *
     * @param sources makes one for each shard, or one for all
     */
    static Iterator<UnitReads> all(
            Side side, int threads, Supplier<SourceUnits> sources, Function<Workspace, Visitor> visitors) {
        Iterator<IndexBox> boxes = side.isSharded()
                ? new RegionGrid(side, side.chunks().unitShape(), -1).iterator()
                : List.of(side.allUnits()).iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return boxes.hasNext();
            }

            @Override
            public UnitReads next() {
                return new UnitReads(sources.get(), new UnitRanges(side, boxes.next(), threads), visitors);
            }
        };
    }

    @Override
    public @Nullable Task nextRead() {
        UnitRanges.Range range = ranges.next();
        hasReads = range != null;
        return range == null ? null : workspace -> read(range, workspace);
    }

    @Override
    public boolean hasReads() {
        return hasReads;
    }

    @Override
    public @Nullable Task nextWrite() {
        return null;
    }

    @Override
    public void finished() {
        source.close();
    }

    private void read(UnitRanges.Range range, Workspace workspace) {
        long[] unit = new long[range.box().rank()];
        range.box().indexOf(range.from(), unit);
        try (Visitor visitor = visitors.apply(workspace)) {
            for (long i = range.from(); i < range.to(); i++) {
                int mark = workspace.mark();
                if (visitor.wants(unit)) {
                    visitor.visit(unit, source.read(unit, workspace), workspace);
                }
                workspace.releaseTo(mark);
                range.box().advance(unit);
            }
        }
    }
}
