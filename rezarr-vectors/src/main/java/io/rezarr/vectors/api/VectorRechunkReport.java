package io.rezarr.vectors.api;

import io.rezarr.vectors.rechunk.VectorRunReport;
import io.rezarr.vectors.write.StoreGrids;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a request.
 *
 * @param committed where the result stands
 * @param grids of the result
 * @param run what was done
 * @param notes what the user should know
 * @param digest of source and result, which are equal; {@code null} if they were not verified
 */
public record VectorRechunkReport(
        String committed,
        StoreGrids grids,
        VectorRunReport run,
        List<String> notes,
        @Nullable String digest,
        double seconds)
        implements VectorRewriteReport {
    public VectorRechunkReport {
        notes = List.copyOf(notes);
    }
}
