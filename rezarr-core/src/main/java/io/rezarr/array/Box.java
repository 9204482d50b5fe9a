package io.rezarr.array;

import io.rezarr.metadata.Shape;

/** A part of an array: origin and shape, in elements. Immutable, equal by value. */
public record Box(Shape origin, Shape shape) {
    /** @throws IllegalArgumentException if the ranks differ */
    public Box {
        if (origin.rank() != shape.rank()) {
            throw new IllegalArgumentException("origin " + origin + " and shape " + shape + " differ in rank");
        }
    }
}
