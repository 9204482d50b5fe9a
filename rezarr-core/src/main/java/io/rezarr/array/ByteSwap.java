package io.rezarr.array;

import io.rezarr.metadata.ByteRun;
import java.util.List;

/** Reverses the bytes of numbers inside the elements of a box, in place. Immutable. */
final class ByteSwap {
    private final Axes axes;
    private final List<ByteRun> runs;

    private ByteSwap(Axes axes, List<ByteRun> runs) {
        this.axes = axes;
        this.runs = runs;
    }

    /** @throws IllegalArgumentException if a number reaches beyond the element */
    static ByteSwap of(Axes axes, int elementBytes, List<ByteRun> runs) {
        for (ByteRun run : runs) {
            if (run.offset() < 0
                    || run.width() < 2
                    || run.count() < 0
                    || run.offset() + (long) run.width() * run.count() > elementBytes) {
                throw new IllegalArgumentException(run + " lies outside an element of " + elementBytes + " bytes");
            }
        }
        return new ByteSwap(axes, List.copyOf(runs));
    }

    /** The width of the numbers (2, 4 or 8) if an element is nothing but numbers of one width that are swapped; 0 if not. */
    static int uniformWidth(List<ByteRun> swaps, int elementBytes) {
        int end = 0;
        int width = swaps.isEmpty() ? 0 : swaps.get(0).width();
        for (ByteRun run : swaps) {
            if (run.offset() != end || run.width() != width) {
                return 0;
            }
            end += run.width() * run.count();
        }
        boolean known = width == 2 || width == 4 || width == 8;
        return known && end == elementBytes ? width : 0;
    }

    void apply(byte[] bytes, int offset) {
        loop(0, bytes, offset);
    }

    private void loop(int depth, byte[] bytes, int offset) {
        if (depth == axes.rank()) {
            swapElement(bytes, offset);
            return;
        }
        Axes.Axis axis = axes.axis(depth);
        int at = offset;
        for (long i = axis.extent(); i > 0; i--) {
            loop(depth + 1, bytes, at);
            at += (int) axis.toStride();
        }
    }

    private void swapElement(byte[] bytes, int offset) {
        for (int r = 0; r < runs.size(); r++) {
            ByteRun run = runs.get(r);
            int number = offset + run.offset();
            for (int i = run.count(); i > 0; i--) {
                reverse(bytes, number, run.width());
                number += run.width();
            }
        }
    }

    private static void reverse(byte[] bytes, int from, int width) {
        for (int low = from, high = from + width - 1; low < high; low++, high--) {
            byte kept = bytes[low];
            bytes[low] = bytes[high];
            bytes[high] = kept;
        }
    }
}
