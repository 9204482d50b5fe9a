package io.rezarr.vectors.write;

import io.rezarr.vectors.model.LinksConvention;
import java.util.List;

/**
 * What the root says that is no longer what the source said, beside the grids.
 *
 * @param linksConvention as links were written
 * @param earlierLevels that stand in the destination, and were not written by this writer
 */
public record StoreChanges(LinksConvention linksConvention, List<Integer> earlierLevels) {
    public StoreChanges {
        earlierLevels = List.copyOf(earlierLevels);
    }

    /** For a store whose levels were all written by this writer. */
    public StoreChanges(LinksConvention linksConvention) {
        this(linksConvention, List.of());
    }
}
