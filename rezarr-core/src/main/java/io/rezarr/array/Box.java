package io.rezarr.array;

import io.rezarr.metadata.Shape;

/** A part of an array: origin and shape, in elements (or in units of a {@link UnitGrid}). Immutable, equal by value. */
public record Box(Shape origin, Shape shape) {
    /** @throws IllegalArgumentException if the ranks differ, or an end exceeds 2^63 - 1 */
    public Box {
        if (origin.rank() != shape.rank()) {
            throw new IllegalArgumentException("origin " + origin + " and shape " + shape + " differ in rank");
        }
        for (int axis = 0; axis < origin.rank(); axis++) {
            if (origin.extent(axis) > Long.MAX_VALUE - shape.extent(axis)) {
                throw new IllegalArgumentException("origin " + origin + " and shape " + shape + " end beyond 2^63 - 1");
            }
        }
    }

    /** All of an array. */
    public static Box whole(Shape shape) {
        return new Box(Shape.of(new long[shape.rank()]), shape);
    }

    public int rank() {
        return shape.rank();
    }

    /** Where it begins along an axis. */
    public long start(int axis) {
        return origin.extent(axis);
    }

    /** Where it ends along an axis, exclusive. */
    public long end(int axis) {
        return origin.extent(axis) + shape.extent(axis);
    }

    public boolean isEmpty() {
        for (int axis = 0; axis < rank(); axis++) {
            if (shape.extent(axis) == 0) {
                return true;
            }
        }
        return false;
    }

    /** @throws ArithmeticException if they are more than 2^63 - 1 */
    public long elements() {
        return shape.elements();
    }

    /** What both have; where they have nothing in common along an axis, its extent is 0. */
    public Box intersection(Box other) {
        long[] starts = new long[rank()];
        long[] extents = new long[rank()];
        for (int axis = 0; axis < starts.length; axis++) {
            starts[axis] = Math.max(start(axis), other.start(axis));
            extents[axis] = Math.max(0, Math.min(end(axis), other.end(axis)) - starts[axis]);
        }
        return new Box(Shape.of(starts), Shape.of(extents));
    }

    /** Whether every element of the other is in this one; an empty one is in any. */
    public boolean contains(Box other) {
        if (other.isEmpty()) {
            return true;
        }
        for (int axis = 0; axis < rank(); axis++) {
            if (other.start(axis) < start(axis) || other.end(axis) > end(axis)) {
                return false;
            }
        }
        return true;
    }

    /** {@code (4, 0)+(2, 8)}: origin and shape. */
    @Override
    public String toString() {
        return origin + "+" + shape;
    }
}
