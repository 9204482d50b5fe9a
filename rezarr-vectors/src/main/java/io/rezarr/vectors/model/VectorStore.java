package io.rezarr.vectors.model;

import io.rezarr.store.Store;
import io.rezarr.store.StorePrefix;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A store of the Zarr Vector Format, in either layout. Opening it reads the metadata of the root; levels are opened when they are asked for. */
public interface VectorStore {
    Store store();

    /** What the keys of the root begin with. */
    StorePrefix prefix();

    StoreMetadata metadata();

    /** The numbers of the levels that stand in the store, ascending. */
    List<Integer> levelNumbers();

    /**
     * @throws IllegalArgumentException if there is no such level
     * @throws io.rezarr.error.InvalidMetadataException if its metadata are wrong
     */
    VectorLevel level(int number);

    /** {@code null} if there are none. */
    @Nullable
    ParametricObjects parametric();

    /** The names of members of the root that are neither levels nor parametric objects: {@code headers}, what applications keep there. Sorted. */
    List<String> otherMembers();
}
