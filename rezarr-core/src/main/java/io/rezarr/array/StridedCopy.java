package io.rezarr.array;

import io.rezarr.metadata.ByteRun;
import java.util.List;

/**
 * Copies a box of elements from one array in memory to another of any other layout: N-d strides collapsed to as few
 * axes as they allow, runs copied in bulk, transposes blocked, bytes swapped only where asked. Prepared once for a geometry, run many times;
 * immutable, safe for use by many threads.
 */
public final class StridedCopy {
    private StridedCopy() {}

    /**
     * @param extents of the box, in elements along each axis; a box without elements copies nothing
     * @param fromStrides distance between neighbours along each axis in the source, in bytes
     * @param toStrides likewise in the target
     * @param elementBytes of one element
     * @param swaps numbers inside an element whose bytes are reversed on the way
     */
    public static StridedCopy of(
            long[] extents, long[] fromStrides, long[] toStrides, int elementBytes, List<ByteRun> swaps) {
        throw new UnsupportedOperationException();
    }

    /**
     * Copies the box that begins at those offsets (in bytes).
     *
     * @throws IndexOutOfBoundsException if the box reaches beyond either array; nothing is copied then
     */
    public void copy(byte[] from, int fromOffset, byte[] to, int toOffset) {
        throw new UnsupportedOperationException();
    }

    /** Sets every element of such a box of the target to the one given (in the target's byte order); source strides are ignored. */
    public void fill(byte[] element, byte[] to, int toOffset) {
        throw new UnsupportedOperationException();
    }
}
