package io.rezarr.execute;

import io.rezarr.plan.IndexBox;
import io.rezarr.plan.Side;

/**
 * Which read units regions hand on to the one that follows along an axis: those that straddle the border between them.
 * Immutable.
 */
final class Sweep {
    private final Side source;
    private final Side target;
    private final int axis;

    /** @param axis -1: nothing is handed on */
    Sweep(Side source, Side target, int axis) {
        this.source = source;
        this.target = target;
        this.axis = axis;
    }

    /** Whether a region follows along the axis, and read units straddle the border. */
    boolean handsOn(IndexBox units) {
        if (axis < 0) {
            return false;
        }
        long end = (units.origin(axis) + units.count(axis))
                * target.units().unitShape().extent(axis);
        return end < target.units().arrayShape().extent(axis)
                && end % source.units().unitShape().extent(axis) != 0;
    }

    /** Whether {@code next} is the region that follows. */
    boolean follows(IndexBox next, IndexBox before) {
        if (axis < 0) {
            return false;
        }
        for (int i = 0; i < next.rank(); i++) {
            long expected = i == axis ? before.origin(i) + before.count(i) : before.origin(i);
            if (next.origin(i) != expected) {
                return false;
            }
        }
        return true;
    }

    /** Without the first ones, and without the last ones, along the axis. */
    IndexBox without(IndexBox reads, boolean first, boolean last) {
        return axis < 0 ? reads : reads.shortened(axis, first ? 1 : 0, last ? 1 : 0);
    }

    IndexBox lastOf(IndexBox reads) {
        return reads.shortened(axis, reads.count(axis) - 1, 0);
    }
}
