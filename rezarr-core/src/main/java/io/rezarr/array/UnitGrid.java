package io.rezarr.array;

import io.rezarr.memory.Arithmetic;
import io.rezarr.metadata.Shape;
import java.util.Arrays;

/**
 * A regular grid over an array: of chunks, of shards, or of inner chunks. Immutable, equal by value.
 *
 * <p>Units are addressed by their index along each axis, or by their number in C order.
 *
 * @param arrayShape in elements; an extent may be 0
 * @param unitShape in elements; every extent at least 1
 */
public record UnitGrid(Shape arrayShape, Shape unitShape) {
    /** @throws IllegalArgumentException if the ranks differ, or a unit is empty */
    public UnitGrid {
        if (arrayShape.rank() != unitShape.rank()) {
            throw new IllegalArgumentException("array " + arrayShape + " and unit " + unitShape + " differ in rank");
        }
        for (int axis = 0; axis < unitShape.rank(); axis++) {
            if (unitShape.extent(axis) == 0) {
                throw new IllegalArgumentException("unit " + unitShape + " is empty along axis " + axis);
            }
        }
    }

    public int rank() {
        return arrayShape.rank();
    }

    /** How many units lie along an axis, the last one perhaps reaching beyond the array. */
    public long unitsAlong(int axis) {
        return Arithmetic.ceilDiv(arrayShape.extent(axis), unitShape.extent(axis));
    }

    public Shape unitsPerAxis() {
        long[] counts = new long[arrayShape.rank()];
        for (int axis = 0; axis < counts.length; axis++) {
            counts[axis] = unitsAlong(axis);
        }
        return Shape.of(counts);
    }

    /**
     * How many units there are; 1 for rank 0, 0 if an axis is empty.
     *
     * @throws ArithmeticException if they are more than 2^63 - 1
     */
    public long units() {
        return unitsPerAxis().elements();
    }

    /** Whether there is a unit of that index. */
    public boolean contains(long[] index) {
        if (index.length != rank()) {
            return false;
        }
        for (int axis = 0; axis < index.length; axis++) {
            if (index[axis] < 0 || index[axis] >= unitsAlong(axis)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The number of a unit in C order, from 0.
     *
     * @throws IndexOutOfBoundsException if there is no such unit
     * @throws ArithmeticException if it is more than 2^63 - 1
     */
    public long number(long[] index) {
        requireUnit(index);
        long number = 0;
        for (int axis = 0; axis < index.length; axis++) {
            number = Math.addExact(Math.multiplyExact(number, unitsAlong(axis)), index[axis]);
        }
        return number;
    }

    /** The index of a unit; the inverse of {@link #number}. */
    public long[] index(long number) {
        long[] index = new long[rank()];
        index(number, index);
        return index;
    }

    /**
     * Likewise, into an array of the caller.
     *
     * @throws IndexOutOfBoundsException if there is no such unit
     */
    public void index(long number, long[] into) {
        long rest = number;
        for (int axis = rank() - 1; axis >= 0; axis--) {
            long along = unitsAlong(axis);
            if (along == 0) {
                throw new IndexOutOfBoundsException("the grid has no units");
            }
            into[axis] = Math.floorMod(rest, along);
            rest = Math.floorDiv(rest, along);
        }
        if (rest != 0) {
            throw new IndexOutOfBoundsException("unit " + number + " of a grid of " + unitsPerAxis());
        }
    }

    /** The elements of a unit that lie in the array. */
    public Box box(long[] index) {
        requireUnit(index);
        long[] starts = new long[index.length];
        long[] extents = new long[index.length];
        for (int axis = 0; axis < index.length; axis++) {
            starts[axis] = index[axis] * unitShape.extent(axis);
            extents[axis] = Math.min(unitShape.extent(axis), arrayShape.extent(axis) - starts[axis]);
        }
        return new Box(Shape.of(starts), Shape.of(extents));
    }

    /**
     * The units that have elements in a box, as a box of unit indices. Without units if the box has no elements in the
     * array.
     */
    public Box unitsTouching(Box elements) {
        Box inArray = elements.intersection(Box.whole(arrayShape));
        long[] first = new long[rank()];
        long[] count = new long[rank()];
        if (!inArray.isEmpty()) {
            for (int axis = 0; axis < first.length; axis++) {
                first[axis] = inArray.start(axis) / unitShape.extent(axis);
                count[axis] = (inArray.end(axis) - 1) / unitShape.extent(axis) - first[axis] + 1;
            }
        }
        return rank() == 0 ? Box.whole(Shape.SCALAR) : new Box(Shape.of(first), Shape.of(count));
    }

    /**
     * Steps to the next index of a box of unit indices, in C order; to begin with, {@code index} is the box's origin.
     *
     * @return whether there was one; {@code index} is the origin again otherwise
     */
    public static boolean next(long[] index, Box units) {
        for (int axis = index.length - 1; axis >= 0; axis--) {
            if (++index[axis] < units.end(axis)) {
                return true;
            }
            index[axis] = units.start(axis);
        }
        return false;
    }

    private void requireUnit(long[] index) {
        if (!contains(index)) {
            throw new IndexOutOfBoundsException(
                    "unit " + Arrays.toString(index) + " of a grid of " + unitsPerAxis() + " units");
        }
    }
}
