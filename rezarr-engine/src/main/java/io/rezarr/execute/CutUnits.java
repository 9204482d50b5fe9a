package io.rezarr.execute;

import io.rezarr.memory.Workspace;
import io.rezarr.plan.IndexBox;
import io.rezarr.plan.RegionGrid;
import io.rezarr.plan.Side;
import io.rezarr.shuffle.PieceWriter;
import io.rezarr.shuffle.Shuffle;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Read units of one chunk, or of all where chunks are read units: each is decoded and cut along the borders of the
 * regions. A piece's bucket is its region's number, its id the read unit's; one without bytes says that the unit is absent.
 */
final class CutUnits implements RegionWork {
    private final Assembly assembly;
    private final RegionGrid grid;
    private final Shuffle shuffle;
    private final SourceUnits sourceUnits;
    private final UnitRanges ranges;
    private boolean hasReads = true;

    private CutUnits(Assembly assembly, RegionGrid grid, Shuffle shuffle, IndexBox units, RunState state) {
        this.assembly = assembly;
        this.grid = grid;
        this.shuffle = shuffle;
        this.sourceUnits = new SourceUnits(assembly.reader, assembly.source, assembly.present, state.tally);
        this.ranges = new UnitRanges(assembly.source, units, assembly.threads);
    }

    /** All read units; those of a shard together, so that its index is read once and then forgotten. */
    static final class Regions implements Iterator<CutUnits> {
        private final Assembly assembly;
        private final RegionGrid grid;
        private final Shuffle shuffle;
        private final RunState state;
        private final Iterator<IndexBox> boxes;

        Regions(Assembly assembly, RegionGrid grid, Shuffle shuffle, RunState state) {
            this.assembly = assembly;
            this.grid = grid;
            this.shuffle = shuffle;
            this.state = state;
            Side source = assembly.source;
            this.boxes = boxesOf(source);
        }

        @Override
        public boolean hasNext() {
            return boxes.hasNext();
        }

        @Override
        public CutUnits next() {
            return new CutUnits(assembly, grid, shuffle, boxes.next(), state);
        }
    }

    /** All units: those of each shard, or all at once where chunks are units. */
    static Iterator<IndexBox> boxesOf(Side side) {
        IndexBox all = IndexBox.inCOrder(
                new long[side.rank()], side.units().unitsPerAxis().toArray());
        return side.isSharded()
                ? new RegionGrid(side, side.chunks().unitShape(), -1).iterator()
                : List.of(all).iterator();
    }

    @Override
    public @Nullable Task nextRead() {
        UnitRanges.Range range = ranges.next();
        hasReads = range != null;
        return range == null ? null : workspace -> cut(range, workspace);
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
        sourceUnits.close();
    }

    private void cut(UnitRanges.Range range, Workspace workspace) {
        long[] unit = new long[assembly.source.rank()];
        range.box().indexOf(range.from(), unit);
        try (PieceWriter pieces = shuffle.writer()) {
            Cutter cutter = new Cutter(pieces, workspace);
            for (long i = range.from(); i < range.to(); i++) {
                int mark = workspace.mark();
                cutter.cut(unit, sourceUnits.read(unit, workspace), workspace);
                workspace.releaseTo(mark);
                range.box().advance(unit);
            }
        }
    }

    /** Cuts units, one after the other. */
    private final class Cutter {
        private final PieceWriter pieces;
        private final CopyCache copies;
        private final int rank = assembly.source.rank();
        private final long[] unitBegin = new long[rank];
        private final long[] inArray = new long[rank];
        private final long[] regionSize = new long[rank];
        private final long[] first = new long[rank];
        private final long[] last = new long[rank];
        private final long[] region = new long[rank];
        private final long[] targetUnit = new long[rank];
        private final long[] extents = new long[rank];

        Cutter(PieceWriter pieces, Workspace workspace) {
            this.pieces = pieces;
            this.copies = CopyCache.of(workspace, assembly.pieces.cutting);
            for (int axis = 0; axis < rank; axis++) {
                regionSize[axis] = grid.regionUnits(axis) * assembly.targetUnit[axis];
            }
        }

        void cut(long[] unit, SourceUnits.@Nullable Decoded decoded, Workspace workspace) {
            long id = assembly.source.units().number(unit);
            begin(unit);
            tell(decoded, workspace);
            do {
                long offset = common();
                if (decoded == null) {
                    pieces.begin(grid.numberOf(targetUnit), id, 0);
                } else {
                    ByteBuffer bytes = decoded.bytes();
                    pieces.begin(grid.numberOf(targetUnit), id, assembly.pieces.bytes(extents));
                    int start = bytes.arrayOffset() + bytes.position();
                    copies.of(extents).copy(bytes.array(), (int) (start + offset), pieces.array(), pieces.offset());
                }
                pieces.end();
            } while (advance());
        }

        private void tell(SourceUnits.@Nullable Decoded decoded, Workspace workspace) {
            if (decoded == null) {
                assembly.elements.absent(unitBegin, inArray);
            } else {
                ByteBuffer bytes = decoded.bytes();
                int start = bytes.arrayOffset() + bytes.position();
                assembly.elements.box(unitBegin, inArray, bytes.array(), start, assembly.sourceStrides, workspace);
            }
        }

        private void begin(long[] unit) {
            for (int axis = 0; axis < rank; axis++) {
                unitBegin[axis] = unit[axis] * assembly.sourceUnit[axis];
                inArray[axis] = Math.min(assembly.sourceUnit[axis], assembly.arrayExtent[axis] - unitBegin[axis]);
                first[axis] = unitBegin[axis] / regionSize[axis];
                last[axis] = (unitBegin[axis] + inArray[axis] - 1) / regionSize[axis];
                region[axis] = first[axis];
            }
        }

        private boolean advance() {
            for (int axis = rank - 1; axis >= 0; axis--) {
                if (++region[axis] <= last[axis]) {
                    return true;
                }
                region[axis] = first[axis];
            }
            return false;
        }

        /** Sets the extents of the piece for a region, and its first unit there; returns where it begins in the read unit. */
        private long common() {
            long offset = 0;
            for (int axis = 0; axis < rank; axis++) {
                long begin = Math.max(unitBegin[axis], region[axis] * regionSize[axis]);
                long end = Math.min(unitBegin[axis] + inArray[axis], (region[axis] + 1) * regionSize[axis]);
                extents[axis] = end - begin;
                targetUnit[axis] = begin / assembly.targetUnit[axis];
                offset += (begin - unitBegin[axis]) * assembly.sourceStrides[axis];
            }
            return offset;
        }
    }
}
