package io.rezarr.vectors.layout.v07;

import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.ParametricObjects;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.node.NodeStore;
import io.rezarr.vectors.node.NodeTree;

/** Layout 0.7. */
public final class Layout07 implements NodeStore.Layout {
    @Override
    public VectorLevel level(NodeStore store, LevelMetadata metadata) {
        return new Level07(store, metadata);
    }

    @Override
    public ParametricObjects parametric(NodeTree nodes) {
        return new Parametric07(nodes);
    }
}
