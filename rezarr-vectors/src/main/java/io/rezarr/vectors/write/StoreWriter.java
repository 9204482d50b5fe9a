package io.rezarr.vectors.write;

import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.FormatVersion;

/**
 * Writes a store in one layout, with another store as the template for whatever is not told here: codecs, sharding, attributes, the formats of
 * families. Both layouts implement it.
 *
 * <p>Order of use: levels, one after the other or several at once; {@link #carryOthers}; {@link #finish}. Nothing is written before the first
 * value of a level is, so that a run can still be refused when all its sizes are known. The root's document is written last: until then the
 * destination is no store.
 *
 * <p>A workspace that a method is given is one that nothing else is lent from meanwhile; what is borrowed is given back before it returns.
 */
public interface StoreWriter extends AutoCloseable {
    /** The version of the format that is written, which tells what fragments and links are to be like. */
    FormatVersion version();

    /** The grids that the store gets. */
    StoreGrids grids();

    /**
     * Begins a level. Each is begun once, and finished once.
     *
     * @throws io.rezarr.error.UnsupportedFeatureException if the layout cannot hold it; the message names what it cannot
     */
    LevelWriter level(LevelOutline outline);

    /**
     * Writes what belongs to no level: parametric objects, headers, members of the root that rezarr does not know. Bytes are moved as they are
     * in the same layout.
     *
     * @throws io.rezarr.error.UnsupportedFeatureException if the layout cannot hold something; the message names it
     */
    void carryOthers(Workspace workspace);

    /** Writes the root's document. */
    void finish(StoreChanges changes);

    /** Gives back scratch files. What was written stays. */
    @Override
    void close();
}
