package io.rezarr.vectors.api;

import io.rezarr.vectors.pyramid.PyramidOptions;

/**
 * Levels of detail that are to be made. Nothing is checked before {@link VectorPyramid#prepare}.
 *
 * @param base source, destination, and how it is gone about. With chunks or bins, level 0 is written with these first; without, it is copied as it is
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

    boolean rechunks() {
        return base.chunkShape() != null || base.binShape() != null;
    }
}
