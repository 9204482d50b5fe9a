package io.rezarr.execute;

import io.rezarr.array.ChunkReader;
import io.rezarr.array.ZarrArray;
import io.rezarr.codec.CodecChain;
import io.rezarr.memory.MemoryBudget;
import io.rezarr.memory.Workspace;
import io.rezarr.plan.ItemBounds;
import io.rezarr.plan.ItemSizes;
import io.rezarr.plan.ScanMemory;
import io.rezarr.plan.Side;
import io.rezarr.plan.Work;
import org.jspecify.annotations.Nullable;

/** Reads every read unit of an array once, and hands its elements to a sink. */
public final class UnitScan {
    private final Side side;
    private final ElementSink sink;
    private final RunState state;
    private final long[] strides;

    private UnitScan(ChunkReader reader, Side side, ElementSink sink, RunState state) {
        this.side = side;
        this.sink = sink;
        this.state = state;
        this.strides = reader.unitChain().layout().strides(side.units().unitShape());
    }

    /**
     * Reads an array whose elements go to a sink in the layout of {@link ChunkReader#unitChain}.
     *
     * @param sinkBytes that the sink borrows from a workspace at most
     * @param maxBytes of memory for buffers: fewer threads than asked for are used if it holds no more
     * @return what was read
     * @throws io.rezarr.error.InfeasiblePlanException if the memory does not hold one unit; names the least that would do
     * @throws io.rezarr.error.RezarrException the first failure of any thread; the others have stopped when this throws
     */
    public static Work run(
            ZarrArray array, ElementSink sink, long sinkBytes, long maxBytes, int threads, RunListener listener) {
        ItemSizes sizes = ItemSample.of(array, maxBytes);
        long room = sizes == null
                ? 0
                : ItemBounds.scanned(
                        sizes,
                        bytes -> ScanMemory.of(sideOf(array, bytes), sinkBytes).leastBytes(),
                        maxBytes,
                        threads);
        Side side = sideOf(array, room);
        ScanMemory memory = ScanMemory.of(side, sinkBytes);
        int affordable = memory.affordableThreads(maxBytes, threads);
        RunState state = new RunState(listener, side.allUnits().size(), MemoryBudget.of(maxBytes));
        ChunkReader reader = new ChunkReader(array, room);
        UnitScan scan = new UnitScan(reader, side, sink, state);
        PresentChunks present = PresentChunks.of(array);
        ItemSlots items = ItemSlots.of(array.metadata(), array.metadata(), reader.unitChain());
        var units = UnitReads.all(
                side,
                affordable,
                () -> new SourceUnits(reader, side, present, state.tally, items, sink),
                workspace -> scan.new Telling());
        new Pipeline(state, units, affordable + 1).run(affordable, memory.threadBytes(), 0);
        return state.tally.work();
    }

    /**
     * Reads nothing.
     *
     * @throws io.rezarr.error.InfeasiblePlanException as {@link #run} does
     */
    public static void requireFits(ZarrArray array, long sinkBytes, long maxBytes) {
        ScanMemory.of(sideOf(array, 0), sinkBytes).affordableThreads(maxBytes, 1);
    }

    /** @param room for the items of a unit, if they are of variable size */
    private static Side sideOf(ZarrArray array, long room) {
        return Side.of(array.metadata(), CodecChain.of(array.metadata(), room));
    }

    /** Tells the sink one unit after the other. */
    private final class Telling implements UnitReads.Visitor {
        private final long[] origin = new long[side.rank()];
        private final long[] extents = new long[side.rank()];

        @Override
        public void visit(long[] unit, SourceUnits.@Nullable Decoded decoded, Workspace workspace) {
            for (int axis = 0; axis < unit.length; axis++) {
                long size = side.units().unitShape().extent(axis);
                origin[axis] = unit[axis] * size;
                extents[axis] = Math.min(size, side.units().arrayShape().extent(axis) - origin[axis]);
            }
            SourceUnits.tell(sink, origin, extents, decoded, strides, workspace);
            state.tally.finishedUnits.increment();
        }
    }
}
