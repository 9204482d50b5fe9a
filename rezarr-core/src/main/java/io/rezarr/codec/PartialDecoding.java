package io.rezarr.codec;

/** Which parts of an encoded chunk decode without the rest of it. */
public enum PartialDecoding {
    /** None: it decodes as a whole only. */
    NONE,
    /** Any bytes: they are stored as they are. */
    BYTES,
    /** Blocks, whose size only the encoded chunk tells. */
    BLOCKS
}
