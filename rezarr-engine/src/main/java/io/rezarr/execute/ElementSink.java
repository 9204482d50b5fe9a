package io.rezarr.execute;

import io.rezarr.memory.Workspace;

/**
 * Takes the elements of one array, each exactly once, in boxes: in any order, from many threads at once.
 *
 * <p>An item of variable size counts as the eight bytes that its SHA-256 begins with.
 *
 * <p>Boxes lie inside the array; what pads the units at its edge is never handed over.
 */
public interface ElementSink {
    /**
     * Decoded elements as they lie in memory, in the element layout that the sink was made for.
     *
     * @param origin of the box in the array, in elements
     * @param extents of the box, in elements
     * @param bytes not to be written to, and valid only until this returns
     * @param offset of the element at the origin
     * @param strides distance between neighbours along each axis, in bytes
     * @param workspace of the calling thread
     */
    void box(long[] origin, long[] extents, byte[] bytes, int offset, long[] strides, Workspace workspace);

    /** Elements that the store does not hold: they are the array's fill value. */
    void absent(long[] origin, long[] extents);

    /** A sink for elements that may have to be read again: they count when they are {@linkplain #join joined}, or never. */
    ElementSink part();

    /**
     * Takes over what a part was told.
     *
     * @param part of this sink
     */
    void join(ElementSink part);
}
