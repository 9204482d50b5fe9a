package io.rezarr.array;

import io.rezarr.metadata.Shape;

/**
 * A regular grid over an array: of chunks, of shards, or of inner chunks. Immutable, equal by value.
 *
 * @param arrayShape in elements; an extent may be 0
 * @param unitShape in elements; every extent at least 1
 */
public record UnitGrid(Shape arrayShape, Shape unitShape) {
    /** How many units lie along an axis, the last one perhaps reaching beyond the array. */
    public long unitsAlong(int axis) {
        return -Math.floorDiv(-arrayShape.extent(axis), unitShape.extent(axis));
    }

    public Shape unitsPerAxis() {
        long[] counts = new long[arrayShape.rank()];
        for (int axis = 0; axis < counts.length; axis++) {
            counts[axis] = unitsAlong(axis);
        }
        return Shape.of(counts);
    }

    /** How many units there are; 1 for rank 0, 0 if an axis is empty. */
    public long units() {
        return unitsPerAxis().elements();
    }
}
