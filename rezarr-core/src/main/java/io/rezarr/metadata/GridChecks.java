package io.rezarr.metadata;

/** What must hold between the shape, the chunks and the data type of an array of either version. */
final class GridChecks {
    private GridChecks() {}

    /**
     * @throws io.rezarr.error.InvalidMetadataException if the ranks differ, or a number of elements or bytes exceeds 2^63 - 1, so that
     *     products of extents and the element size need no further check
     */
    static void check(JsonPlace shapePlace, Shape shape, JsonPlace chunksPlace, Shape chunks, int elementBytes) {
        if (chunks.rank() != shape.rank()) {
            throw chunksPlace.contradiction("it has " + chunks.rank() + " extents, but the shape " + shape
                    + " of the array has " + shape.rank());
        }
        checkSize(shapePlace, shape, elementBytes);
        checkSize(chunksPlace, chunks, elementBytes);
    }

    private static void checkSize(JsonPlace place, Shape shape, int elementBytes) {
        try {
            Math.multiplyExact(shape.elements(), Math.max(1, elementBytes));
        } catch (ArithmeticException e) {
            throw place.invalid("at most 2^63 - 1 elements and bytes in all", e);
        }
    }

    /** @throws IllegalArgumentException if that cannot be the chunks of an array of that rank */
    static void checkChunks(Shape chunks, int rank) {
        if (chunks.rank() != rank) {
            throw new IllegalArgumentException("chunks " + chunks + " do not have the rank of the array, " + rank);
        }
        for (int axis = 0; axis < rank; axis++) {
            if (chunks.extent(axis) < 1) {
                throw new IllegalArgumentException("chunks " + chunks + " have an extent below 1");
            }
        }
    }

    /** @throws IllegalArgumentException if there is not one name for each axis */
    static void checkNames(int names, int rank) {
        if (names != rank) {
            throw new IllegalArgumentException(names + " dimension names for an array of rank " + rank);
        }
    }
}
