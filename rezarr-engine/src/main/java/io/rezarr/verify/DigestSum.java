package io.rezarr.verify;

import io.rezarr.array.StridedCopy;
import io.rezarr.codec.ElementLayout;
import io.rezarr.execute.ElementSink;
import io.rezarr.execute.ItemSlots;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.ByteRun;
import io.rezarr.metadata.DataType;
import java.util.List;
import java.util.concurrent.atomic.LongAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * Adds up the content digest of one array from its elements, in any order, on any number of threads. {@code docs/digest.md} says what the
 * sum is.
 */
public final class DigestSum implements ElementSink {
    /** Elements whose bytes are not in the order of the stream are copied in boxes of this size, which stay in the cache. */
    private static final int COPY_BYTES = 1 << 16;

    private final ArrayMetadata metadata;
    private final Stream stream;
    private final List<ByteRun> bigEndian;
    private final byte[] fill;
    private final boolean isFillZero;
    private final LongAccumulator sum = new LongAccumulator(Residues::plus, 0);
    /** Of the box that was absent last: most have the same extents. */
    private volatile @Nullable ConstantSum lastConstant;

    /**
     * @param layout of the elements that {@link #box} is given
     * @throws io.rezarr.error.UnsupportedFeatureException if there are 2^60 bytes or more of them
     */
    public DigestSum(ArrayMetadata metadata, ElementLayout layout) {
        this(metadata, new Stream(metadata), layout.bigEndian(), fillOf(metadata));
    }

    private DigestSum(ArrayMetadata metadata, Stream stream, List<ByteRun> bigEndian, byte[] fill) {
        this.metadata = metadata;
        this.stream = stream;
        this.bigEndian = bigEndian;
        this.fill = fill;
        this.isFillZero = java.util.Arrays.equals(fill, new byte[fill.length]);
    }

    private static byte[] fillOf(ArrayMetadata metadata) {
        DataType type = metadata.dataType();
        return type.kind() == DataType.Kind.VARIABLE
                ? ItemSlots.wordOf(metadata.fillValue().itemOf(type))
                : metadata.fillValue().elementOf(type);
    }

    /** The most that {@link #box} borrows from a workspace. */
    public static long workspaceBytes(ArrayMetadata metadata) {
        return Workspace.sizeFor(Math.max(COPY_BYTES, metadata.dataType().elementBytes()));
    }

    @Override
    public void box(long[] origin, long[] extents, byte[] bytes, int offset, long[] strides, Workspace workspace) {
        if (isEmpty(extents)) {
            return;
        }
        if (bigEndian.isEmpty()) {
            add(origin, extents, bytes, offset, strides);
        } else {
            addReordered(origin.clone(), extents.clone(), bytes, offset, strides, workspace);
        }
    }

    private static boolean isEmpty(long[] extents) {
        for (long extent : extents) {
            if (extent == 0) {
                return true;
            }
        }
        return false;
    }

    private void add(long[] origin, long[] extents, byte[] bytes, int offset, long[] strides) {
        long begin = stream.offset(origin);
        long ofBox = new BoxSum(stream, extents, bytes, strides).of(offset, Stream.phase(begin));
        add(begin, ofBox);
    }

    private void add(long begin, long ofBox) {
        sum.accumulate(Residues.times(Powers.of(begin / Long.BYTES), ofBox));
    }

    /** Halves the box until its copy is small; the arrays are the callee's, and come back as they were. */
    private void addReordered(
            long[] origin, long[] extents, byte[] bytes, int offset, long[] strides, Workspace workspace) {
        int axis = longest(extents);
        if (axis < 0 || copyBytes(extents) <= COPY_BYTES) {
            addCopy(origin, extents, bytes, offset, strides, workspace);
            return;
        }
        long extent = extents[axis];
        long half = extent / 2;
        extents[axis] = half;
        addReordered(origin, extents, bytes, offset, strides, workspace);
        extents[axis] = extent - half;
        origin[axis] += half;
        addReordered(origin, extents, bytes, Math.toIntExact(offset + half * strides[axis]), strides, workspace);
        origin[axis] -= half;
        extents[axis] = extent;
    }

    /** The longest axis; -1 if there is one element only. */
    private static int longest(long[] extents) {
        int longest = -1;
        for (int axis = 0; axis < extents.length; axis++) {
            if (extents[axis] > (longest < 0 ? 1 : extents[longest])) {
                longest = axis;
            }
        }
        return longest;
    }

    private long copyBytes(long[] extents) {
        long bytes = stream.elementBytes();
        for (long extent : extents) {
            bytes *= extent;
        }
        return bytes;
    }

    private void addCopy(long[] origin, long[] extents, byte[] bytes, int offset, long[] strides, Workspace workspace) {
        int mark = workspace.mark();
        byte[] copy = workspace.borrow((int) copyBytes(extents));
        long[] packed = new long[extents.length];
        long stride = stream.elementBytes();
        for (int axis = packed.length - 1; axis >= 0; axis--) {
            packed[axis] = stride;
            stride *= extents[axis];
        }
        StridedCopy.of(extents, strides, packed, stream.elementBytes(), bigEndian)
                .copy(bytes, offset, copy, 0);
        add(origin, extents, copy, 0, packed);
        workspace.releaseTo(mark);
    }

    @Override
    public void absent(long[] origin, long[] extents) {
        if (isFillZero || isEmpty(extents)) {
            return;
        }
        ConstantSum constant = lastConstant;
        if (constant == null || !constant.isOf(extents)) {
            constant = new ConstantSum(stream, extents);
            lastConstant = constant;
        }
        long begin = stream.offset(origin);
        add(begin, constant.of(fill, Stream.phase(begin)));
    }

    @Override
    public ElementSink part() {
        return new DigestSum(metadata, stream, bigEndian, fill);
    }

    @Override
    public void join(ElementSink part) {
        sum.accumulate(((DigestSum) part).sum.get());
    }

    /** The digest, once every element was added. */
    public ContentDigest digest() {
        return ContentDigest.of(metadata, Residues.canonical(sum.get()));
    }
}
