package io.rezarr.execute;

import io.rezarr.array.ChunkReader;
import io.rezarr.array.ZarrArray;
import io.rezarr.codec.ElementLayout;
import io.rezarr.memory.MemoryBudget;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.plan.IndexBox;
import io.rezarr.plan.Plan;
import io.rezarr.plan.RegionGrid;
import io.rezarr.plan.Side;
import io.rezarr.plan.Tasks;
import io.rezarr.plan.Work;
import java.util.Iterator;

/**
 * Assembles the units of a grid from an array of any other one, region by region, and hands them to a {@link Sink}: what
 * writing and comparing have in common.
 */
public final class Assembly {
    final Side source;
    final Side target;
    final ChunkReader reader;
    final CopyCache.Geometry geometry;
    final long[] sourceStrides;
    final long[] targetStrides;
    /** What absent units of the source hold, in the byte order of the target. */
    final byte[] absentElement;

    final UnitPadding padding;
    final RegionBuffers buffers;
    final int unitsPerSlab;
    final int threads;

    private Assembly(Plan plan, ZarrArray array, Side source, Side target, ElementLayout layout) {
        this.source = source;
        this.target = target;
        this.reader = new ChunkReader(array);
        this.threads = plan.threads();
        ArrayMetadata from = plan.request().source();
        ArrayMetadata to = plan.request().destination();
        ElementLayout fromLayout = reader.unitChain().layout();
        this.sourceStrides = fromLayout.strides(source.units().unitShape());
        this.targetStrides = layout.strides(target.units().unitShape());
        this.geometry = new CopyCache.Geometry(
                sourceStrides,
                targetStrides,
                layout.elementBytes(),
                ElementBytes.swaps(fromLayout.bigEndian(), layout.bigEndian()));
        this.absentElement = ElementBytes.inByteOrder(from.fillValue().elementOf(from.dataType()), layout.bigEndian());
        this.padding = new UnitPadding(target, layout, ElementBytes.fillOf(to, layout));
        this.unitsPerSlab = Tasks.unitsPerSlab(target.unitBytes(), largestRegion(plan));
        int slabBytes = Math.toIntExact(unitsPerSlab * target.unitBytes());
        this.buffers = new RegionBuffers(slabBytes, MemoryBudget.of(Math.max(1, plan.peakBytes())));
    }

    private long largestRegion(Plan plan) {
        long units = 1;
        for (int axis = 0; axis < target.rank(); axis++) {
            long along =
                    plan.regionShape().extent(axis) / target.units().unitShape().extent(axis);
            units = Math.multiplyExact(
                    units, Math.max(1, Math.min(along, target.units().unitsAlong(axis))));
        }
        return units;
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
        Assembly assembly = new Assembly(plan, array, source, target, targetLayout);
        RunState state = new RunState(listener, totalUnits(target));
        RegionWriter writer = (range, region) -> workspace -> region.forEach(range, workspace, unit -> {
            sink.accept(unit, workspace);
            state.tally.finishedUnits.increment();
        });
        assembly.run(plan, state, writer, false);
        return state.tally.work();
    }

    /** Runs a plan whose units are written. */
    static void runTo(DestinationUnits destination, Plan plan, ZarrArray array, Sides sides, UnitSinks sinks) {
        Assembly assembly = new Assembly(plan, array, sides.source(), sides.destination(), sinks.layout());
        RegionWriter writer = (range, region) -> destination.task(range, sinks.encoderOf(region));
        assembly.run(plan, destination.state, writer, sides.destination().isSharded());
    }

    /** Both sides of a run. */
    record Sides(Side source, Side destination) {}

    /** Makes encoders of the units of a region. */
    interface UnitSinks {
        ElementLayout layout();

        UnitEncoder encoderOf(AssembledRegion region);
    }

    /** Makes the tasks that take units out of a region. */
    interface RegionWriter {
        Task task(UnitRanges.Range range, AssembledRegion region);
    }

    private void run(Plan plan, RunState state, RegionWriter writer, boolean inOrder) {
        Iterator<IndexBox> boxes = new RegionGrid(target, plan.regionShape()).iterator();
        Iterator<AssembledRegion> regions = new Iterator<>() {
            @Override
            public boolean hasNext() {
                return boxes.hasNext();
            }

            @Override
            public AssembledRegion next() {
                return new AssembledRegion(Assembly.this, boxes.next(), state.tally, writer);
            }
        };
        new Pipeline(state, regions, plan.concurrentRegions(), inOrder).run(plan.threads());
    }

    static long totalUnits(Side side) {
        return IndexBox.inCOrder(
                        new long[side.rank()], side.units().unitsPerAxis().toArray())
                .size();
    }
}
