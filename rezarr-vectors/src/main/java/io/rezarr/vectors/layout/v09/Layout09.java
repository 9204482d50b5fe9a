package io.rezarr.vectors.layout.v09;

import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.ParametricObjects;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.node.NodeStore;
import io.rezarr.vectors.node.NodeTree;

/** Layout 0.9. */
public final class Layout09 implements NodeStore.Layout {
    @Override
    public VectorLevel level(NodeStore store, LevelMetadata metadata) {
        return new Level09(store, metadata);
    }

    @Override
    public ParametricObjects parametric(NodeTree nodes) {
        return new Parametric09(nodes);
    }
}
