package io.rezarr.execute;

/** Items of variable size by address: at each stands the number of its bytes, as a little-endian uint32, then these. */
interface ItemBytes {
    /** Copies what stands there. */
    void get(long address, byte[] to, int at, int length);

    /** The number of bytes of an item, its length not among them. */
    int lengthOf(long address);
}
