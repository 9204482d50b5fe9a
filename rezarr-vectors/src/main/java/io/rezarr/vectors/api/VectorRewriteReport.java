package io.rezarr.vectors.api;

import io.rezarr.vectors.write.StoreGrids;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of a {@link VectorRewrite}. */
public sealed interface VectorRewriteReport permits VectorRechunkReport, VectorPyramidReport {
    /** Where the result stands. */
    String committed();

    /** The grids of the result. */
    StoreGrids grids();

    /** What the user should know. */
    List<String> notes();

    /** Of the result; {@code null} if it was not verified. */
    @Nullable
    String digest();

    double seconds();
}
