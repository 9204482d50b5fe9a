package io.rezarr.codec;

/** The stored bytes of one chunk, or of an inner chunk within its shard, read range by range. */
public interface EncodedRanges {
    /**
     * How many bytes may as well be read in passing as left out by a further request: opening a range of a local file costs what
     * these cost (3 us at 5 GB/s).
     */
    int BYTES_OF_A_REQUEST = 16 << 10;

    /** How many there are. */
    long bytes();

    /** Reads exactly {@code length} bytes from {@code offset} on to {@code target}, from {@code to} on. */
    void read(long offset, byte[] target, int to, int length);
}
