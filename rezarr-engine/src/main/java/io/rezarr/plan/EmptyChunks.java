package io.rezarr.plan;

/** What becomes of chunks of the destination in which every element is the fill value, bit for bit. */
public enum EmptyChunks {
    /** They are not written. */
    SKIP,
    /** They are written, all of them. */
    WRITE,
    /** They are written where the source had a chunk that touches them. */
    KEEP
}
