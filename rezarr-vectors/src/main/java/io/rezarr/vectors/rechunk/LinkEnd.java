package io.rezarr.vectors.rechunk;

import org.jspecify.annotations.Nullable;

/** A level at which links end: one that is written now, or one that stands in the destination already. */
interface LinkEnd {
    int number();

    LevelSource source();

    LevelRules rules();

    LevelTarget target();

    LevelTally tally();

    /** The edges of a tree that no link says, by the chunk of the child. */
    @Nullable
    Exchange edges();

    /**
     * Puts the addresses of the rows of some chunks of the source, as {@link AddressTable} has them.
     *
     * @param rows gets those of chunk {@code firstChunk + i} at {@code i}; holds {@link AddressTable#NONE} everywhere
     */
    void putAddresses(int firstChunk, int endChunk, long[][] rows);
}
