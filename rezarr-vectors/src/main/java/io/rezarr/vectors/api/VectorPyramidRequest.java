package io.rezarr.vectors.api;

import io.rezarr.error.InvalidRequestException;
import io.rezarr.vectors.api.VectorRechunkRequest.Layout;
import io.rezarr.vectors.pyramid.PyramidOptions;
import io.rezarr.vectors.rechunk.VectorRunOptions.DeadRows;
import io.rezarr.vectors.rechunk.VectorRunOptions.Mode;

/**
 * Levels of detail that are to be made. Parts that contradict each other are refused where they come together, what does not fit the store by
 * {@link VectorPyramid#prepare}.
 *
 * @param base source, destination, and how it is gone about; names no levels. If it says how level 0 is to be written (chunks, bins, codec, shards, dead
 *     rows), that is written so first; else it is copied as it is
 * @param pyramid the levels
 * @param levels what becomes of levels above 0 that the source has
 */
public record VectorPyramidRequest(VectorRechunkRequest base, PyramidOptions pyramid, Levels levels) {
    /** What becomes of levels above 0 that the source has. */
    public enum Levels {
        REFUSE,
        /** They are not part of the result. */
        REPLACE
    }

    /** @throws InvalidRequestException if parts contradict each other */
    public VectorPyramidRequest {
        if (base.mode() == Mode.STREAMING) {
            throw new InvalidRequestException(
                    "--streaming does not go with a pyramid: what does not fit in memory goes to scratch files");
        }
        if (!base.levels().isEmpty() || base.existing().addsLevels()) {
            throw new InvalidRequestException("A pyramid is made of level 0, and all levels above it at once: it goes"
                    + " neither with others (--level) nor with levels that are added one by one (--dest-root)");
        }
        if (base.layout() != Layout.AS_IN_SOURCE) {
            throw new InvalidRequestException(
                    "A pyramid has the layout of its source: upgrade that first ('rezarr vectors upgrade')");
        }
    }

    /** Levels that are made of level 0, where the source has no others. */
    public static VectorPyramidRequest of(VectorRechunkRequest base, PyramidOptions pyramid) {
        return new VectorPyramidRequest(base, pyramid, Levels.REFUSE);
    }

    public VectorPyramidRequest withLevels(Levels levels) {
        return new VectorPyramidRequest(base, pyramid, levels);
    }

    /** Whether level 0 is written anew. */
    boolean rechunks() {
        return base.chunkShape() != null
                || base.chunkLimit() != null
                || base.binShape() != null
                || base.codec() != null
                || base.shards() != null
                || base.deadRows() == DeadRows.DROP;
    }
}
