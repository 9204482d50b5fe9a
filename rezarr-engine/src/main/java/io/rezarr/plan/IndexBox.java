package io.rezarr.plan;

import io.rezarr.memory.Arithmetic;
import java.util.List;

/**
 * A box of grid indices, and an order in which they are numbered from 0. Immutable.
 */
public final class IndexBox {
    private final long[] origin;
    private final long[] counts;
    /** Axes from the slowest to the fastest. */
    private final int[] order;

    private final long size;

    /**
     * @param origin the first index along each axis
     * @param counts how many along each axis
     * @param axisOrder axes from the slowest to the fastest
     */
    public IndexBox(long[] origin, long[] counts, List<Integer> axisOrder) {
        this(
                origin.clone(),
                counts.clone(),
                axisOrder.stream().mapToInt(Integer::intValue).toArray());
    }

    private IndexBox(long[] origin, long[] counts, int[] order) {
        this.origin = origin;
        this.counts = counts;
        this.order = order;
        this.size = product(counts);
    }

    /** In C order. */
    public static IndexBox inCOrder(long[] origin, long[] counts) {
        int[] order = new int[counts.length];
        for (int axis = 0; axis < order.length; axis++) {
            order[axis] = axis;
        }
        return new IndexBox(origin.clone(), counts.clone(), order);
    }

    private static long product(long[] counts) {
        long product = 1;
        for (long count : counts) {
            product = count == 0 ? 0 : Arithmetic.times(product, count);
        }
        return product;
    }

    /** How many indices; 1 for rank 0; {@code Long.MAX_VALUE} if that is more. */
    public long size() {
        return size;
    }

    public int rank() {
        return origin.length;
    }

    public long origin(int axis) {
        return origin[axis];
    }

    public long count(int axis) {
        return counts[axis];
    }

    /** The index that has that number. */
    public void indexOf(long number, long[] index) {
        long rest = number;
        for (int i = order.length - 1; i >= 0; i--) {
            int axis = order[i];
            index[axis] = origin[axis] + rest % counts[axis];
            rest /= counts[axis];
        }
    }

    /** The number of an index inside the box. */
    public long numberOf(long[] index) {
        long number = 0;
        for (int axis : order) {
            number = number * counts[axis] + (index[axis] - origin[axis]);
        }
        return number;
    }

    /** The number of the index that is {@code index} divided by {@code divisors} along each axis. */
    long numberOfDivided(long[] index, long[] divisors) {
        long number = 0;
        for (int axis : order) {
            number = number * counts[axis] + (index[axis] / divisors[axis] - origin[axis]);
        }
        return number;
    }

    /** Sets {@code index} to the one that follows it; back to the first after the last. */
    public void advance(long[] index) {
        for (int i = order.length - 1; i >= 0; i--) {
            int axis = order[i];
            if (++index[axis] < origin[axis] + counts[axis]) {
                return;
            }
            index[axis] = origin[axis];
        }
    }

    /** The indices of a coarser grid whose cells this box touches: cell i there is {@code factors} cells here, along each axis. */
    public IndexBox coarser(long[] factors) {
        long[] first = new long[origin.length];
        long[] number = new long[origin.length];
        for (int axis = 0; axis < first.length; axis++) {
            first[axis] = origin[axis] / factors[axis];
            number[axis] = counts[axis] == 0 ? 0 : (origin[axis] + counts[axis] - 1) / factors[axis] - first[axis] + 1;
        }
        return inCOrder(first, number);
    }

    /** Without the first and the last ones along an axis, numbered in C order. */
    public IndexBox shortened(int axis, long first, long last) {
        long[] begin = origin.clone();
        long[] number = counts.clone();
        begin[axis] += first;
        number[axis] = Math.max(0, number[axis] - first - last);
        return inCOrder(begin, number);
    }

    /**
     * Two parts of a box of at least two indices, each numbered in C order. They have no cell of a coarser grid in common if there are several;
     * else the second one follows the first in that order.
     *
     * @param factors cells of this grid for one of the coarser, along each axis
     * @param axisOrder axes from the slowest to the fastest
     */
    public List<IndexBox> halves(long[] factors, List<Integer> axisOrder) {
        for (int axis : axisOrder) {
            long firstCell = origin[axis] / factors[axis];
            long cells = (origin[axis] + counts[axis] - 1) / factors[axis] - firstCell + 1;
            if (cells > 1) {
                return cutAt(axis, (firstCell + cells / 2) * factors[axis] - origin[axis]);
            }
        }
        for (int axis : axisOrder) {
            if (counts[axis] > 1) {
                return cutAt(axis, counts[axis] / 2);
            }
        }
        throw new IllegalStateException("a box of " + size + " indices has no halves");
    }

    private List<IndexBox> cutAt(int axis, long first) {
        return List.of(shortened(axis, 0, counts[axis] - first), shortened(axis, first, 0));
    }

    /** The part of this box inside one cell of a coarser grid, numbered in that order. */
    public IndexBox inside(long[] cell, long[] factors, List<Integer> axisOrder) {
        long[] first = new long[origin.length];
        long[] number = new long[origin.length];
        for (int axis = 0; axis < first.length; axis++) {
            first[axis] = Math.max(origin[axis], cell[axis] * factors[axis]);
            long end = Math.min(origin[axis] + counts[axis], (cell[axis] + 1) * factors[axis]);
            number[axis] = Math.max(0, end - first[axis]);
        }
        return new IndexBox(first, number, axisOrder);
    }
}
