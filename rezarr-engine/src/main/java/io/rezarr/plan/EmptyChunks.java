package io.rezarr.plan;

/**
 * What becomes of chunks of the destination in which every element is the fill value, bit for bit.
 *
 * <p>Chunks that are moved undecoded are not looked into: one that the source has is there in the destination, too, whatever it holds.
 * Where the destination's fill value is undefined (v2 null), no chunk is left out that the source had, even in part.
 */
public enum EmptyChunks {
    /** They are not written. */
    SKIP,
    /** They are written, all of them. */
    WRITE,
    /** They are written where the source had a chunk that touches them. */
    KEEP
}
