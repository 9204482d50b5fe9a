package io.rezarr.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.metadata.ByteRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StridedCopyTest {
    private static final int[] ELEMENT_BYTES = {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 17, 24, 31, 32, 33, 40, 100};

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void copiesAsOneElementAtATimeWould(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 1500; i++) {
            Geometry g = Geometry.random(random);
            byte[] expected = g.target.clone();
            g.copyNaively(expected);

            byte[] found = g.target.clone();
            g.prepared().copy(g.source, g.fromOffset, found, g.toOffset);

            assertThat(found).as("seed %d case %d: %s", seed, i, g).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12})
    void fillsAsOneElementAtATimeWould(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 1500; i++) {
            Geometry g = Geometry.random(random);
            byte[] element = new byte[g.elementBytes];
            if (random.nextInt(3) > 0) {
                random.nextBytes(element);
            }
            byte[] expected = g.target.clone();
            g.fillNaively(element, expected);

            byte[] found = g.target.clone();
            g.prepared().fill(element, found, g.toOffset);

            assertThat(found).as("seed %d case %d: %s", seed, i, g).isEqualTo(expected);
        }
    }

    @Test
    void largePlanesAreTransposed() {
        for (int elementBytes : new int[] {1, 2, 4, 8, 16, 12}) {
            for (int[] size : new int[][] {{64, 64}, {67, 35}, {1, 50}, {50, 1}, {9, 130}}) {
                int rows = size[0];
                int columns = size[1];
                byte[] from = new byte[rows * columns * elementBytes];
                new Random(5).nextBytes(from);
                byte[] to = new byte[from.length];
                byte[] back = new byte[from.length];
                long[] c = {(long) columns * elementBytes, elementBytes};
                long[] f = {elementBytes, (long) rows * elementBytes};
                StridedCopy.of(new long[] {rows, columns}, c, f, elementBytes, List.of())
                        .copy(from, 0, to, 0);
                StridedCopy.of(new long[] {rows, columns}, f, c, elementBytes, List.of())
                        .copy(to, 0, back, 0);

                assertThat(back).isEqualTo(from);
                int last = (rows - 1) * elementBytes;
                assertThat(Arrays.copyOfRange(to, last, last + elementBytes))
                        .isEqualTo(Arrays.copyOfRange(from, last * columns, last * columns + elementBytes));
            }
        }
    }

    @Test
    void aBoxBeyondEitherArrayIsRefusedAndNothingCopied() {
        StridedCopy copy = StridedCopy.of(new long[] {3, 4}, new long[] {8, 2}, new long[] {8, 2}, 2, List.of());
        byte[] target = new byte[24];

        assertThatThrownBy(() -> copy.copy(new byte[23], 0, target, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> copy.copy(new byte[40], 17, target, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> copy.copy(new byte[24], 0, target, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> copy.copy(new byte[24], -1, target, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> copy.fill(new byte[2], target, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(target).containsOnly(0);
    }

    @Test
    void aBoxLargerThanAnyArrayIsRefusedWhenCopied() {
        long[] strides = {Long.MAX_VALUE / 2, 1};
        StridedCopy copy = StridedCopy.of(new long[] {5, 1L << 40}, strides, strides, 1, List.of());

        assertThatThrownBy(() -> copy.copy(new byte[9], 0, new byte[9], 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void anEmptyBoxCopiesNothingWhereverItIs() {
        StridedCopy copy = StridedCopy.of(new long[] {0, 4}, new long[] {8, 2}, new long[] {8, 2}, 2, List.of());

        copy.copy(new byte[0], 99, new byte[0], -5);
        copy.fill(new byte[2], new byte[0], 7);
    }

    @Test
    void wrongArgumentsAreRefused() {
        assertThatThrownBy(() -> StridedCopy.of(new long[2], new long[1], new long[2], 1, List.of()))
                .hasMessageContaining("2, 1 and 2 axes");
        assertThatThrownBy(() -> StridedCopy.of(new long[] {2}, new long[] {-1}, new long[] {1}, 1, List.of()))
                .hasMessageContaining("none may be negative");
        assertThatThrownBy(() -> StridedCopy.of(new long[0], new long[0], new long[0], 0, List.of()))
                .hasMessageContaining("elementBytes is 0");
        assertThatThrownBy(() -> StridedCopy.of(
                        new long[] {2}, new long[] {3}, new long[] {3}, 3, List.of(new ByteRun(1, 4, 1))))
                .hasMessageContaining("outside an element of 3 bytes");
    }

    /** Two random arrays and a box in both. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Geometry(
            long[] extents,
            long[] fromStrides,
            long[] toStrides,
            int elementBytes,
            List<ByteRun> swaps,
            byte[] source,
            int fromOffset,
            byte[] target,
            int toOffset) {

        static Geometry random(Random random) {
            int rank = random.nextInt(7);
            int elementBytes = ELEMENT_BYTES[random.nextInt(ELEMENT_BYTES.length)];
            long[] extents = new long[rank];
            int max = rank == 0 ? 1 : (int) Math.max(2, Math.pow(1500, 1.0 / rank));
            for (int axis = 0; axis < rank; axis++) {
                extents[axis] = random.nextInt(20) == 0 ? random.nextInt(2) : 1 + random.nextInt(max);
            }
            long[] fromStrides = strides(random, extents, elementBytes);
            long[] toStrides = random.nextInt(4) == 0 ? fromStrides.clone() : strides(random, extents, elementBytes);
            byte[] source = new byte[span(extents, fromStrides, elementBytes) + random.nextInt(40)];
            byte[] target = new byte[span(extents, toStrides, elementBytes) + random.nextInt(40)];
            random.nextBytes(source);
            random.nextBytes(target);
            int fromOffset = random.nextInt(source.length - span(extents, fromStrides, elementBytes) + 1);
            int toOffset = random.nextInt(target.length - span(extents, toStrides, elementBytes) + 1);
            return new Geometry(
                    extents,
                    fromStrides,
                    toStrides,
                    elementBytes,
                    swaps(random, elementBytes),
                    source,
                    fromOffset,
                    target,
                    toOffset);
        }

        /** Strides of an array with its axes in any order, some with a gap. */
        private static long[] strides(Random random, long[] extents, int elementBytes) {
            List<Integer> order = new ArrayList<>();
            for (int axis = 0; axis < extents.length; axis++) {
                order.add(axis);
            }
            if (random.nextBoolean()) {
                Collections.shuffle(order, random);
            }
            long[] strides = new long[extents.length];
            long stride = elementBytes;
            for (int i = extents.length - 1; i >= 0; i--) {
                if (random.nextInt(4) == 0) {
                    stride += random.nextInt(3) * (long) elementBytes + random.nextInt(2);
                }
                strides[order.get(i)] = stride;
                stride *= Math.max(1, extents[order.get(i)]);
            }
            return strides;
        }

        private static int span(long[] extents, long[] strides, int elementBytes) {
            long span = elementBytes;
            for (int axis = 0; axis < extents.length; axis++) {
                span += Math.max(0, extents[axis] - 1) * strides[axis];
            }
            return (int) span;
        }

        private static List<ByteRun> swaps(Random random, int elementBytes) {
            if (random.nextBoolean()) {
                return List.of();
            }
            List<ByteRun> swaps = new ArrayList<>();
            int uniform = 2 << random.nextInt(3);
            if (elementBytes % uniform == 0 && random.nextBoolean()) {
                swaps.add(new ByteRun(0, uniform, elementBytes / uniform));
                return swaps;
            }
            for (int offset = random.nextInt(3); ; ) {
                int width = 2 << random.nextInt(3);
                int count = 1 + random.nextInt(2);
                if (offset + width * count > elementBytes) {
                    return swaps;
                }
                swaps.add(new ByteRun(offset, width, count));
                offset += width * count + random.nextInt(3);
            }
        }

        StridedCopy prepared() {
            return StridedCopy.of(extents, fromStrides, toStrides, elementBytes, swaps);
        }

        void copyNaively(byte[] to) {
            forEach((fromAt, toAt) -> {
                byte[] element = Arrays.copyOfRange(source, fromOffset + fromAt, fromOffset + fromAt + elementBytes);
                for (ByteRun run : swaps) {
                    for (int i = 0; i < run.count(); i++) {
                        int number = run.offset() + i * run.width();
                        for (int b = 0; b < run.width(); b++) {
                            element[number + b] = source[fromOffset + fromAt + number + run.width() - 1 - b];
                        }
                    }
                }
                System.arraycopy(element, 0, to, toOffset + toAt, elementBytes);
            });
        }

        void fillNaively(byte[] element, byte[] to) {
            forEach((fromAt, toAt) -> System.arraycopy(element, 0, to, toOffset + toAt, elementBytes));
        }

        private void forEach(Step step) {
            long elements = Arrays.stream(extents).reduce(1, (a, b) -> a * b);
            for (long i = 0; i < elements; i++) {
                long rest = i;
                long fromAt = 0;
                long toAt = 0;
                for (int axis = extents.length - 1; axis >= 0; axis--) {
                    fromAt += rest % extents[axis] * fromStrides[axis];
                    toAt += rest % extents[axis] * toStrides[axis];
                    rest /= extents[axis];
                }
                step.at((int) fromAt, (int) toAt);
            }
        }

        private interface Step {
            void at(int fromAt, int toAt);
        }

        @Override
        public String toString() {
            return "extents %s from %s to %s element %d swaps %s"
                    .formatted(
                            Arrays.toString(extents),
                            Arrays.toString(fromStrides),
                            Arrays.toString(toStrides),
                            elementBytes,
                            swaps);
        }
    }
}
