package io.rezarr.execute;

import io.rezarr.memory.Workspace;
import io.rezarr.plan.RegionGrid;
import io.rezarr.shuffle.PieceWriter;
import io.rezarr.shuffle.Shuffle;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts read units along the borders of the regions. A piece's bucket is its region's number, its id the read unit's; one
 * without bytes says that the unit is absent. For one task.
 */
final class UnitCutter implements UnitReads.Visitor {
    private final Assembly assembly;
    private final RegionGrid grid;
    private final long firstBucket;
    private final PieceWriter pieces;
    private final CopyCache copies;
    private final int rank;
    private final long[] unitBegin;
    private final long[] inArray;
    private final long[] regionSize;
    private final long[] first;
    private final long[] last;
    private final long[] region;
    private final long[] targetUnit;
    private final long[] extents;

    /** @param firstBucket pieces of those before it are not wanted */
    UnitCutter(Assembly assembly, RegionGrid grid, long firstBucket, Shuffle shuffle, Workspace workspace) {
        this.assembly = assembly;
        this.grid = grid;
        this.firstBucket = firstBucket;
        this.pieces = shuffle.writer();
        this.copies = CopyCache.of(workspace, assembly.pieces.cutting);
        this.rank = assembly.source.rank();
        this.unitBegin = new long[rank];
        this.inArray = new long[rank];
        this.regionSize = new long[rank];
        this.first = new long[rank];
        this.last = new long[rank];
        this.region = new long[rank];
        this.targetUnit = new long[rank];
        this.extents = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            regionSize[axis] = grid.regionUnits(axis) * assembly.targetUnit[axis];
        }
    }

    @Override
    public boolean wants(long[] unit) {
        if (firstBucket == 0) {
            return true;
        }
        begin(unit);
        for (int axis = 0; axis < rank; axis++) {
            targetUnit[axis] = (unitBegin[axis] + inArray[axis] - 1) / assembly.targetUnit[axis];
        }
        // Of a box, no corner has a greater number than the last one.
        return grid.numberOf(targetUnit) >= firstBucket;
    }

    @Override
    public void visit(long[] unit, SourceUnits.@Nullable Decoded decoded, Workspace workspace) {
        long id = assembly.source.units().number(unit);
        begin(unit);
        SourceUnits.tell(assembly.elements, unitBegin, inArray, decoded, assembly.sourceStrides, workspace);
        do {
            long offset = common();
            long bucket = grid.numberOf(targetUnit);
            if (bucket < firstBucket) {
                continue;
            }
            if (decoded == null) {
                pieces.begin(bucket, id, 0);
            } else {
                ByteBuffer bytes = decoded.bytes();
                pieces.begin(bucket, id, assembly.pieces.bytes(extents));
                int start = bytes.arrayOffset() + bytes.position();
                copies.of(extents).copy(bytes.array(), (int) (start + offset), pieces.array(), pieces.offset());
            }
            pieces.end();
        } while (advance());
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

    @Override
    public void close() {
        pieces.close();
    }
}
