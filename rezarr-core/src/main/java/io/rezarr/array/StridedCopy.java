package io.rezarr.array;

import io.rezarr.metadata.ByteRun;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Copies a box of elements from one array in memory to another of any other layout: N-d strides collapsed to as few
 * axes as they allow, runs copied in bulk, transposes blocked, bytes swapped only where asked. Prepared once for a geometry, run many times;
 * immutable, safe for use by many threads.
 */
public final class StridedCopy {
    /** Runs up to this many bytes are copied by loads and stores rather than by a call. */
    private static final int MAX_INLINE_BYTES = 32;

    private final boolean empty;
    /** From the first byte of the box to behind its last one. */
    private final long fromSpan;

    private final long toSpan;
    private final int elementBytes;

    /** The outer loops, outermost first; extents, and strides in bytes. */
    private final int[] extents;

    private final int[] fromStrides;
    private final int[] toStrides;

    private final CopyKernel kernel;
    /** The innermost loop, the fastest in the target. */
    private final int rowLength;

    private final int rowFromStride;
    private final int rowToStride;
    /** The loop that is the fastest in the source, when that is another one; length 1 when not. */
    private final int columnLength;

    private final int columnFromStride;
    private final int columnToStride;

    /** What could not be fused with copying; null if nothing. */
    private final @Nullable ByteSwap swapAfterwards;

    /** The target's side alone, for {@link #fill}. */
    private final Axes fillAxes;

    private StridedCopy(Axes all, Axes fillAxes, int elementBytes, List<ByteRun> swaps) {
        this.elementBytes = elementBytes;
        this.empty = all.isEmpty();
        this.fromSpan = all.fromSpan(elementBytes);
        this.toSpan = all.toSpan(elementBytes);
        this.fillAxes = fillAxes;

        int swapWidth = ByteSwap.uniformWidth(swaps, elementBytes);
        Axes axes = swapWidth > 0 ? all.withInner(elementBytes / swapWidth, swapWidth) : all;
        long runBytes = swapWidth > 0 ? swapWidth : elementBytes;
        axes = axes.sortedByTarget().collapsed();
        if (swapWidth == 0 && axes.isContiguousRun(runBytes)) {
            runBytes *= axes.extent(axes.rank() - 1);
            axes = axes.withoutLast();
        }
        this.kernel = CopyKernel.of(runBytes, swapWidth > 0);
        this.swapAfterwards =
                swaps.isEmpty() || swapWidth > 0 ? null : ByteSwap.of(all.sortedByTarget(), elementBytes, swaps);

        Axes.Axis row = axes.rank() == 0 ? Axes.SINGLE : axes.axis(axes.rank() - 1);
        Axes.Axis column = runBytes > MAX_INLINE_BYTES ? Axes.SINGLE : axes.fastestOfSource();
        if (column.equals(row)) {
            column = Axes.SINGLE;
        }
        Axes outer = axes.without(row).without(column);
        this.extents = outer.intExtents();
        this.fromStrides = outer.intFromStrides();
        this.toStrides = outer.intToStrides();
        this.rowLength = (int) row.extent();
        this.rowFromStride = (int) row.fromStride();
        this.rowToStride = (int) row.toStride();
        this.columnLength = (int) column.extent();
        this.columnFromStride = (int) column.fromStride();
        this.columnToStride = (int) column.toStride();
    }

    /**
     * @param extents of the box, in elements along each axis; a box without elements copies nothing
     * @param fromStrides distance between neighbours along each axis in the source, in bytes
     * @param toStrides likewise in the target
     * @param elementBytes of one element
     * @param swaps numbers inside an element whose bytes are reversed on the way
     * @throws IllegalArgumentException if the lengths differ, a stride is negative, or the element is empty
     */
    public static StridedCopy of(
            long[] extents, long[] fromStrides, long[] toStrides, int elementBytes, List<ByteRun> swaps) {
        if (elementBytes < 1) {
            throw new IllegalArgumentException("elementBytes is " + elementBytes + ", must be positive");
        }
        Axes all = Axes.of(extents, fromStrides, toStrides);
        Axes target = Axes.of(extents, toStrides, toStrides).sortedByTarget().collapsed();
        return new StridedCopy(all, target, elementBytes, swaps);
    }

    /**
     * Copies the box that begins at those offsets (in bytes).
     *
     * @throws IndexOutOfBoundsException if the box reaches beyond either array; nothing is copied then
     */
    public void copy(byte[] from, int fromOffset, byte[] to, int toOffset) {
        if (empty) {
            return;
        }
        Objects.checkFromIndexSize((long) fromOffset, fromSpan, (long) from.length);
        Objects.checkFromIndexSize((long) toOffset, toSpan, (long) to.length);
        loop(0, from, fromOffset, to, toOffset);
        if (swapAfterwards != null) {
            swapAfterwards.apply(to, toOffset);
        }
    }

    private void loop(int depth, byte[] from, int fromOffset, byte[] to, int toOffset) {
        if (depth == extents.length) {
            inner(from, fromOffset, to, toOffset);
            return;
        }
        int fromAt = fromOffset;
        int toAt = toOffset;
        for (int i = extents[depth]; i > 0; i--) {
            loop(depth + 1, from, fromAt, to, toAt);
            fromAt += fromStrides[depth];
            toAt += toStrides[depth];
        }
    }

    private void inner(byte[] from, int fromOffset, byte[] to, int toOffset) {
        if (columnLength == 1) {
            kernel.row(from, fromOffset, rowFromStride, to, toOffset, rowToStride, rowLength);
        } else {
            kernel.plane(
                    from,
                    fromOffset,
                    rowFromStride,
                    columnFromStride,
                    to,
                    toOffset,
                    rowToStride,
                    columnToStride,
                    rowLength,
                    columnLength);
        }
    }

    /**
     * Sets every element of such a box of the target to the one given (in the target's byte order); source strides are ignored.
     *
     * @throws IndexOutOfBoundsException if the box reaches beyond the array; nothing is set then
     */
    public void fill(byte[] element, byte[] to, int toOffset) {
        if (element.length != elementBytes) {
            throw new IllegalArgumentException("element has " + element.length + " bytes, must have " + elementBytes);
        }
        if (empty) {
            return;
        }
        Objects.checkFromIndexSize((long) toOffset, toSpan, (long) to.length);
        int rank = fillAxes.rank();
        if (fillAxes.isContiguousRun(elementBytes)) {
            int runBytes = (int) (elementBytes * fillAxes.extent(rank - 1));
            fillRun(element, to, toOffset, runBytes);
            repeat(0, rank - 1, runBytes, to, toOffset, toOffset);
        } else {
            System.arraycopy(element, 0, to, toOffset, elementBytes);
            repeat(0, rank, elementBytes, to, toOffset, toOffset);
        }
    }

    /** Copies a run that stands at {@code pattern} to all its places. */
    private void repeat(int depth, int rank, int runBytes, byte[] to, int pattern, int offset) {
        if (depth == rank) {
            if (offset != pattern) {
                System.arraycopy(to, pattern, to, offset, runBytes);
            }
            return;
        }
        int stride = (int) fillAxes.axis(depth).toStride();
        int at = offset;
        for (long i = fillAxes.extent(depth); i > 0; i--) {
            repeat(depth + 1, rank, runBytes, to, pattern, at);
            at += stride;
        }
    }

    private static void fillRun(byte[] element, byte[] to, int offset, int bytes) {
        if (isOneByteRepeated(element)) {
            Arrays.fill(to, offset, offset + bytes, element[0]);
            return;
        }
        System.arraycopy(element, 0, to, offset, element.length);
        int done = element.length;
        while (done < bytes) {
            int step = Math.min(done, bytes - done);
            System.arraycopy(to, offset, to, offset + done, step);
            done += step;
        }
    }

    private static boolean isOneByteRepeated(byte[] element) {
        for (byte b : element) {
            if (b != element[0]) {
                return false;
            }
        }
        return true;
    }
}
