package io.rezarr.execute;

import io.rezarr.array.ChunkReader;
import io.rezarr.array.StridedCopy;
import io.rezarr.array.ZarrArray;
import io.rezarr.codec.ElementLayout;
import io.rezarr.memory.MemoryBudget;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.plan.IndexBox;
import io.rezarr.plan.Parts;
import io.rezarr.plan.Plan;
import io.rezarr.plan.RegionGrid;
import io.rezarr.plan.Side;
import io.rezarr.plan.Strategy;
import io.rezarr.plan.Tasks;
import io.rezarr.plan.Work;
import java.util.Iterator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Assembles the units of a grid from an array of any other one, region by region, and hands them to a {@link Sink}: what
 * writing and comparing have in common.
 */
public final class Assembly {
    final Side source;
    final Side target;
    final ChunkReader reader;
    final PresentChunks present;
    /** From units of the source to those of the target, by the extents of the box. */
    final Function<long[], StridedCopy> geometry;

    final PieceLayout pieces;
    final long[] sourceUnit;
    final long[] targetUnit;
    final long[] arrayExtent;
    final long[] sourceStrides;
    final long[] targetStrides;
    /** What absent units of the source hold, in the byte order of the target. */
    final byte[] absentElement;

    /** {@code null} if elements have a fixed size. */
    final @Nullable ItemSlots items;

    private final @Nullable Arenas arenas;
    final UnitPadding padding;
    final RegionBuffers buffers;
    final int unitsPerSlab;
    final int threads;
    final Sweep sweep;
    final @Nullable Parts parts;
    final ElementSink elements;

    /** @param budget of the run */
    Assembly(Plan plan, ZarrArray array, Sides sides, ElementLayout layout, ElementSink elements, MemoryBudget budget) {
        this.source = sides.source();
        this.target = sides.destination();
        this.reader = new ChunkReader(array, plan.items().readBytes());
        this.items = ItemSlots.of(plan.request().source(), plan.request().destination(), reader.unitChain());
        this.present = PresentChunks.of(array);
        this.threads = plan.threads();
        this.sweep = new Sweep(source, target, plan.sweepAxis());
        this.parts = plan.parts();
        this.elements = elements;
        ArrayMetadata from = plan.request().source();
        ArrayMetadata to = plan.request().destination();
        ElementLayout fromLayout = reader.unitChain().layout();
        this.sourceUnit = source.units().unitShape().toArray();
        this.targetUnit = target.units().unitShape().toArray();
        this.arrayExtent = target.units().arrayShape().toArray();
        this.sourceStrides = fromLayout.strides(source.units().unitShape());
        this.targetStrides = layout.strides(target.units().unitShape());
        var swaps = ElementBytes.swaps(fromLayout.bigEndian(), layout.bigEndian());
        this.geometry = extents -> StridedCopy.of(extents, sourceStrides, targetStrides, layout.elementBytes(), swaps);
        this.pieces = new PieceLayout(fromLayout, sourceStrides, targetStrides, swaps);
        this.absentElement = items != null
                ? items.absentSlot()
                : ElementBytes.inByteOrder(from.fillValue().elementOf(from.dataType()), layout.bigEndian());
        this.arenas = items == null ? null : new Arenas(plan.items().regionBytes(), budget);
        this.padding = new UnitPadding(target, layout, ElementBytes.paddingOf(to, layout));
        long regionUnits = largestRegion(plan);
        this.unitsPerSlab = Tasks.unitsPerSlab(target.unitBytes(), regionUnits);
        int slabBytes = Math.toIntExact(unitsPerSlab * target.unitBytes());
        long slabs = (regionUnits + unitsPerSlab - 1) / unitsPerSlab;
        this.buffers = new RegionBuffers(slabBytes, regionBudget(plan, slabs * slabBytes, budget));
    }

    /** In memory, regions are promised their room from the beginning; behind a shuffle, it has had other uses before. */
    private static MemoryBudget regionBudget(Plan plan, long bytes, MemoryBudget budget) {
        return plan.strategy() == Strategy.SHUFFLE
                ? budget
                : budget.part(Math.max(1, Math.multiplyExact(plan.concurrentRegions(), bytes)));
    }

    /** Makes the arena of each region from the same memory. */
    private static final class Arenas {
        private static final int MAX_SLAB_BYTES = 1 << 20;
        private static final int MIN_SLAB_BYTES = 1 << 6;

        private final int slabBytes;
        private final long capacity;
        private final RegionBuffers buffers;

        /** One region at a time holds items. */
        Arenas(long bytes, MemoryBudget budget) {
            long share = Long.highestOneBit(Math.max(1, bytes / Long.SIZE));
            slabBytes = (int) Math.max(MIN_SLAB_BYTES, Math.min(MAX_SLAB_BYTES, share));
            capacity = bytes / slabBytes * slabBytes;
            buffers = new RegionBuffers(slabBytes, budget.part(Math.max(1, bytes)));
        }

        ItemArena make() {
            return new ItemArena(buffers, slabBytes, capacity);
        }
    }

    /** What the items of a region may have. */
    long itemRoomBytes() {
        return arenas == null ? 0 : arenas.capacity;
    }

    @Nullable
    ItemArena newArena() {
        return arenas == null ? null : arenas.make();
    }

    private long largestRegion(Plan plan) {
        long units = 1;
        for (int axis = 0; axis < target.rank(); axis++) {
            long along = plan.regionShape().extent(axis) / targetUnit[axis];
            units = Math.multiplyExact(
                    units, Math.max(1, Math.min(along, target.units().unitsAlong(axis))));
        }
        return units;
    }

    /** The read units that have elements in a box of units. */
    IndexBox readUnitsOf(IndexBox units) {
        int rank = units.rank();
        long[] origin = new long[rank];
        long[] counts = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            long begin = units.origin(axis) * targetUnit[axis];
            long end = Math.min((units.origin(axis) + units.count(axis)) * targetUnit[axis], arrayExtent[axis]);
            origin[axis] = begin / sourceUnit[axis];
            counts[axis] = (end - 1) / sourceUnit[axis] + 1 - origin[axis];
        }
        return IndexBox.inCOrder(origin, counts);
    }

    /** Takes assembled units; called by many threads, for the units of a region in any order. */
    public interface Sink {
        /** @param unit valid until this returns, as is its memory */
        void accept(AssembledUnit unit, Workspace workspace);
    }

    /** Runs an assembly whose units are not written: the counts are of what was read. */
    public static Work run(
            Plan plan,
            ZarrArray array,
            Side source,
            Side target,
            ElementLayout targetLayout,
            Sink sink,
            RunListener listener) {
        RunState state = RunState.of(plan, listener, target.allUnits().size());
        Assembly assembly =
                new Assembly(plan, array, new Sides(source, target), targetLayout, NoElements.SINK, state.budget);
        RegionWriter writer = (range, region) -> workspace -> forEach(range, region, workspace, sink, state.tally);
        assembly.run(plan, state, writer);
        return state.tally.work();
    }

    private static void forEach(
            UnitRanges.Range range, RegionMemory region, Workspace workspace, Sink sink, Tally tally) {
        AssembledUnit unit = new AssembledUnit();
        long[] index = new long[region.units().rank()];
        range.box().indexOf(range.from(), index);
        for (long i = range.from(); i < range.to(); i++) {
            region.take(index, unit, workspace);
            int mark = workspace.mark();
            sink.accept(unit, workspace);
            workspace.releaseTo(mark);
            tally.finishedUnits.increment();
            range.box().advance(index);
        }
    }

    /** Both sides of a run. */
    record Sides(Side source, Side destination) {}

    /** Makes the tasks that take units out of a region. */
    interface RegionWriter {
        Task task(UnitRanges.Range range, RegionMemory region);
    }

    void run(Plan plan, RunState state, RegionWriter writer) {
        RemainingRegions remaining = new RemainingRegions(
                new RegionGrid(target, plan.regionShape(), plan.sweepAxis()), state.frontier.before());
        Iterator<AssembledRegion> regions = new Iterator<>() {
            private @Nullable AssembledRegion last;

            @Override
            public boolean hasNext() {
                return remaining.hasNext();
            }

            @Override
            public AssembledRegion next() {
                RemainingRegions.Region region = remaining.next();
                AssembledRegion previous = last != null && sweep.follows(region.units(), last.units()) ? last : null;
                last = new AssembledRegion(Assembly.this, region, previous, state, writer);
                return last;
            }
        };
        run(plan, state, items == null ? regions : new ItemRegions(this, remaining, state, writer));
    }

    private static void run(Plan plan, RunState state, Iterator<AssembledRegion> regions) {
        new Pipeline(state, regions, plan.concurrentRegions())
                .run(plan.threads(), plan.threadBytes(), plan.slackBytes());
    }
}
