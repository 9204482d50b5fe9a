package io.rezarr.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.codec.ElementLayout;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.Json;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.ByteRun;
import io.rezarr.metadata.V2ArrayMetadata;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DigestSumTest {
    /** Raw bytes, whose fill value is their Base64. */
    private static ArrayMetadata metadata(long[] shape, int elementBytes, byte[] fill) {
        String json =
                "{\"zarr_format\":2,\"shape\":%s,\"chunks\":%s,\"dtype\":\"|V%d\",\"fill_value\":\"%s\",\"order\":\"C\",\"filters\":null,\"compressor\":null}"
                        .formatted(
                                Arrays.toString(shape),
                                Arrays.toString(shape).replaceAll("\\b0\\b", "1"),
                                elementBytes,
                                java.util.Base64.getEncoder().encodeToString(fill));
        return V2ArrayMetadata.parse(Json.parseObject(StandardCharsets.UTF_8.encode(json), "test"), null, "test");
    }

    /** Numbers in big-endian elements: of any width, with gaps between them. */
    private static List<ByteRun> swaps(int elementBytes, Random random) {
        List<ByteRun> runs = new ArrayList<>();
        int[] widths = {2, 4, 8};
        for (int at = 0; at + 2 <= elementBytes && runs.size() < 3; ) {
            int width = widths[random.nextInt(3)];
            int count = (elementBytes - at) / width;
            if (count > 0) {
                runs.add(new ByteRun(at, width, random.nextBoolean() ? count : 1));
            }
            at += count > 0 ? runs.get(runs.size() - 1).count() * width : 1;
        }
        return runs;
    }

    /** An array that is cut into boxes, each of which lies in a memory of its own. */
    private static final class Case {
        final Random random;
        final long[] shape;
        final int elementBytes;
        final List<ByteRun> bigEndian;
        final byte[] fill;
        final byte[] values;
        final DigestSum sum;
        final ArrayMetadata metadata;

        Case(Random random, long[] shape, int elementBytes) {
            this.random = random;
            this.shape = shape;
            this.elementBytes = elementBytes;
            this.bigEndian = random.nextInt(3) == 0 ? swaps(elementBytes, random) : List.of();
            this.fill = new byte[elementBytes];
            fillBytes(fill);
            this.metadata = metadata(shape, elementBytes, fill);
            this.values = new byte[(int) (metadata.shape().elements() * elementBytes)];
            fillBytes(values);
            this.sum = new DigestSum(metadata, new ElementLayout(elementBytes, List.of(), bigEndian));
        }

        /** Random, or what makes sums as large as they can be. */
        private void fillBytes(byte[] bytes) {
            int kind = random.nextInt(8);
            random.nextBytes(bytes);
            if (kind < 3) {
                Arrays.fill(bytes, new byte[] {0, -1, 127}[kind]);
            }
            for (int i = 7; kind == 3 && i < bytes.length; i += 8) {
                bytes[i] = -128;
            }
        }

        void addAll(Workspace workspace) {
            split(new long[shape.length], shape.clone(), workspace);
        }

        private void split(long[] origin, long[] extents, Workspace workspace) {
            int axis = extents.length == 0 ? 0 : random.nextInt(extents.length);
            if (extents.length == 0 || extents[axis] < 2 || random.nextInt(4) == 0) {
                add(origin, extents, workspace);
                return;
            }
            long cut = 1L + random.nextInt((int) extents[axis] - 1);
            long[] rest = extents.clone();
            long[] behind = origin.clone();
            rest[axis] -= cut;
            behind[axis] += cut;
            extents[axis] = cut;
            split(behind, rest, workspace);
            split(origin, extents, workspace);
        }

        private void add(long[] origin, long[] extents, Workspace workspace) {
            long[] strides = strides(extents);
            long span = elementBytes;
            for (int axis = 0; axis < strides.length; axis++) {
                span += Math.max(0, extents[axis] - 1) * strides[axis];
            }
            int offset = random.nextInt(9);
            byte[] memory = new byte[(int) span + offset + random.nextInt(9)];
            boolean isAbsent = random.nextInt(4) == 0;
            forEach(extents, inside -> {
                int at = offset;
                int to = 0;
                for (int axis = 0; axis < strides.length; axis++) {
                    at += (int) (inside[axis] * strides[axis]);
                    to = (int) (to * shape[axis] + origin[axis] + inside[axis]);
                }
                if (isAbsent) {
                    System.arraycopy(fill, 0, values, to * elementBytes, elementBytes);
                }
                byte[] element = Arrays.copyOfRange(values, to * elementBytes, (to + 1) * elementBytes);
                System.arraycopy(swapped(element), 0, memory, at, elementBytes);
            });
            if (isAbsent) {
                sum.absent(origin, extents);
            } else {
                sum.box(origin, extents, memory, offset, strides, workspace);
            }
        }

        private byte[] swapped(byte[] element) {
            byte[] swapped = element.clone();
            for (ByteRun run : bigEndian) {
                for (int i = 0; i < run.count() * run.width(); i++) {
                    int number = i / run.width() * run.width();
                    swapped[run.offset() + i] = element[run.offset() + 2 * number + run.width() - 1 - i];
                }
            }
            return swapped;
        }

        /** Axes in any order, at times with gaps. */
        private long[] strides(long[] extents) {
            List<Integer> order = new ArrayList<>();
            for (int axis = 0; axis < extents.length; axis++) {
                order.add(axis);
            }
            if (random.nextInt(3) == 0) {
                Collections.shuffle(order, random);
            }
            long[] strides = new long[extents.length];
            long stride = elementBytes;
            for (int i = order.size() - 1; i >= 0; i--) {
                strides[order.get(i)] = stride;
                stride *= extents[order.get(i)];
                stride += random.nextInt(5) == 0 ? random.nextInt(5) : 0;
            }
            return strides;
        }

        private interface Step {
            void at(long[] inside);
        }

        private static void forEach(long[] extents, Step step) {
            long elements = Arrays.stream(extents).reduce(1, (a, b) -> a * b);
            for (long i = 0; i < elements; i++) {
                long[] inside = new long[extents.length];
                long rest = i;
                for (int axis = extents.length - 1; axis >= 0; axis--) {
                    inside[axis] = rest % extents[axis];
                    rest /= extents[axis];
                }
                step.at(inside);
            }
        }

        void verify(Object name) {
            assertThat(sum.digest().hex())
                    .as("%s: shape %s, elements of %d bytes", name, Arrays.toString(shape), elementBytes)
                    .isEqualTo(SlowDigest.hex(metadata, values));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void boxesOfAnyLayoutAddUpToTheSumOfTheStream(long seed) {
        Random random = new Random(seed);
        int[] sizes = {1, 1, 2, 3, 4, 4, 5, 7, 8, 8, 12, 16, 24, 131};
        try (Workspace workspace = new Workspace()) {
            for (int i = 0; i < 400; i++) {
                int rank = random.nextInt(5);
                long[] shape = new long[rank];
                for (int axis = 0; axis < rank; axis++) {
                    shape[axis] = random.nextInt(40) == 0 ? 0 : 1 + random.nextInt((int) Math.pow(2000, 1.0 / rank));
                }
                Case box = new Case(random, shape, sizes[random.nextInt(sizes.length)]);
                box.addAll(workspace);
                box.verify("seed " + seed + " case " + i);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"9000, 3, 1", "5000, 1, 4", "20, 300, 2", "1200, 5, 2", "2, 40000, 1", "4200, 2, 3", "600, 17, 8"})
    void longRowsAndManyRowsAreAddedUpPieceByPiece(long rows, long columns, int elementBytes) {
        Random random = new Random(rows);
        try (Workspace workspace = new Workspace()) {
            for (int i = 0; i < 6; i++) {
                // The box is a part of each row, so that rows do not join.
                Case box = new Case(random, new long[] {rows, columns + 1}, elementBytes);
                box.add(new long[] {0, 0}, new long[] {rows, columns}, workspace);
                box.add(new long[] {0, columns}, new long[] {rows, 1}, workspace);
                box.verify("case " + i);
            }
        }
    }

    @Test
    void absentElementsCostNoTimeEach() {
        byte[] fill = HexFormat.of().parseHex("3f80ff");
        long million = 1_000_000;
        ArrayMetadata metadata = metadata(new long[] {million, million, 1000}, 3, fill);
        DigestSum whole = new DigestSum(metadata, new ElementLayout(3, List.of(), List.of()));
        DigestSum halves = new DigestSum(metadata, new ElementLayout(3, List.of(), List.of()));
        whole.absent(new long[3], new long[] {million, million, 1000});
        halves.absent(new long[3], new long[] {million, 777_777, 1000});
        halves.absent(new long[] {0, 777_777, 0}, new long[] {million, million - 777_777, 1000});
        assertThat(halves.digest()).isEqualTo(whole.digest());
    }

    @Test
    void streamsOfTooManyBytesAreRefused() {
        ArrayMetadata metadata = metadata(new long[] {1L << 40, 1L << 19}, 2, new byte[2]);
        assertThatThrownBy(() -> new DigestSum(metadata, new ElementLayout(2, List.of(), List.of())))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("(1099511627776, 524288)")
                .hasMessageContaining("r16")
                .hasMessageContaining("2^60 bytes or more");
    }
}
