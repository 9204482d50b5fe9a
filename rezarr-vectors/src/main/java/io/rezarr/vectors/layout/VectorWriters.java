package io.rezarr.vectors.layout;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.store.Store;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.layout.v07.Layout07;
import io.rezarr.vectors.layout.v09.Layout09;
import io.rezarr.vectors.layout.v09.Upgrade09;
import io.rezarr.vectors.model.FormatVersion;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.node.NodeStore;
import io.rezarr.vectors.node.NodeStoreWriter;
import io.rezarr.vectors.node.NodeTree;
import io.rezarr.vectors.node.NodeWriter;
import io.rezarr.vectors.write.StoreGrids;
import io.rezarr.vectors.write.StoreWriter;

/** Makes writers of stores. */
public final class VectorWriters {
    /** The version that stores are upgraded to. */
    public static final FormatVersion NEWEST = Upgrade09.VERSION;

    private VectorWriters() {}

    /**
     * A writer in the layout of the source. Nothing is written before the first value is.
     *
     * @param prefix what the keys of the destination's root begin with; nobody reads there meanwhile
     * @param source as {@link VectorStores} opened it
     * @throws UnsupportedFeatureException if the source holds what rezarr cannot write
     */
    public static StoreWriter create(
            Store store, StorePrefix prefix, VectorStore source, StoreGrids grids, NodeStoreWriter.Settings settings) {
        NodeStoreWriter.Layout layout = source.metadata().version().is(0, 7) ? new Layout07() : new Layout09();
        return new NodeStoreWriter(
                new NodeWriter(store, prefix), nodesOf(source), source, layout, grids, settings, null);
    }

    /**
     * Likewise a writer in layout {@link #NEWEST}, whatever that of the source is.
     *
     * @param name what the store calls itself
     */
    public static StoreWriter upgrade(
            Store store,
            StorePrefix prefix,
            VectorStore source,
            String name,
            StoreGrids grids,
            NodeStoreWriter.Settings settings) {
        if (source.metadata().version().is(NEWEST.major(), NEWEST.minor())) {
            return create(store, prefix, source, grids, settings);
        }
        return new NodeStoreWriter(
                new NodeWriter(store, prefix),
                nodesOf(source),
                source,
                new Layout09(),
                grids,
                settings,
                new Upgrade09(name));
    }

    private static NodeTree nodesOf(VectorStore source) {
        if (!(source instanceof NodeStore nodes)) {
            throw new IllegalArgumentException("the source was not opened by VectorStores");
        }
        return nodes.nodes();
    }
}
