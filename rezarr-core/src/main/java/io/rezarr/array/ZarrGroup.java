package io.rezarr.array;

import io.rezarr.metadata.GroupMetadata;
import io.rezarr.store.Store;
import io.rezarr.store.StorePrefix;

/** A group in a store. */
public record ZarrGroup(Store store, StorePrefix prefix, GroupMetadata metadata) implements ZarrNode {}
