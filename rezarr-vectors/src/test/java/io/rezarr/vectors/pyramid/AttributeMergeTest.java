package io.rezarr.vectors.pyramid;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.AttributeFormat;
import io.rezarr.vectors.model.FragmentIndex;
import io.rezarr.vectors.model.Numbers;
import io.rezarr.vectors.model.VertexFormat;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.pyramid.PyramidOptions.Aggregate;
import io.rezarr.vectors.rechunk.Bytes;
import io.rezarr.vectors.rechunk.Column;
import io.rezarr.vectors.rechunk.FragmentBytes;
import io.rezarr.vectors.write.AttributeColumns;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttributeMergeTest {
    private static final int ALL_BYTES = 1 << 20;
    private static final int MOST_PARTIALS = 200;
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Workspace workspace = new Workspace();

    /**
     * The vertices of a chunk.
     *
     * @param values one row behind the other
     * @param bins of each row; of the last ones -1: they are in no fragment
     * @param weights of each row
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Vertices(byte[] values, int[] bins, int[] weights) {
        /** Each counts once, all in bin 0. */
        static Vertices once(int rows, byte... values) {
            return new Vertices(values, new int[rows], once(rows));
        }

        static int[] once(int rows) {
            int[] weights = new int[rows];
            Arrays.fill(weights, 1);
            return weights;
        }
    }

    private static AttributeMerge merge(Aggregate how, String type, int columns) {
        return merge(how, type, columns, JsonObject.EMPTY);
    }

    private static AttributeMerge merge(Aggregate how, String type, int columns, JsonObject attributes) {
        AttributeFormat format =
                new AttributeFormat("t", Objects.requireNonNull(Numbers.type(type)), columns, attributes);
        return AttributeMerge.of(new AttributeColumns(format, columns), how);
    }

    /** The value that a bin gets, in parts of at most that many bytes. */
    private byte[] valueOf(int bin, AttributeMerge merge, int mostBytes, Vertices... chunks) {
        AttributeMerge.OfBin result = merge.ofBin();
        // Of another bin before it nothing stays.
        result.begin(MOST_PARTIALS);
        add(chunks[0], bin + 1, merge, mostBytes, result);
        result.begin(MOST_PARTIALS);
        long weight = 0;
        for (Vertices chunk : chunks) {
            weight += add(chunk, bin, merge, mostBytes, result);
        }
        byte[] value = new byte[merge.rowBytes() + 2];
        result.put(weight, value, 1);
        assertThat(value[0] | value[value.length - 1]).isZero();
        return Arrays.copyOfRange(value, 1, value.length - 1);
    }

    private byte[] valueOf(AttributeMerge merge, Vertices... chunks) {
        return valueOf(0, merge, ALL_BYTES, chunks);
    }

    /** Gives how often vertices of the bin count. */
    private long add(Vertices chunk, int bin, AttributeMerge merge, int mostBytes, AttributeMerge.OfBin to) {
        ChunkGroups groups = groups(chunk.bins);
        Column values = Column.of(ByteBuffer.wrap(chunk.values), merge.rowBytes(), workspace);
        AttributeMerge.OfChunk partials = merge.ofChunk(values, groups, chunk.weights);
        long weight = 0;
        for (int row = 0; row < chunk.bins.length; row++) {
            weight += chunk.bins[row] == bin ? chunk.weights[row] : 0;
        }
        for (int group = 0; group < groups.groups() && weight > 0; group++) {
            // Another attribute may need a part more.
            int parts = groups.bin(group, 0) == bin ? partials.parts(group, mostBytes) + 1 : 0;
            for (int part = 0; part < parts; part++) {
                int bytes = (int) partials.bytes(group, part, mostBytes);
                byte[] stored = new byte[bytes + 4];
                Arrays.fill(stored, (byte) 0x55);
                assertThat(partials.put(group, part, mostBytes, stored, 3)).isEqualTo(3 + bytes);
                assertThat(merge.end(stored, 3)).isEqualTo(3 + bytes);
                assertThat(stored[2] & stored[3 + bytes]).isEqualTo(0x55);
                to.add(stored, 3);
            }
        }
        return weight;
    }

    private static ChunkGroups groups(int... bins) {
        int inFragments = (int) Arrays.stream(bins).filter(bin -> bin >= 0).count();
        ByteBuffer positions = ByteBuffer.allocate(4 * bins.length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(bins).forEach(positions::putFloat);
        byte[] fragments = new byte[(int) FragmentBytes.size(inFragments)];
        FragmentBytes.putSingleRows(inFragments, fragments);
        ChunkGroups groups = new ChunkGroups(WorldVector.of(1));
        groups.group(
                positions.flip(),
                new VertexFormat(Objects.requireNonNull(Numbers.type("float32")), 1),
                FragmentIndex.decode(ByteBuffer.wrap(fragments)),
                bins.length,
                "here");
        return groups;
    }

    private static byte[] longs(long... numbers) {
        byte[] bytes = new byte[8 * numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            Bytes.putLong(bytes, 8 * i, numbers[i]);
        }
        return bytes;
    }

    private static byte[] ints(int... numbers) {
        byte[] bytes = new byte[4 * numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            Bytes.putInt(bytes, 4 * i, numbers[i]);
        }
        return bytes;
    }

    private static byte[] floats(float... numbers) {
        byte[] bytes = new byte[4 * numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            Bytes.putInt(bytes, 4 * i, Float.floatToRawIntBits(numbers[i]));
        }
        return bytes;
    }

    private static byte[] doubles(double... numbers) {
        return longs(
                Arrays.stream(numbers).mapToLong(Double::doubleToRawLongBits).toArray());
    }

    private long meanOf(String type, long... numbers) {
        return Bytes.getLong(valueOf(merge(Aggregate.MEAN, type, 1), Vertices.once(numbers.length, longs(numbers))), 0);
    }

    @Test
    void meansOfIntegersAreExactBeyond53And64Bits() {
        long id = (1L << 53) + 1;
        assertThat(meanOf("int64", id, id, id)).isEqualTo(id);
        assertThat(meanOf("int64", id, id + 2)).isEqualTo(id + 1);
        assertThat(meanOf("int64", -id, -id - 2)).isEqualTo(-id - 1);
        assertThat(meanOf("int64", Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 3))
                .isEqualTo(Long.MAX_VALUE - 1);
        assertThat(meanOf("int64", Long.MIN_VALUE, Long.MIN_VALUE)).isEqualTo(Long.MIN_VALUE);
        assertThat(meanOf("int64", Long.MIN_VALUE, Long.MAX_VALUE)).isZero();
        // The bits of 2^64 - 1 and 2^64 - 3, which are negative in int64.
        assertThat(meanOf("uint64", -1, -3)).isEqualTo(-2);
        assertThat(meanOf("uint64", -1, 1)).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void meansOfIntegersAreRoundedHalvesToTheEvenOne() {
        assertThat(meanOf("int64", 2, 3)).isEqualTo(2);
        assertThat(meanOf("int64", 3, 4)).isEqualTo(4);
        assertThat(meanOf("int64", -2, -3)).isEqualTo(-2);
        assertThat(meanOf("int64", -3, -4)).isEqualTo(-4);
        assertThat(meanOf("int64", -1, -1, 0)).isEqualTo(-1);
        assertThat(meanOf("int64", 1, 0, 0)).isZero();
    }

    @Test
    void meansOfNarrowIntegersKeepSignAndWidth() {
        byte[] numbers = {-128, -2, -126, -2};
        Vertices rows = Vertices.once(2, numbers);
        assertThat(valueOf(merge(Aggregate.MEAN, "int8", 2), rows)).containsExactly(-127, -2);
        assertThat(valueOf(merge(Aggregate.MEAN, "uint8", 2), rows)).containsExactly(129, 254);
        // 0xfe80 and 0xfe82.
        assertThat(valueOf(merge(Aggregate.MEAN, "uint16", 1), rows)).containsExactly(0x81, 0xfe);
        assertThat(valueOf(merge(Aggregate.MEAN, "uint32", 1), Vertices.once(2, ints(-1, -3))))
                .isEqualTo(ints(-2));
    }

    @Test
    void meansOfFloatsAreRoundedOnceAndHaveNaNWhereAnyHas() {
        AttributeMerge float32 = merge(Aggregate.MEAN, "float32", 2);
        Vertices here = Vertices.once(2, floats(16_777_216, Float.NaN, 1, 3));
        Vertices there = Vertices.once(2, floats(1, 4, 2, 5));
        byte[] value = valueOf(float32, here, there);
        // (2^24 + 4) / 4: a sum of float32 would have lost the ones.
        assertThat(Float.intBitsToFloat(Bytes.getInt(value, 0))).isEqualTo(4_194_305f);
        assertThat(Float.intBitsToFloat(Bytes.getInt(value, 4))).isNaN();
        AttributeMerge float64 = merge(Aggregate.MEAN, "float64", 1);
        assertThat(valueOf(float64, Vertices.once(2, doubles(0.1, 0.2)))).isEqualTo(doubles((0.1 + 0.2) / 2));
        assertThat(valueOf(float64, Vertices.once(2, doubles(Double.POSITIVE_INFINITY, 1))))
                .isEqualTo(doubles(Double.POSITIVE_INFINITY));
        byte[] opposites = doubles(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
        assertThat(Double.longBitsToDouble(Bytes.getLong(valueOf(float64, Vertices.once(2, opposites)), 0)))
                .isNaN();
    }

    @Test
    void theFirstValueIsThatOfTheFirstRowThatCountsBitByBit() {
        int payload = 0x7fa12345;
        AttributeMerge first = merge(Aggregate.FIRST, "float32", 1);
        int[] bins = {0, 1, 0, 0, -1};
        Vertices here = new Vertices(ints(1, 2, payload, 3, 4), bins, new int[] {0, 1, 2, 1, 0});
        Vertices there = Vertices.once(2, ints(5, 6));
        assertThat(valueOf(first, here, there)).isEqualTo(ints(payload));
        assertThat(valueOf(first, there, here)).isEqualTo(ints(5));
        assertThat(valueOf(1, first, ALL_BYTES, here)).isEqualTo(ints(2));
    }

    @Test
    void valuesAreCountedBitByBitOverAllChunks() {
        int quiet = 0x7fc00000;
        int payload = 0x7fc00001;
        int minusZero = 0x80000000;
        AttributeMerge mode = merge(Aggregate.MODE, "float32", 1);
        assertThat(valueOf(mode, Vertices.once(5, ints(quiet, payload, 0, minusZero, payload))))
                .isEqualTo(ints(payload));
        assertThat(valueOf(mode, Vertices.once(5, ints(quiet, payload, 0, minusZero, minusZero))))
                .isEqualTo(ints(minusZero));
        // 7 is the most frequent one of no chunk.
        Vertices here = Vertices.once(3, ints(1, 1, 7));
        Vertices there = Vertices.once(4, ints(2, 7, 2, 2));
        Vertices elsewhere = new Vertices(ints(3, 7), new int[2], new int[] {3, 2});
        assertThat(valueOf(mode, here, there, elsewhere)).isEqualTo(ints(7));
    }

    @Test
    void ofSeveralMostFrequentValuesTheOneWhoseBytesComeFirstIsTaken() {
        AttributeMerge mode = merge(Aggregate.MODE, "int32", 1);
        // Little-endian: 256 is 00 01 00 00, -1 is ff ff ff ff.
        assertThat(valueOf(mode, Vertices.once(4, ints(1, 256, -1, 1 << 24)))).isEqualTo(ints(1 << 24));
        assertThat(valueOf(mode, Vertices.once(3, ints(-1, 1, 256)))).isEqualTo(ints(256));
        assertThat(valueOf(mode, Vertices.once(2, ints(-1, 1)), Vertices.once(2, ints(1, -1))))
                .isEqualTo(ints(1));
        AttributeMerge pairs = merge(Aggregate.MODE, "uint8", 2);
        assertThat(valueOf(
                        pairs, Vertices.once(3, (byte) 0x80, (byte) 0, (byte) 0x7f, (byte) 2, (byte) 0x7f, (byte) 1)))
                .containsExactly(0x7f, 1);
    }

    @Test
    void rowsThatDoNotCountAddNothing() {
        Vertices rows =
                new Vertices(floats(Float.NaN, 4, 8, Float.NaN), new int[] {0, 0, 0, -1}, new int[] {0, 3, 1, 0});
        assertThat(valueOf(merge(Aggregate.MEAN, "float32", 1), rows)).isEqualTo(floats(5));
        assertThat(valueOf(merge(Aggregate.MODE, "float32", 1), rows)).isEqualTo(floats(4));
        Vertices integers = new Vertices(
                longs(Long.MAX_VALUE, 4, 8, Long.MAX_VALUE), new int[] {0, 0, 0, -1}, new int[] {0, 3, 1, 0});
        assertThat(valueOf(merge(Aggregate.MEAN, "int64", 1), integers)).isEqualTo(longs(5));
    }

    /** In parts as small as can be, over several chunks, the result is that of one chunk where each vertex stands as often as it counts. */
    @ParameterizedTest
    @CsvSource({
        "MEAN, float32, 2",
        "MEAN, float64, 1",
        "MEAN, int16, 3",
        "MEAN, uint64, 1",
        "FIRST, uint32, 2",
        "MODE, uint8, 1",
        "MODE, int16, 3"
    })
    void weightsChunksAndPartsDoNotChangeAResult(Aggregate how, String type, int columns) {
        AttributeMerge merge = merge(how, type, columns);
        Random random = new Random(5);
        for (int run = 0; run < 100; run++) {
            List<Vertices> chunks = new ArrayList<>();
            List<Integer> bins = new ArrayList<>();
            List<byte[]> rows = new ArrayList<>();
            for (int chunk = random.nextInt(4); chunk >= 0; chunk--) {
                Vertices vertices = randomVertices(type, columns, merge.rowBytes(), random);
                chunks.add(vertices);
                for (int row = 0; row < vertices.bins.length; row++) {
                    int at = row * merge.rowBytes();
                    for (int i = 0; i < vertices.weights[row]; i++) {
                        bins.add(vertices.bins[row]);
                        rows.add(Arrays.copyOfRange(vertices.values, at, at + merge.rowBytes()));
                    }
                }
            }
            Vertices all = new Vertices(
                    joined(rows), bins.stream().mapToInt(bin -> bin).toArray(), Vertices.once(bins.size()));
            for (int bin : Set.copyOf(bins)) {
                byte[] expected = valueOf(bin, merge, ALL_BYTES, all);
                for (int mostBytes : new int[] {0, 3 * merge.partialBytes(), ALL_BYTES}) {
                    assertThat(valueOf(bin, merge, mostBytes, chunks.toArray(Vertices[]::new)))
                            .as("run " + run + ", bin " + bin + ", parts of " + mostBytes)
                            .isEqualTo(expected);
                }
            }
        }
    }

    /** Numbers from 0 to 3, whose sums are exact in any order. */
    private static Vertices randomVertices(String type, int columns, int rowBytes, Random random) {
        int rows = 1 + random.nextInt(12);
        int width = rowBytes / columns;
        byte[] values = new byte[rows * rowBytes];
        for (int at = 0; at < values.length; at += width) {
            int number = random.nextInt(4);
            switch (type) {
                case "float32" -> Bytes.putInt(values, at, Float.floatToRawIntBits(number));
                case "float64" -> Bytes.putLong(values, at, Double.doubleToRawLongBits(number));
                default -> values[at] = (byte) number;
            }
        }
        return new Vertices(
                values,
                random.ints(rows, 0, 3).toArray(),
                random.ints(rows, 0, 4).toArray());
    }

    private static byte[] joined(List<byte[]> rows) {
        ByteBuffer all =
                ByteBuffer.allocate(rows.stream().mapToInt(row -> row.length).sum());
        rows.forEach(all::put);
        return all.array();
    }

    @Test
    void categoriesAndBooleansHaveNoMeanButAMostFrequentValue() {
        JsonObject dictionary = JsonObject.EMPTY.with("encoding", new JsonString("dictionary"));
        assertThat(valueOf(merge(Aggregate.MEAN, "int32", 1, dictionary), Vertices.once(3, ints(9, 1, 9))))
                .isEqualTo(ints(9));
        assertThat(valueOf(merge(Aggregate.MEAN, "bool", 1), Vertices.once(3, (byte) 0, (byte) 1, (byte) 1)))
                .containsExactly(1);
    }

    @Test
    void meansOfFloat16AreRefusedByName() {
        assertThatThrownBy(() -> merge(Aggregate.MEAN, "float16", 1))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("Vertex attribute 't' is float16")
                .hasMessageContaining("--aggregate first or mode");
        assertThat(valueOf(
                        merge(Aggregate.FIRST, "float16", 1), Vertices.once(2, (byte) 1, (byte) 2, (byte) 3, (byte) 4)))
                .containsExactly(1, 2);
    }

    /** Each row in a bin of its own, and with a value of its own: that takes most. */
    @ParameterizedTest
    @CsvSource({
        "MEAN, float32, 2",
        "MEAN, uint8, 1",
        "MEAN, int64, 3",
        "MEAN, bool, 1",
        "FIRST, uint8, 1",
        "FIRST, float64, 2",
        "MODE, uint8, 2",
        "MODE, float64, 1"
    })
    void partialResultsOfAChunkTakeNoMoreMemoryThanIsSaid(Aggregate how, String type, int columns) {
        AttributeMerge merge = merge(how, type, columns);
        int rows = 20_000;
        Random random = new Random(7);
        byte[] values = new byte[rows * merge.rowBytes()];
        random.nextBytes(values);
        int[] bins = IntStream.range(0, rows).toArray();
        long most = rows * (long) merge.groupingBytes() + (2 << 10);
        assertThat(takenOf(merge, values, bins)).isBetween(rows * 4L, most);
        // In one bin values have to be sorted.
        assertThat(takenOf(merge, values, new int[rows])).isLessThan(most);
    }

    private long takenOf(AttributeMerge merge, byte[] values, int... bins) {
        ChunkGroups groups = groups(bins);
        Column column = Column.of(ByteBuffer.wrap(values), merge.rowBytes(), workspace);
        int[] weights = Vertices.once(bins.length);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        merge.ofChunk(column, groups, weights);
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /** All different but one, which is in each partial result, in different places. */
    @Test
    void valuesOfABinAreCountedWithoutMemoryForEach() {
        AttributeMerge mode = merge(Aggregate.MODE, "int32", 1);
        int entries = 5000;
        int most = 1 << 30;
        List<byte[]> partials = new ArrayList<>();
        for (int partial = 0; partial < MOST_PARTIALS; partial++) {
            ByteBuffer bytes = ByteBuffer.allocate(4 + 12 * entries).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putInt(entries);
            for (int entry = 0; entry < entries; entry++) {
                int bigEndian =
                        partial < entry ? most + entry * MOST_PARTIALS + partial : entry * MOST_PARTIALS + partial;
                bytes.putLong(1).putInt(Integer.reverseBytes(entry == partial ? most : bigEndian));
            }
            partials.add(bytes.array());
        }
        AttributeMerge.OfBin counts = mode.ofBin();
        byte[] value = new byte[4];
        long before = THREADS.getCurrentThreadAllocatedBytes();
        counts.begin(MOST_PARTIALS);
        partials.forEach(partial -> counts.add(partial, 0));
        counts.put(MOST_PARTIALS * (long) entries, value, 0);
        long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(value).containsExactly(0x40, 0, 0, 0);
        assertThat(taken).isLessThan(MOST_PARTIALS * (long) mode.joiningBytes() + (16 << 10));
    }
}
