package io.rezarr.vectors.validate;

import io.rezarr.vectors.model.GeometryType;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.StoreMetadata;

/**
 * What fragments of a level must be like, which depends on geometry and layout.
 *
 * @param mustTile they are ranges that cover the rows in order
 * @param areBins a fragment is a bin, its number that of the bin in C order
 * @param allBins there is one for every bin
 * @param withinBins none reaches from one bin into another
 */
record FragmentRules(boolean mustTile, boolean areBins, boolean allBins, boolean withinBins) {
    static FragmentRules of(StoreMetadata store, LevelMetadata level, boolean hasObjects) {
        boolean v07 = store.version().is(0, 7);
        boolean shared = level.isTrue("shared_fragments");
        boolean bins = VertexChecks.isPointCloud(store) && !hasObjects && !shared;
        boolean runs = store.geometry() == GeometryType.POLYLINE || store.geometry() == GeometryType.STREAMLINE;
        return new FragmentRules(v07 || level.isTrue("fragments_tile"), bins, bins && v07, runs && v07 && !shared);
    }
}
