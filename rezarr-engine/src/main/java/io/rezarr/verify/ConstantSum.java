package io.rezarr.verify;

/**
 * The sum of a box whose elements are all the same, in closed form: it takes some steps for each axis and doubling of its extent, none
 * for each element.
 *
 * <p>It keeps the weights of all elements of the box, added up by the phase with which an element begins. Immutable.
 */
final class ConstantSum {
    private final long[] extents;
    private final long[] weights;

    ConstantSum(Stream stream, long[] extents) {
        this.extents = extents.clone();
        long[] one = new long[Long.BYTES];
        one[0] = 1;
        for (int axis = 0; axis < extents.length; axis++) {
            one = repeated(one, extents[axis], stream.axis(axis).stride);
        }
        this.weights = one;
    }

    /** The sum of copies, each moved on by {@code stride} bytes from the one before. */
    private static long[] repeated(long[] weights, long copies, long stride) {
        long[] sum = new long[Long.BYTES];
        long done = 0;
        for (long bit = Long.highestOneBit(copies); bit != 0; bit >>>= 1) {
            sum = plus(sum, moved(sum, done * stride));
            done *= 2;
            if ((copies & bit) != 0) {
                sum = plus(weights, moved(sum, stride));
                done++;
            }
        }
        return sum;
    }

    private static long[] plus(long[] a, long[] b) {
        long[] sum = new long[Long.BYTES];
        for (int phase = 0; phase < sum.length; phase++) {
            sum[phase] = Residues.plus(a[phase], b[phase]);
        }
        return sum;
    }

    private static long[] moved(long[] weights, long bytes) {
        long[] moved = new long[Long.BYTES];
        long power = Powers.of(bytes / Long.BYTES);
        for (int phase = 0; phase < moved.length; phase++) {
            int to = phase + Stream.phase(bytes);
            long weight = Residues.times(weights[phase], power);
            moved[Stream.phase(to)] = to < Long.BYTES ? weight : Residues.times(weight, Powers.BASE);
        }
        return moved;
    }

    boolean isOf(long[] otherExtents) {
        return java.util.Arrays.equals(extents, otherExtents);
    }

    /**
     * @param element its bytes, little-endian
     * @param phase with which the box begins
     * @return the sum, words counted from the one in which the box begins
     */
    long of(byte[] element, int phase) {
        long sum = 0;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] != 0) {
                long word = RunSum.of(element, 0, element.length, Stream.phase(phase + i));
                long over = phase + i < Long.BYTES ? 1 : Powers.BASE;
                sum = Residues.plus(sum, Residues.times(weights[i], Residues.times(over, word)));
            }
        }
        return sum;
    }
}
