package io.rezarr.array;

import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.store.Store;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;

/**
 * An array in a store. It may exist there, or be about to be written: nothing is read when this is made.
 *
 * @param metadata whether or not they stand in the store
 */
public record ZarrArray(Store store, StorePrefix prefix, ArrayMetadata metadata) implements ZarrNode {
    /** The key of a chunk (a shard, when sharded). */
    public StoreKey chunkKey(long[] chunkIndex) {
        return prefix.key(metadata.chunkKeyEncoding().keyOf(chunkIndex));
    }
}
