package io.rezarr.execute;

/**
 * Is told of every element that a run reads from the source, once, wherever it goes. Called by many threads.
 */
public interface ElementSink {
    /** Elements in the source's byte order: a box of the array, whose first element is at {@code offset}. Strides are in bytes. */
    void box(long[] origin, long[] extents, byte[] bytes, int offset, long[] strides);

    /** A box of elements that the source does not hold: they read as its fill value. */
    void absent(long[] origin, long[] extents);
}
