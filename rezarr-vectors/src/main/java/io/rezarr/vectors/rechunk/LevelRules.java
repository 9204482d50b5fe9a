package io.rezarr.vectors.rechunk;

import io.rezarr.vectors.model.FormatVersion;
import io.rezarr.vectors.model.GeometryType;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.LinksConvention;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VectorLevel;

/**
 * How the vertices of a level are ordered in their chunks, and what makes a fragment.
 *
 * @param shape see there
 * @param splitAtBins whether a run of a path ends where its bin does
 * @param hasTree whether vertices have parents that are not all stored
 * @param followedByFragments whether in the source a vertex follows the one before it in its fragment, else that in its chunk
 * @param treeByFragments likewise in the destination
 * @param treeIsDirected whether links that cross chunks go from parent to child, and come on top of what is implied
 * @param isPath whether objects are sequences of vertices
 */
record LevelRules(
        Shape shape,
        boolean splitAtBins,
        boolean hasTree,
        boolean followedByFragments,
        boolean treeByFragments,
        boolean treeIsDirected,
        boolean isPath) {
    /** What fragments are. */
    enum Shape {
        /** A bin each, in the order of the bins; empty ones too. */
        BINS,
        /** A run of consecutive vertices of a path, by object, then by place. */
        RUNS,
        /** All vertices with the same owners, by owner. */
        OWNERS,
        /** As in the source, cut where chunks are. */
        KEPT
    }

    /** @param written the version of the destination */
    static LevelRules of(StoreMetadata store, VectorLevel level, FormatVersion written) {
        LevelMetadata metadata = level.metadata();
        boolean hasObjects = level.objects() != null;
        boolean v07 = written.is(0, 7);
        boolean isShared = metadata.isTrue("shared_fragments");
        boolean isPointCloud = store.geometryTypes().contains(GeometryType.POINT_CLOUD);
        boolean hasLinks = level.linkDeltas().contains(0);
        boolean tree = store.geometryTypes().contains(GeometryType.SKELETON)
                && store.linksConvention() == LinksConvention.IMPLICIT_SEQUENTIAL_WITH_BRANCHES
                && (hasLinks || metadata.number() == 0);
        Shape shape;
        if (isPointCloud && !hasObjects && !isShared) {
            shape = Shape.BINS;
        } else if (isShared || !hasObjects) {
            shape = Shape.KEPT;
        } else {
            shape = store.hasPaths() ? Shape.RUNS : Shape.OWNERS;
        }
        boolean runs = store.geometry() == GeometryType.POLYLINE || store.geometry() == GeometryType.STREAMLINE;
        return new LevelRules(
                shape,
                v07 && runs && shape == Shape.RUNS,
                tree,
                !store.version().is(0, 7),
                !v07,
                tree && hasLinks && level.links(0).format().directed(),
                store.hasPaths());
    }

    /** Whether something is to be known of rows beside where they lie: the order or the owners of fragments, or their attributes. */
    boolean hasRuns(LevelSource source) {
        return shape != Shape.BINS || source.fragmentAttributes() > 0;
    }

    /** Whether at most one vertex of a chunk may have no parent, which is its first row. */
    boolean rootsComeFirst() {
        return hasTree && !treeByFragments;
    }
}
