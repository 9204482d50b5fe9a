package io.rezarr.execute;

import io.rezarr.array.StridedCopy;
import io.rezarr.metadata.ByteRun;
import java.util.List;
import java.util.function.Function;

/** Between units of fixed layouts: copies are told apart by the extents of the box. One object for a run. */
final class CopyGeometry implements Function<long[], StridedCopy> {
    private final long[] fromStrides;
    private final long[] toStrides;
    private final int elementBytes;
    private final List<ByteRun> swaps;

    CopyGeometry(long[] fromStrides, long[] toStrides, int elementBytes, List<ByteRun> swaps) {
        this.fromStrides = fromStrides;
        this.toStrides = toStrides;
        this.elementBytes = elementBytes;
        this.swaps = swaps;
    }

    @Override
    public StridedCopy apply(long[] extents) {
        return StridedCopy.of(extents, fromStrides, toStrides, elementBytes, swaps);
    }
}
