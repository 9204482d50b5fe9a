package io.rezarr.array;

import io.rezarr.memory.Arithmetic;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The loops of a copy: how often, and how far apart on both sides, outermost first. Loops of one step are left out. Immutable. */
final class Axes {
    /** One loop; strides in bytes. */
    record Axis(long extent, long fromStride, long toStride) {
        boolean joins(Axis inner) {
            return fromStride == inner.fromStride * inner.extent && toStride == inner.toStride * inner.extent;
        }
    }

    /** A loop of one step. */
    static final Axis SINGLE = new Axis(1, 0, 0);

    private final List<Axis> axes;

    private Axes(List<Axis> axes) {
        this.axes = axes;
    }

    static Axes of(long[] extents, long[] fromStrides, long[] toStrides) {
        if (extents.length != fromStrides.length || extents.length != toStrides.length) {
            throw new IllegalArgumentException("extents, fromStrides and toStrides have " + extents.length + ", "
                    + fromStrides.length + " and " + toStrides.length + " axes, must have equally many");
        }
        List<Axis> axes = new ArrayList<>(extents.length);
        for (int axis = 0; axis < extents.length; axis++) {
            if (extents[axis] < 0 || fromStrides[axis] < 0 || toStrides[axis] < 0) {
                throw new IllegalArgumentException("axis " + axis + " has extent " + extents[axis] + " and strides "
                        + fromStrides[axis] + " and " + toStrides[axis] + ", none may be negative");
            }
            if (extents[axis] != 1) {
                axes.add(new Axis(extents[axis], fromStrides[axis], toStrides[axis]));
            }
        }
        return new Axes(axes);
    }

    int rank() {
        return axes.size();
    }

    Axis axis(int i) {
        return axes.get(i);
    }

    long extent(int i) {
        return axes.get(i).extent;
    }

    boolean isEmpty() {
        for (Axis axis : axes) {
            if (axis.extent == 0) {
                return true;
            }
        }
        return false;
    }

    /** From the first byte to behind the last one in the source; {@code Long.MAX_VALUE} if that is more. */
    long fromSpan(long elementBytes) {
        long span = elementBytes;
        for (Axis axis : axes) {
            span = plusSteps(span, axis.extent - 1, axis.fromStride);
        }
        return span;
    }

    long toSpan(long elementBytes) {
        long span = elementBytes;
        for (Axis axis : axes) {
            span = plusSteps(span, axis.extent - 1, axis.toStride);
        }
        return span;
    }

    private static long plusSteps(long span, long steps, long stride) {
        return steps <= 0 ? span : Arithmetic.plus(span, Arithmetic.times(steps, stride));
    }

    /** With one more loop, inside all others, over parts of an element that follow one another. */
    Axes withInner(long extent, long stride) {
        if (extent == 1) {
            return this;
        }
        List<Axis> more = new ArrayList<>(axes);
        more.add(new Axis(extent, stride, stride));
        return new Axes(more);
    }

    /** So that the target is written as it lies in memory. */
    Axes sortedByTarget() {
        List<Axis> sorted = new ArrayList<>(axes);
        sorted.sort(Comparator.comparingLong(Axis::toStride)
                .thenComparingLong(Axis::fromStride)
                .reversed());
        return new Axes(sorted);
    }

    /** With neighbouring loops joined where one continues the other on both sides. */
    Axes collapsed() {
        List<Axis> joined = new ArrayList<>(axes.size());
        for (Axis axis : axes) {
            int last = joined.size() - 1;
            if (last >= 0 && joined.get(last).joins(axis)) {
                joined.set(last, new Axis(joined.get(last).extent * axis.extent, axis.fromStride, axis.toStride));
            } else {
                joined.add(axis);
            }
        }
        return new Axes(joined);
    }

    /** Whether the innermost loop runs over bytes without a gap, on both sides. */
    boolean isContiguousRun(long elementBytes) {
        if (axes.isEmpty()) {
            return false;
        }
        Axis last = axes.get(axes.size() - 1);
        return last.fromStride == elementBytes && last.toStride == elementBytes;
    }

    Axes withoutLast() {
        return new Axes(axes.subList(0, axes.size() - 1));
    }

    Axes without(Axis axis) {
        List<Axis> rest = new ArrayList<>(axes);
        rest.remove(axis);
        return new Axes(rest);
    }

    /** The loop with the smallest steps in the source; of equal ones the innermost. */
    Axis fastestOfSource() {
        Axis fastest = SINGLE;
        for (Axis axis : axes) {
            if (fastest.extent == 1 || axis.fromStride <= fastest.fromStride) {
                fastest = axis;
            }
        }
        return fastest;
    }

    int[] intExtents() {
        return axes.stream().mapToInt(axis -> (int) axis.extent).toArray();
    }

    int[] intFromStrides() {
        return axes.stream().mapToInt(axis -> (int) axis.fromStride).toArray();
    }

    int[] intToStrides() {
        return axes.stream().mapToInt(axis -> (int) axis.toStride).toArray();
    }
}
