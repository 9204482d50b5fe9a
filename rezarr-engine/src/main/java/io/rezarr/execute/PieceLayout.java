package io.rezarr.execute;

import io.rezarr.array.StridedCopy;
import io.rezarr.codec.ElementLayout;
import io.rezarr.metadata.ByteRun;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * How the elements of a piece lie on their way through scratch files: a dense box, its axes ordered as in the source's
 * units, so that what is a run there is one here. Immutable; one object for a run.
 */
final class PieceLayout {
    private final int[] order;
    private final int elementBytes;
    /** From units of the source to pieces, by the extents of the piece. */
    final Function<long[], StridedCopy> cutting;
    /** From pieces to units of the target, by the extents of the piece, then those of the box. */
    final Function<long[], StridedCopy> placing;

    PieceLayout(ElementLayout source, long[] sourceStrides, long[] targetStrides, List<ByteRun> swaps) {
        this.order = source.axisOrder().stream().mapToInt(Integer::intValue).toArray();
        this.elementBytes = source.elementBytes();
        this.cutting = extents -> StridedCopy.of(extents, sourceStrides, strides(extents), elementBytes, List.of());
        this.placing = key -> {
            long[] piece = Arrays.copyOf(key, key.length / 2);
            long[] box = Arrays.copyOfRange(key, key.length / 2, key.length);
            return StridedCopy.of(box, strides(piece), targetStrides, elementBytes, swaps);
        };
    }

    /** Of a piece of those extents, in bytes. */
    private long[] strides(long[] extents) {
        long[] strides = new long[extents.length];
        strides(extents, strides);
        return strides;
    }

    void strides(long[] extents, long[] into) {
        long stride = elementBytes;
        for (int i = order.length - 1; i >= 0; i--) {
            into[order[i]] = stride;
            stride *= extents[order[i]];
        }
    }

    /** @throws ArithmeticException if a piece of those extents has 2 GiB or more */
    int bytes(long[] extents) {
        long bytes = elementBytes;
        for (long extent : extents) {
            bytes = Math.multiplyExact(bytes, extent);
        }
        return Math.toIntExact(bytes);
    }
}
