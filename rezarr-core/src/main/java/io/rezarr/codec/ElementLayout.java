package io.rezarr.codec;

import io.rezarr.metadata.ByteRun;
import java.util.List;

/**
 * How the elements of a decoded chunk lie in memory.
 *
 * @param elementBytes of one element
 * @param axisOrder the axes of the array from the slowest to the fastest: {@code [0, 1, 2]} is C order, {@code [2, 1, 0]} F
 * @param bigEndian the numbers of an element that are big-endian
 */
public record ElementLayout(int elementBytes, List<Integer> axisOrder, List<ByteRun> bigEndian) {
    public ElementLayout {
        axisOrder = List.copyOf(axisOrder);
        bigEndian = List.copyOf(bigEndian);
    }

    /** Whether the axes have another order than C. */
    public boolean isTransposed() {
        boolean isTransposed = false;
        for (int i = 0; i < axisOrder.size(); i++) {
            isTransposed |= axisOrder.get(i) != i;
        }
        return isTransposed;
    }

    /** The distance in bytes between neighbours along each axis of the array, in a chunk of that shape. */
    public long[] strides(io.rezarr.metadata.Shape chunk) {
        long[] strides = new long[chunk.rank()];
        long stride = elementBytes;
        for (int i = axisOrder.size() - 1; i >= 0; i--) {
            int axis = axisOrder.get(i);
            strides[axis] = stride;
            stride = Math.multiplyExact(stride, chunk.extent(axis));
        }
        return strides;
    }
}
