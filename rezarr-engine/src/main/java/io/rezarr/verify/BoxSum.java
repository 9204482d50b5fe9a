package io.rezarr.verify;

/**
 * The sum of a box of elements as they lie in memory, little-endian, with any strides. Rows are what is contiguous in memory and in the
 * stream; long ones are added up one by one, short ones column by column, all rows of an axis at once. Used by one thread.
 */
final class BoxSum {
    /** From so many bytes on, a row by itself is no slower. */
    private static final int LONG_ROW_BYTES = 128;

    /** So many rows pay for adding up by columns. (And their strides, times a period, are an int.) */
    private static final int MANY_ROWS = 16;

    private static final int NO_AXIS = -1;

    private final Stream stream;
    private final long[] extents;
    private final byte[] bytes;
    private final long[] strides;
    private final int rowBytes;
    /** The first axis inside a row. */
    private final int rowAxis;
    /** The one along which the columns run. */
    private final int columnAxis;

    /** @param extents none of them 0 */
    BoxSum(Stream stream, long[] extents, byte[] bytes, long[] strides) {
        this.stream = stream;
        this.extents = extents;
        this.bytes = bytes;
        this.strides = strides;
        long row = stream.elementBytes();
        int axis = extents.length;
        while (axis > 0 && (extents[axis - 1] == 1 || isContiguous(axis - 1, row))) {
            axis--;
            row *= extents[axis];
        }
        this.rowAxis = axis;
        this.rowBytes = Math.toIntExact(row);
        this.columnAxis = rowBytes < LONG_ROW_BYTES ? columnAxis() : NO_AXIS;
    }

    private boolean isContiguous(int axis, long bytesInside) {
        return strides[axis] == bytesInside && stream.axis(axis).stride == bytesInside;
    }

    /** The one with the smallest steps in memory. */
    private int columnAxis() {
        int best = NO_AXIS;
        for (int axis = rowAxis - 1; axis >= 0; axis--) {
            if (extents[axis] >= MANY_ROWS && (best == NO_AXIS || strides[axis] < strides[best])) {
                best = axis;
            }
        }
        return best;
    }

    /**
     * @param at where the box begins in memory
     * @param phase which byte of a word, from 0 to 7, it begins with
     * @return the sum, words counted from the one in which the box begins
     */
    long of(int at, int phase) {
        return of(0, at, phase);
    }

    private long of(int axis, int at, int phase) {
        if (axis == rowAxis) {
            return columnAxis == NO_AXIS ? RunSum.of(bytes, at, rowBytes, phase) : ofRows(at, phase);
        }
        if (axis == columnAxis || extents[axis] == 1) {
            return of(axis + 1, at, phase);
        }
        Stream.Axis along = stream.axis(axis);
        int stride = (int) strides[axis];
        long sum = 0;
        for (int i = (int) extents[axis] - 1; i >= 0; i--) {
            int phaseOfThis = Stream.phase(phase + i * along.stride);
            long following = Residues.times(sum, along.step(phaseOfThis));
            sum = Residues.plus(following, of(axis + 1, at + i * stride, phaseOfThis));
        }
        return sum;
    }

    /** All rows along the axis of the columns, those of one phase at a time. */
    private long ofRows(int at, int phase) {
        Stream.Axis along = stream.axis(columnAxis);
        int stride = (int) strides[columnAxis];
        int rows = (int) extents[columnAxis];
        int slab = Stream.ROWS * along.period;
        long sum = 0;
        long weight = 1;
        for (int first = 0; first < rows; first += slab) {
            for (int i = 0; i < Math.min(along.period, rows - first); i++) {
                int rowsOfPhase = (Math.min(slab, rows - first) - i + along.period - 1) / along.period;
                long offset = phase + i * along.stride;
                long inSlab = ofColumns(at + (first + i) * stride, Stream.phase(offset), rowsOfPhase);
                long weightOfPhase = Residues.times(weight, Powers.of(offset / Long.BYTES));
                sum = Residues.plus(sum, Residues.times(weightOfPhase, inSlab));
            }
            weight = Residues.times(weight, along.keys[Stream.ROWS]);
        }
        return sum;
    }

    private long ofColumns(int at, int phase, int rows) {
        Stream.Axis along = stream.axis(columnAxis);
        int stride = (int) strides[columnAxis] * along.period;
        long sum = 0;
        int end = rowBytes;
        while (end > 0) {
            int begin = Math.max(0, (phase + end - 1) / Long.BYTES * Long.BYTES - phase);
            long column = WordSums.ofColumn(
                    bytes, at + begin, end - begin, Stream.phase(phase + begin), stride, rows, along.keys);
            sum = Residues.plus(Residues.times(sum, Powers.BASE), column);
            end = begin;
        }
        return sum;
    }
}
