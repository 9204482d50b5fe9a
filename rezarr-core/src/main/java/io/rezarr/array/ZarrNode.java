package io.rezarr.array;

import io.rezarr.metadata.NodeMetadata;
import io.rezarr.store.Store;
import io.rezarr.store.StorePrefix;

/** An array or a group that stands in a store. */
public sealed interface ZarrNode permits ZarrArray, ZarrGroup {
    Store store();

    /** What the keys of this node begin with. */
    StorePrefix prefix();

    NodeMetadata metadata();
}
