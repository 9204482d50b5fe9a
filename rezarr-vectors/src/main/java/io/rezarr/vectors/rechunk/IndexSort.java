package io.rezarr.vectors.rechunk;

/** Stable sorts of numbers from 0 by an order of what they stand for. */
public final class IndexSort {
    private static final int INSERTION = 12;

    private IndexSort() {}

    /** An order of two indices. */
    @FunctionalInterface
    public interface Order {
        int compare(int a, int b);
    }

    /** The numbers from 0 to {@code count - 1} in that order. */
    public static int[] sort(int count, Order order) {
        int[] indices = new int[count];
        boolean sorted = true;
        for (int i = 0; i < count; i++) {
            indices[i] = i;
            sorted &= i == 0 || order.compare(i - 1, i) <= 0;
        }
        if (!sorted) {
            mergeSort(indices, new int[count], 0, count, order);
        }
        return indices;
    }

    private static void mergeSort(int[] indices, int[] spare, int from, int to, Order order) {
        if (to - from <= INSERTION) {
            insertionSort(indices, from, to, order);
            return;
        }
        int middle = (from + to) >>> 1;
        mergeSort(indices, spare, from, middle, order);
        mergeSort(indices, spare, middle, to, order);
        if (order.compare(indices[middle - 1], indices[middle]) <= 0) {
            return;
        }
        System.arraycopy(indices, from, spare, from, middle - from);
        int left = from;
        int right = middle;
        int at = from;
        while (left < middle && right < to) {
            indices[at++] = order.compare(spare[left], indices[right]) <= 0 ? spare[left++] : indices[right++];
        }
        System.arraycopy(spare, left, indices, at, middle - left);
    }

    private static void insertionSort(int[] indices, int from, int to, Order order) {
        for (int i = from + 1; i < to; i++) {
            int moved = indices[i];
            int at = i;
            for (; at > from && order.compare(indices[at - 1], moved) > 0; at--) {
                indices[at] = indices[at - 1];
            }
            indices[at] = moved;
        }
    }

    static long[] permuted(long[] values, int[] order) {
        long[] permuted = new long[order.length];
        for (int i = 0; i < order.length; i++) {
            permuted[i] = values[order[i]];
        }
        return permuted;
    }

    static int[] permuted(int[] values, int[] order) {
        int[] permuted = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            permuted[i] = values[order[i]];
        }
        return permuted;
    }
}
