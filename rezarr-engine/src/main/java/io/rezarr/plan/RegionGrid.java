package io.rezarr.plan;

import io.rezarr.memory.Arithmetic;
import io.rezarr.metadata.Shape;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The regions of a plan, as boxes of the destination's units, in the order in which they are finished. No two share a
 * unit; together they are all units. Where a region is a part of a shard, the regions of one shard follow one another so that its
 * units come in the order in which they stand in it. Immutable.
 */
public final class RegionGrid implements Iterable<IndexBox> {
    private final IndexBox outer;
    /** In units. */
    private final long[] outerUnits;

    private final long[] regionUnits;
    private final long[] allUnits;
    private final List<Integer> positionOrder;

    /**
     * @param destination side
     * @param regionShape in elements; a multiple of the units; along each axis of shards, or else a divisor of them
     * @param sweepAxis along which regions follow one another first; negative: the last one
     */
    public RegionGrid(Side destination, Shape regionShape, int sweepAxis) {
        int rank = destination.rank();
        long[] shardUnits = destination.unitsPerChunk();
        this.positionOrder = destination.positionOrder();
        this.regionUnits = new long[rank];
        this.outerUnits = new long[rank];
        this.allUnits = destination.units().unitsPerAxis().toArray();
        long[] outerCounts = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            regionUnits[axis] = regionShape.extent(axis) / destination.unit(axis);
            outerUnits[axis] = Math.max(regionUnits[axis], shardUnits[axis]);
            outerCounts[axis] = Arithmetic.ceilDiv(allUnits[axis], outerUnits[axis]);
        }
        this.outer = new IndexBox(new long[rank], outerCounts, withLast(sweepAxis, rank));
    }

    private static List<Integer> withLast(int sweepAxis, int rank) {
        List<Integer> order = new ArrayList<>(Side.cOrder(rank));
        if (sweepAxis >= 0) {
            order.remove(Integer.valueOf(sweepAxis));
            order.add(sweepAxis);
        }
        return order;
    }

    /** How many regions there are. */
    public long regions() {
        long regions = 1;
        for (int axis = 0; axis < allUnits.length; axis++) {
            long along = Arithmetic.ceilDiv(allUnits[axis], regionUnits[axis]);
            regions = along == 0 ? 0 : Arithmetic.times(regions, along);
        }
        return regions;
    }

    /** The bound of {@link #numberOf}. */
    public long numbers() {
        return Arithmetic.times(outer.size(), innerNumbers());
    }

    private long innerNumbers() {
        long numbers = 1;
        for (int axis = 0; axis < regionUnits.length; axis++) {
            numbers = Arithmetic.times(numbers, regionsPerOuter(axis));
        }
        return numbers;
    }

    private long regionsPerOuter(int axis) {
        return Arithmetic.ceilDiv(outerUnits[axis], regionUnits[axis]);
    }

    /** A number for the region that a unit is in: ascending in the order of iteration, some having no region. */
    public long numberOf(long[] unit) {
        long inner = 0;
        for (int i = 0; i < positionOrder.size(); i++) {
            int axis = positionOrder.get(i);
            inner = inner * regionsPerOuter(axis) + unit[axis] % outerUnits[axis] / regionUnits[axis];
        }
        return outer.numberOfDivided(unit, outerUnits) * innerNumbers() + inner;
    }

    /** The number of the region that is that box. */
    public long numberOf(IndexBox region) {
        long[] first = new long[region.rank()];
        for (int axis = 0; axis < first.length; axis++) {
            first[axis] = region.origin(axis);
        }
        return numberOf(first);
    }

    /** How many units a region has along an axis, but at the end of the array. */
    public long regionUnits(int axis) {
        return regionUnits[axis];
    }

    @Override
    public Iterator<IndexBox> iterator() {
        return new Regions();
    }

    private final class Regions implements Iterator<IndexBox> {
        private final long[] outerIndex = new long[outer.rank()];
        private final long[] innerIndex = new long[outer.rank()];
        private long outerNumber;
        private long innerNumber;
        private IndexBox inner = IndexBox.inCOrder(new long[outer.rank()], new long[outer.rank()]);
        private boolean isInside;

        @Override
        public boolean hasNext() {
            return isInside ? innerNumber < inner.size() || outerNumber < outer.size() : outerNumber < outer.size();
        }

        @Override
        public IndexBox next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            if (!isInside || innerNumber == inner.size()) {
                outer.indexOf(outerNumber++, outerIndex);
                inner = regionsInside(outerIndex);
                innerNumber = 0;
                isInside = true;
            }
            inner.indexOf(innerNumber++, innerIndex);
            return units(innerIndex);
        }
    }

    private IndexBox regionsInside(long[] outerIndex) {
        long[] origin = new long[outerIndex.length];
        long[] counts = new long[outerIndex.length];
        for (int axis = 0; axis < origin.length; axis++) {
            long units = Math.min(outerUnits[axis], allUnits[axis] - outerIndex[axis] * outerUnits[axis]);
            origin[axis] = outerIndex[axis] * (outerUnits[axis] / regionUnits[axis]);
            counts[axis] = Arithmetic.ceilDiv(units, regionUnits[axis]);
        }
        return new IndexBox(origin, counts, positionOrder);
    }

    private IndexBox units(long[] region) {
        long[] origin = new long[region.length];
        long[] counts = new long[region.length];
        for (int axis = 0; axis < origin.length; axis++) {
            origin[axis] = region[axis] * regionUnits[axis];
            counts[axis] = Math.min(regionUnits[axis], allUnits[axis] - origin[axis]);
        }
        return IndexBox.inCOrder(origin, counts);
    }
}
