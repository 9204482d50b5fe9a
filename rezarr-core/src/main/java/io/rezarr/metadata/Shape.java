package io.rezarr.metadata;

import java.util.Arrays;

/**
 * A number for each axis, outermost axis first: the extents of an array or chunk, in elements. Immutable, equal by
 * value; no extent is negative; of rank 0 it is the shape of a scalar.
 */
public final class Shape {
    public static final Shape SCALAR = new Shape();

    private final long[] extents;

    private Shape(long... extents) {
        this.extents = extents;
    }

    /** @throws IllegalArgumentException if an extent is negative */
    public static Shape of(long... extents) {
        for (long extent : extents) {
            if (extent < 0) {
                throw new IllegalArgumentException("shape " + Arrays.toString(extents) + " has a negative extent");
            }
        }
        return new Shape(extents.clone());
    }

    public int rank() {
        return extents.length;
    }

    public long extent(int axis) {
        return extents[axis];
    }

    public long[] toArray() {
        return extents.clone();
    }

    /**
     * The product of the extents; 1 for rank 0.
     *
     * @throws ArithmeticException if it exceeds 2^63 - 1
     */
    public long elements() {
        for (long extent : extents) {
            if (extent == 0) {
                return 0;
            }
        }
        long product = 1;
        for (long extent : extents) {
            product = Math.multiplyExact(product, extent);
        }
        return product;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(extents, shape.extents);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(extents);
    }

    /** {@code (5, 7)}, {@code (5)}, {@code ()}. */
    @Override
    public String toString() {
        String list = Arrays.toString(extents);
        return "(" + list.substring(1, list.length() - 1) + ")";
    }
}
