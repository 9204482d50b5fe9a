package io.rezarr.plan;

import io.rezarr.memory.Arithmetic;

/** How often read units are touched. */
final class Touches {
    private Touches() {}

    /**
     * How many read units are touched along one axis, each counted once for every region that needs a part of it.
     *
     * <p>A border between two regions costs one more touch exactly when it is not also a border between two read units.
     *
     * @param extent the axis, in elements
     * @param read the read unit's size along the axis, in elements
     * @param region the region's size along the axis, in elements
     * @return touches, at least {@code ceil(extent / read)}
     */
    static long along(long extent, long read, long region) {
        if (extent == 0) {
            return 0;
        }
        long borders = (extent - 1) / region;
        long shared = (extent - 1) / Arithmetic.leastCommonMultiple(read, region);
        return Arithmetic.ceilDiv(extent, read) + borders - shared;
    }
}
