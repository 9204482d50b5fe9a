package io.rezarr.vectors.api;

import io.rezarr.vectors.pyramid.PyramidReport;
import io.rezarr.vectors.rechunk.VectorRunReport;
import io.rezarr.vectors.write.StoreGrids;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a request.
 *
 * @param committed where the result stands
 * @param grids of all levels
 * @param levelZero what was done with level 0; {@code null} if it was copied
 * @param pyramid the other levels
 * @param notes what the user should know
 * @param digest of the result; {@code null} if it was not verified
 */
public record VectorPyramidReport(
        String committed,
        StoreGrids grids,
        @Nullable VectorRunReport levelZero,
        PyramidReport pyramid,
        List<String> notes,
        @Nullable String digest,
        double seconds)
        implements VectorRewriteReport {
    public VectorPyramidReport {
        notes = List.copyOf(notes);
    }

    /** The most that was taken of the memory at any one time, for level 0 or for the others: it is done when these begin. */
    public long memoryBytes() {
        return levelZero == null ? pyramid.memoryBytes() : Math.max(levelZero.memoryBytes(), pyramid.memoryBytes());
    }

    /** Written to scratch files, for all levels. */
    public long scratchBytes() {
        return levelZero == null ? pyramid.scratchBytes() : levelZero.scratchBytes() + pyramid.scratchBytes();
    }
}
