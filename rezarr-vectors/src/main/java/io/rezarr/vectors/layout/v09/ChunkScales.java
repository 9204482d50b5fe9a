package io.rezarr.vectors.layout.v09;

import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.WorldVector;
import java.util.Arrays;

/**
 * How the chunks of one level lie in those of another, for links between them: the anchor of a chunk is {@code floor(chunk · from / to)}, where both are
 * chunk shapes in whole chunk shapes of the root. The coordinate of an attribute is not scaled.
 */
final class ChunkScales {
    private final long[] from;
    private final long[] to;

    private ChunkScales(long[] from, long... to) {
        this.from = from;
        this.to = to;
    }

    /** @param rank how many coordinates a chunk has; those in front of the spatial ones are not scaled */
    static ChunkScales of(WorldVector root, WorldVector from, WorldVector to, int rank) {
        return new ChunkScales(inRootChunks(from, root, rank), inRootChunks(to, root, rank));
    }

    private static long[] inRootChunks(WorldVector shape, WorldVector root, int rank) {
        long[] scale = new long[rank];
        Arrays.fill(scale, 1);
        int before = rank - root.dimensions();
        for (int axis = 0; axis < root.dimensions(); axis++) {
            scale[before + axis] = Math.max(1, Math.round(shape.component(axis) / root.component(axis)));
        }
        return scale;
    }

    long[] anchor(ChunkKey source) {
        long[] anchor = source.toArray();
        for (int axis = 0; axis < anchor.length; axis++) {
            anchor[axis] = Math.floorDiv(anchor[axis] * from[axis], to[axis]);
        }
        return anchor;
    }
}
