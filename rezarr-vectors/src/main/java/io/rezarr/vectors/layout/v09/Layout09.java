package io.rezarr.vectors.layout.v09;

import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.ParametricObjects;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.node.NodeStore;
import io.rezarr.vectors.node.NodeStoreWriter;
import io.rezarr.vectors.node.NodeTree;
import io.rezarr.vectors.write.LevelOutline;
import io.rezarr.vectors.write.LevelWriter;

/** Layout 0.9. */
public final class Layout09 implements NodeStore.Layout, NodeStoreWriter.Layout {
    @Override
    public VectorLevel level(NodeStore store, LevelMetadata metadata) {
        return new Level09(store, metadata);
    }

    @Override
    public LevelWriter level(NodeStoreWriter store, LevelOutline outline) {
        return new LevelWriter09(store, outline);
    }

    @Override
    public ParametricObjects parametric(NodeTree nodes) {
        return new Parametric09(nodes);
    }
}
