package io.rezarr.codec;

import io.rezarr.metadata.ByteRun;
import io.rezarr.metadata.Shape;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Copies inner chunks into a decoded shard and out of it. Both have one layout, so that runs along the fastest axes are copied as they
 * are.
 */
final class ShardScatter {
    private final int elementBytes;
    private final byte[] fillElement;
    private final long[] axisSteps;
    private final long runBytes;
    /** Of the axes outside a run, slowest first: how often, how far apart in the inner chunk, how far in the shard. */
    private final long[] counts;

    private final long[] innerStrides;
    private final long[] shardStrides;

    private ShardScatter(
            ElementLayout layout,
            byte[] fillElement,
            long[] axisSteps,
            long runBytes,
            long[] counts,
            long[] innerStrides,
            long[] shardStrides) {
        this.elementBytes = layout.elementBytes();
        this.fillElement = fillElement;
        this.axisSteps = axisSteps;
        this.runBytes = runBytes;
        this.counts = counts;
        this.innerStrides = innerStrides;
        this.shardStrides = shardStrides;
    }

    /**
     * @param layout of both
     * @param littleEndianFill one element
     */
    static ShardScatter of(Shape shard, Shape inner, ElementLayout layout, byte[] littleEndianFill) {
        long[] innerStrides = layout.strides(inner);
        long[] shardStrides = layout.strides(shard);
        long[] axisSteps = new long[shard.rank()];
        for (int axis = 0; axis < axisSteps.length; axis++) {
            axisSteps[axis] = shardStrides[axis] * inner.extent(axis);
        }
        int outside = shard.rank();
        long runBytes = layout.elementBytes();
        boolean contiguous = true;
        while (outside > 0 && contiguous) {
            int axis = layout.axisOrder().get(--outside);
            runBytes *= inner.extent(axis);
            contiguous = inner.extent(axis) == shard.extent(axis);
        }
        int[] outer = new int[outside];
        Arrays.setAll(outer, i -> layout.axisOrder().get(i));
        return new ShardScatter(
                layout,
                swapped(littleEndianFill, layout),
                axisSteps,
                runBytes,
                pick(inner.toArray(), outer),
                pick(innerStrides, outer),
                pick(shardStrides, outer));
    }

    private static long[] pick(long[] ofAxes, int[] axes) {
        return Arrays.stream(axes).mapToLong(axis -> ofAxes[axis]).toArray();
    }

    private static byte[] swapped(byte[] littleEndian, ElementLayout layout) {
        byte[] element = littleEndian.clone();
        for (ByteRun run : layout.bigEndian()) {
            for (int number = 0; number < run.count(); number++) {
                int start = run.offset() + number * run.width();
                for (int i = 0; i < run.width(); i++) {
                    element[start + i] = littleEndian[start + run.width() - 1 - i];
                }
            }
        }
        return element;
    }

    /** Where an inner chunk begins in a shard of at most 2 GiB, in bytes. */
    int offset(long[] innerIndex) {
        long offset = 0;
        for (int axis = 0; axis < axisSteps.length; axis++) {
            offset += innerIndex[axis] * axisSteps[axis];
        }
        return Math.toIntExact(offset);
    }

    /** Copies an inner chunk to an index of the shard's buffer. */
    void scatter(ByteBuffer inner, ByteBuffer shard, int at) {
        copyOut(0, inner.array(), inner.arrayOffset() + inner.position(), shard.array(), shard.arrayOffset() + at);
    }

    /** Copies an inner chunk from an index of the shard's buffer. */
    void gather(ByteBuffer shard, int at, ByteBuffer inner) {
        copyIn(0, inner.array(), inner.arrayOffset() + inner.position(), shard.array(), shard.arrayOffset() + at);
    }

    /** Sets every element of an inner chunk, at an index of the shard's buffer, to the fill value. */
    void fill(ByteBuffer shard, int at) {
        byte[] array = shard.array();
        int first = shard.arrayOffset() + at;
        System.arraycopy(fillElement, 0, array, first, elementBytes);
        for (int done = elementBytes; done < runBytes; done *= 2) {
            System.arraycopy(array, first, array, first + done, (int) Math.min(done, runBytes - done));
        }
        repeat(0, array, first, first);
    }

    /** Whether every element is the fill value, bit for bit. */
    boolean isFill(ByteBuffer inner) {
        byte[] array = inner.array();
        int start = inner.arrayOffset() + inner.position();
        int end = start + inner.remaining();
        return Arrays.equals(array, start, start + elementBytes, fillElement, 0, elementBytes)
                && Arrays.equals(array, start, end - elementBytes, array, start + elementBytes, end);
    }

    private void copyOut(int axis, byte[] inner, int from, byte[] shard, int to) {
        if (axis == counts.length) {
            System.arraycopy(inner, from, shard, to, (int) runBytes);
            return;
        }
        for (long i = 0; i < counts[axis]; i++) {
            copyOut(axis + 1, inner, from + (int) (i * innerStrides[axis]), shard, to + (int) (i * shardStrides[axis]));
        }
    }

    private void copyIn(int axis, byte[] inner, int to, byte[] shard, int from) {
        if (axis == counts.length) {
            System.arraycopy(shard, from, inner, to, (int) runBytes);
            return;
        }
        for (long i = 0; i < counts[axis]; i++) {
            copyIn(axis + 1, inner, to + (int) (i * innerStrides[axis]), shard, from + (int) (i * shardStrides[axis]));
        }
    }

    private void repeat(int axis, byte[] shard, int run, int to) {
        if (axis == counts.length) {
            System.arraycopy(shard, run, shard, to, (int) runBytes);
            return;
        }
        for (long i = 0; i < counts[axis]; i++) {
            repeat(axis + 1, shard, run, to + (int) (i * shardStrides[axis]));
        }
    }
}
