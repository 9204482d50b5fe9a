package io.rezarr.vectors.layout.v09;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.metadata.Shape;
import io.rezarr.vectors.model.ChunkGrid;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.WorldVector;
import java.util.Arrays;

/**
 * The grid of the arrays of a level: an element for each chunk that the bounds of the store touch. Chunks beyond them, which some stores have, make it
 * larger.
 */
final class Grid09 {
    private final long[] origin;
    private final Shape shape;

    private Grid09(Shape shape, long... origin) {
        this.shape = shape;
        this.origin = origin;
    }

    /** @throws UnsupportedFeatureException if the bounds are so many chunks apart that they cannot be counted */
    static Grid09 of(StoreMetadata root, LevelMetadata level, WorldVector chunkShape, ChunkIndex chunks) {
        int rank = level.rank();
        int before = rank - root.dimensions();
        long[] first = new long[rank];
        long[] last = new long[rank];
        for (int axis = 0; axis < root.dimensions(); axis++) {
            first[before + axis] = chunkOf(root.lower(), chunkShape, axis);
            last[before + axis] = chunkOf(root.upper(), chunkShape, axis);
        }
        if (level.chunkedBy() != null) {
            last[0] = Math.max(0, level.chunkedBy().values().size() - 1L);
        }
        for (int chunk = 0; chunk < chunks.size(); chunk++) {
            for (int axis = 0; axis < rank; axis++) {
                long coordinate = chunks.coordinate(chunk, axis);
                if (Math.abs(coordinate) > ChunkGrid.MAX_COORDINATE || coordinate == Long.MIN_VALUE) {
                    throw new UnsupportedFeatureException("Chunk " + chunks.key(chunk) + " of level " + level.number()
                            + " lies beyond 2^52 chunks along axis " + axis
                            + ", where positions that are not finite end up. Mend or remove them first.");
                }
                first[axis] = Math.min(first[axis], coordinate);
                last[axis] = Math.max(last[axis], coordinate);
            }
        }
        long[] shape = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            shape[axis] = Math.max(1, Math.addExact(Math.subtractExact(last[axis], first[axis]), 1));
        }
        return new Grid09(Shape.of(shape), first);
    }

    private static long chunkOf(WorldVector corner, WorldVector chunkShape, int axis) {
        double chunk = Math.floor(corner.component(axis) / chunkShape.component(axis));
        if (!(Math.abs(chunk) <= ChunkGrid.MAX_COORDINATE)) {
            throw new UnsupportedFeatureException("The bounds of the store reach to " + corner.component(axis)
                    + " along axis " + axis + ", which is chunk " + chunk + " of chunks of "
                    + chunkShape.component(axis) + "; supported are coordinates to 2^52. Use larger chunks.");
        }
        return (long) chunk;
    }

    /** In chunks. */
    Shape shape() {
        return shape;
    }

    /** The coordinates of the chunk of the first element. */
    long[] origin() {
        return origin.clone();
    }

    int rank() {
        return origin.length;
    }

    boolean isAtZero() {
        return Arrays.stream(origin).allMatch(coordinate -> coordinate == 0);
    }

    /** The element of a chunk. */
    long[] element(ChunkIndex chunks, int chunk) {
        long[] element = new long[origin.length];
        for (int axis = 0; axis < element.length; axis++) {
            element[axis] = chunks.coordinate(chunk, axis) - origin[axis];
        }
        return element;
    }

    @Override
    public String toString() {
        return shape + " from " + Arrays.toString(origin);
    }
}
