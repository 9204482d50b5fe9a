package io.rezarr.verify;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.DataType;
import io.rezarr.metadata.Shape;

/** The stream that a digest is taken of: all elements of an array in C order, packed. Where they lie in it, and their weights. Immutable. */
final class Stream {
    /** Keys of an axis: as many rows are added up at once. */
    static final int ROWS = 512;

    private final int elementBytes;
    private final long[] strides;
    private final Axis[] axes;

    /** @throws UnsupportedFeatureException if the stream has 2^60 bytes or more */
    Stream(ArrayMetadata metadata) {
        Shape shape = metadata.shape();
        boolean ofItems = metadata.dataType().kind() == DataType.Kind.VARIABLE;
        this.elementBytes = ofItems ? Long.BYTES : metadata.dataType().elementBytes();
        this.strides = new long[shape.rank()];
        this.axes = new Axis[shape.rank()];
        long stride = elementBytes;
        for (int axis = strides.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            axes[axis] = new Axis(stride);
            stride = times(stride, Math.max(1, shape.extent(axis)), metadata);
        }
    }

    private static long times(long stride, long extent, ArrayMetadata metadata) {
        long bytes = stride * extent;
        if (Math.multiplyHigh(stride, extent) != 0 || bytes >>> 60 != 0) {
            throw new UnsupportedFeatureException("An array of shape " + metadata.shape() + " and data type "
                    + metadata.dataType().name() + " has 2^60 bytes or more. Digests are made of smaller ones.");
        }
        return bytes;
    }

    /** The way from a position to the next one along an axis. */
    static final class Axis {
        /** In bytes of the stream. */
        final long stride;
        /** The weight of a step, if it ends in the word that many whole words on. */
        private final long step;
        /** If it ends in the word behind that one. */
        private final long stepOver;

        /** After so many steps the phase is the same again: 1, 2, 4 or 8. */
        final int period;
        /** The weights of the first {@link #ROWS} periods, and of the one behind. */
        final long[] keys;

        Axis(long stride) {
            this.stride = stride;
            this.step = Powers.of(stride / Long.BYTES);
            this.stepOver = Residues.times(step, Powers.BASE);
            long part = Math.min(Long.BYTES, Long.lowestOneBit(stride));
            this.period = Long.BYTES / (int) part;
            this.keys = Powers.first(Powers.of(stride / part), ROWS + 1);
        }

        /** The weight of a step from that phase on. */
        long step(int phase) {
            return phase + (stride & 7) < Long.BYTES ? step : stepOver;
        }
    }

    int elementBytes() {
        return elementBytes;
    }

    int rank() {
        return strides.length;
    }

    Axis axis(int axis) {
        return axes[axis];
    }

    /** Where an element begins, in bytes. */
    long offset(long[] index) {
        long offset = 0;
        for (int axis = 0; axis < strides.length; axis++) {
            offset += index[axis] * strides[axis];
        }
        return offset;
    }

    /** Which byte of its word is at that offset. */
    static int phase(long offset) {
        return (int) offset & Long.BYTES - 1;
    }
}
