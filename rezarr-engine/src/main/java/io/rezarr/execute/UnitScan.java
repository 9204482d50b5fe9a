package io.rezarr.execute;

import io.rezarr.array.ChunkReader;
import io.rezarr.array.ZarrArray;
import io.rezarr.codec.CodecChain;
import io.rezarr.memory.MemoryBudget;
import io.rezarr.memory.Workspace;
import io.rezarr.plan.IndexBox;
import io.rezarr.plan.ScanMemory;
import io.rezarr.plan.Side;
import io.rezarr.plan.Work;
import java.nio.ByteBuffer;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Reads every read unit of an array once, and hands its elements to a sink. */
public final class UnitScan {
    private final ChunkReader reader;
    private final PresentChunks present;
    private final ElementSink sink;
    private final RunState state;
    private final Side side;
    private final int threads;
    private final long[] strides;

    private UnitScan(ZarrArray array, Side side, ElementSink sink, int threads, RunState state) {
        this.reader = new ChunkReader(array);
        this.present = PresentChunks.of(array);
        this.sink = sink;
        this.side = side;
        this.threads = threads;
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
        Side side = Side.of(array.metadata(), CodecChain.of(array.metadata()));
        ScanMemory memory = ScanMemory.of(side, sinkBytes);
        int affordable = memory.affordableThreads(maxBytes, threads);
        RunState state = new RunState(listener, Assembly.totalUnits(side), MemoryBudget.of(maxBytes));
        UnitScan scan = new UnitScan(array, side, sink, affordable, state);
        new Pipeline(state, scan.regions(), affordable + 1).run(affordable, memory.threadBytes());
        return state.tally.work();
    }

    /**
     * Reads nothing.
     *
     * @throws io.rezarr.error.InfeasiblePlanException as {@link #run} does
     */
    public static void requireFits(ZarrArray array, long sinkBytes, long maxBytes) {
        ScanMemory.of(Side.of(array.metadata(), CodecChain.of(array.metadata())), sinkBytes)
                .affordableThreads(maxBytes, 1);
    }

    private Iterator<Region> regions() {
        Iterator<IndexBox> boxes = CutUnits.boxesOf(side);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return boxes.hasNext();
            }

            @Override
            public Region next() {
                return new Region(boxes.next());
            }
        };
    }

    /** Units of one chunk, or all of them. */
    private final class Region implements RegionWork {
        private final UnitRanges ranges;
        private final SourceUnits units;
        private boolean hasReads = true;

        Region(IndexBox box) {
            this.ranges = new UnitRanges(side, box, threads);
            this.units = new SourceUnits(reader, side, present, state.tally);
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
            units.close();
        }

        private void read(UnitRanges.Range range, Workspace workspace) {
            long[] unit = new long[side.rank()];
            long[] origin = new long[side.rank()];
            long[] extents = new long[side.rank()];
            range.box().indexOf(range.from(), unit);
            for (long i = range.from(); i < range.to(); i++) {
                int mark = workspace.mark();
                SourceUnits.Decoded decoded = units.read(unit, workspace);
                setBox(unit, origin, extents);
                if (decoded == null) {
                    sink.absent(origin, extents);
                } else {
                    ByteBuffer bytes = decoded.bytes();
                    int start = bytes.arrayOffset() + bytes.position();
                    sink.box(origin, extents, bytes.array(), start, strides, workspace);
                }
                workspace.releaseTo(mark);
                state.tally.finishedUnits.increment();
                range.box().advance(unit);
            }
        }

        private void setBox(long[] unit, long[] origin, long[] extents) {
            for (int axis = 0; axis < unit.length; axis++) {
                long size = side.units().unitShape().extent(axis);
                origin[axis] = unit[axis] * size;
                extents[axis] = Math.min(size, side.units().arrayShape().extent(axis) - origin[axis]);
            }
        }
    }
}
