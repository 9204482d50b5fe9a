package io.rezarr.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.rezarr.codec.CodecChain;
import io.rezarr.codec.ElementLayout;
import io.rezarr.error.CancelledException;
import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.execute.NaiveArray;
import io.rezarr.execute.NaiveItems;
import io.rezarr.execute.RandomMetadata;
import io.rezarr.execute.RunListener;
import io.rezarr.execute.SmallMetadata;
import io.rezarr.json.Json;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.V2ArrayMetadata;
import io.rezarr.metadata.V3ArrayMetadata;
import io.rezarr.plan.Work;
import io.rezarr.store.Store;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentDigestTest {
    private static final long ENOUGH_BYTES = 1 << 24;

    private static String digest(NaiveArray array) {
        return ContentDigest.of(array.array, ENOUGH_BYTES, 2, RunListener.NONE).hex();
    }

    private static NaiveArray array(String dtype, String shape, String chunks, byte[] values) {
        return array(v2(dtype, shape, chunks, "C", "0"), values);
    }

    private static NaiveArray array(ArrayMetadata metadata, byte[] values) {
        NaiveArray array = NaiveArray.inMemory(metadata);
        array.write(values, new Random(1));
        return array;
    }

    private static ArrayMetadata v2(String dtype, String shape, String chunks, String order, String fill) {
        String json =
                "{\"zarr_format\":2,\"shape\":%s,\"chunks\":%s,\"dtype\":\"%s\",\"fill_value\":%s,\"order\":\"%s\",\"filters\":null,\"compressor\":null}"
                        .formatted(shape, chunks, dtype, fill, order);
        return V2ArrayMetadata.parse(Json.parseObject(StandardCharsets.UTF_8.encode(json), "test"), null, "test");
    }

    private static ArrayMetadata v3(String type, String shape, String fill, String codec) {
        String json =
                "{\"zarr_format\":3,\"node_type\":\"array\",\"shape\":%s,\"data_type\":\"%s\",\"chunk_grid\":{\"name\":\"regular\",\"configuration\":{\"chunk_shape\":%s}},\"chunk_key_encoding\":{\"name\":\"default\"},\"fill_value\":%s,\"codecs\":[%s]}"
                        .formatted(shape, type, shape, fill, codec);
        return V3ArrayMetadata.parse(Json.parseObject(StandardCharsets.UTF_8.encode(json), "test"), "test");
    }

    private static byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void sameValuesHaveOneDigestHoweverTheyAreStored(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 150; i++) {
            RandomMetadata metadata = new RandomMetadata(random);
            NaiveArray left = NaiveArray.inMemory(metadata.v2(metadata.chunks(), metadata.defaultFill()));
            long[] chunks = metadata.chunks();
            long[] shards = random.nextBoolean() ? new long[0] : chunks.clone();
            for (int axis = 0; axis < shards.length; axis++) {
                shards[axis] *= 1 + random.nextInt(3);
            }
            NaiveArray right = NaiveArray.inMemory(metadata.v3(chunks, shards, metadata.defaultFill()));
            byte[] values = left.randomValues(random);
            left.write(values, random);
            right.write(values, random);

            String expected = SlowDigest.hex(left.array.metadata(), values);
            assertThat(digest(left)).as("v2, seed %d case %d", seed, i).isEqualTo(expected);
            assertThat(digest(right)).as("v3, seed %d case %d", seed, i).isEqualTo(expected);
        }
    }

    /** Without a store, since many are made. */
    private static String digestOf(String dtype, String shape, byte[] values) {
        ArrayMetadata metadata = v2(dtype, shape, shape, "C", "null");
        ElementLayout layout = CodecChain.of(metadata).layout();
        DigestSum sum = new DigestSum(metadata, layout);
        try (Workspace workspace = new Workspace()) {
            long[] extents = metadata.shape().toArray();
            sum.box(new long[extents.length], extents, values, 0, layout.strides(metadata.shape()), workspace);
        }
        return sum.digest().hex();
    }

    @ParameterizedTest
    @CsvSource({"|u1, 17, 1", "<i2, 9, 2", "<f4, 5, 4", "<f8, 3, 8", "<c16, 2, 16", "|V3, 6, 3"})
    void everyChangeOfOneByteAltersIt(String dtype, int elements, int elementBytes) {
        byte[] values = randomBytes(elements * elementBytes);
        Set<String> digests = new HashSet<>();
        for (int at = 0; at < values.length; at++) {
            byte kept = values[at];
            for (int change = at == 0 ? 0 : 1; change < 256; change++) {
                values[at] = (byte) (kept ^ change);
                digests.add(digestOf(dtype, "[" + elements + "]", values));
            }
            values[at] = kept;
        }
        assertThat(digests).hasSize(255 * values.length + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 12})
    void everyTwoElementsOrRowsThatChangePlacesAlterIt(int elementBytes) {
        String dtype = "|V" + elementBytes;
        byte[] values = randomBytes(12 * 5 * elementBytes);
        Set<String> digests = new HashSet<>(Set.of(digestOf(dtype, "[12,5]", values)));
        int swaps = 0;
        for (int length : new int[] {elementBytes, 5 * elementBytes}) {
            for (int a = 0; a < values.length; a += length) {
                for (int b = 0; b < a; b += length) {
                    byte[] swapped = values.clone();
                    System.arraycopy(values, a, swapped, b, length);
                    System.arraycopy(values, b, swapped, a, length);
                    if (!Arrays.equals(values, swapped)) {
                        swaps++;
                        digests.add(digestOf(dtype, "[12,5]", swapped));
                    }
                }
            }
        }
        assertThat(digests).hasSize(swaps + 1);
    }

    @Test
    void signsThatChangePlacesAlterIt() {
        ByteBuffer values = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        values.putDouble(0, 1.5).putDouble(8, -1.5).putDouble(16, 0.0).putDouble(24, -0.0);
        Set<String> digests = new HashSet<>();
        for (int signs = 0; signs < 16; signs++) {
            byte[] changed = values.array().clone();
            for (int i = 0; i < 4; i++) {
                changed[8 * i + 7] ^= (byte) (((signs >> i) & 1) << 7);
            }
            digests.add(digestOf("<f8", "[4]", changed));
        }
        assertThat(digests).hasSize(16);
    }

    @Test
    void shapeAndKindAlterIt() {
        byte[] zeros = new byte[48];
        Set<String> digests = new HashSet<>();
        for (String shape : new String[] {"[2,6]", "[3,4]", "[12]", "[12,1]", "[1,12]"}) {
            String chunks = shape.contains(",") ? "[2,2]" : "[2]";
            for (String dtype : new String[] {"<i4", "<u4", "<f4", "<U1", "|S4", "|V4"}) {
                digests.add(digest(array(v2(dtype, shape, chunks, "C", "null"), zeros)));
            }
        }
        digests.add(digest(array("<i8", "[6]", "[4]", zeros)));
        digests.add(digest(array("<M8[s]", "[6]", "[4]", zeros)));
        digests.add(digest(array("<M8[ms]", "[6]", "[4]", zeros)));
        assertThat(digests).hasSize(33);
    }

    @Test
    void byteOrderAltersItIfTheValuesDifferOnly() {
        byte[] values = randomBytes(32);
        NaiveArray little = array("<i4", "[8]", "[3]", values);
        NaiveArray big = array(">i4", "[8]", "[3]", values);
        assertThat(digest(big)).isEqualTo(digest(little));

        NaiveArray sameBytes = NaiveArray.inMemory(v2(">i4", "[8]", "[3]", "C", "0"));
        little.stored()
                .forEach((key, bytes) ->
                        sameBytes.array.store().set(new io.rezarr.store.StoreKey(key), bytes, Store.WriteMode.DIRECT));
        assertThat(digest(sameBytes)).isNotEqualTo(digest(little));
    }

    @Test
    void twoNamesOfOneTypeAreOneKind() {
        byte[] values = randomBytes(48);
        String expected = digest(array(v2("<c16", "[3]", "[2]", "C", "null"), values));
        for (String name : new String[] {"complex128", "complex_float64"}) {
            String codec = "{\"name\":\"bytes\",\"configuration\":{\"endian\":\"big\"}}";
            assertThat(digest(array(v3(name, "[3]", "[0.0,0.0]", codec), values)))
                    .isEqualTo(expected);
        }
    }

    @Test
    void fillValueOfNullIsZeroBytes() {
        NaiveArray absent = NaiveArray.inMemory(v2("<f8", "[7,3]", "[2,2]", "C", "null"));
        assertThat(digest(absent)).isEqualTo(digest(array(v2("<f8", "[7,3]", "[3,1]", "F", "1.5"), new byte[168])));
    }

    @Test
    void digestOfAGroupIsThatOfItsLinesByPath() {
        ContentDigest one = new ContentDigest("1".repeat(64));
        ContentDigest two = new ContentDigest("2".repeat(64));
        // By code points, which UTF-8 keeps, U+FFFD is before U+1D11E; by chars it is not.
        String paths = "1".repeat(64) + "  a\n" + "2".repeat(64) + "  a/b\n" + "2".repeat(64) + "  \uFFFD\n"
                + "1".repeat(64) + "  \uD834\uDD1E\n";
        assertThat(ContentDigest.ofGroup(Map.of("a/b", two, "\uD834\uDD1E", one, "a", one, "\uFFFD", two))
                        .hex())
                .isEqualTo(SlowDigest.sha256(paths));
    }

    @Test
    void workIsToldAndCounted() {
        NaiveArray array = NaiveArray.inMemory(SmallMetadata.v3("[5,4]", "[4,4]", "[2,2]"));
        byte[] values = new byte[80];
        for (int i = 0; i < 4; i++) {
            values[4 * i] = 1;
        }
        Arrays.fill(values, 16, 80, (byte) 7);
        array.write(values, new Random(1));
        Work[] last = {Work.NONE};
        long[] total = new long[1];
        RunListener listener = (done, doneUnits, totalUnits) -> {
            last[0] = done;
            total[0] = totalUnits;
        };

        ContentDigest.of(array.array, ENOUGH_BYTES, 1, listener);

        assertThat(last[0].reads()).isEqualTo(6).isEqualTo(total[0]);
        assertThat(last[0].decodes() + last[0].absent()).isEqualTo(6);
    }

    @Test
    void tooLittleMemoryNamesTheLeastThatWorks() {
        NaiveArray array = array("<i4", "[1000,1000]", "[1000,500]", new byte[4_000_000]);
        InfeasiblePlanException refused = (InfeasiblePlanException)
                catchThrowable(() -> ContentDigest.of(array.array, 1 << 20, 4, RunListener.NONE));
        assertThat(refused)
                .hasMessageContaining("1048576 bytes of memory do not suffice")
                .hasMessageContaining("(1000, 500)")
                .hasMessageContaining("takes at least");
        long least = Long.parseLong(String.valueOf(refused.getMessage()).replaceAll("(?s).*-m ([0-9]+).*", "$1"));
        assertThatThrownBy(() -> ContentDigest.of(array.array, least - 1, 4, RunListener.NONE))
                .isInstanceOf(InfeasiblePlanException.class);
        assertThat(ContentDigest.of(array.array, least, 4, RunListener.NONE).hex())
                .isEqualTo(digest(array));
    }

    /** The sum that the document defines, of words that are made here. */
    @Test
    void itemsOfVariableSizeCountAsTheBeginOfTheirHash() throws NoSuchAlgorithmException {
        NaiveItems array = NaiveItems.inMemory(v3("string", "[3]", "\"\"", "{\"name\":\"vlen-utf8\"}"));
        List<byte[]> items = List.of(
                "".getBytes(UTF_8), "né".getBytes(UTF_8), "x".repeat(1000).getBytes(UTF_8));
        array.write(items, new Random(1));
        BigInteger prime = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.valueOf(59));
        BigInteger sum = BigInteger.ZERO;
        for (int i = items.size() - 1; i >= 0; i--) {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(items.get(i));
            long word = ByteBuffer.wrap(hash).order(ByteOrder.LITTLE_ENDIAN).getLong();
            sum = sum.multiply(BigInteger.valueOf(0x13198A2E03707344L))
                    .add(BigInteger.valueOf(word))
                    .mod(prime);
        }
        String text = "rz1\nstring\n0\n3\n%016x\n".formatted(sum);
        assertThat(ContentDigest.of(array.array, 1 << 24, 2, RunListener.NONE).hex())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8))));
    }

    @Test
    void objectsThatCannotBeDecodedHaveNoDigest() {
        String json =
                "{\"zarr_format\":2,\"shape\":[3],\"chunks\":[3],\"dtype\":\"|O\",\"fill_value\":null,\"order\":\"C\",\"filters\":[{\"id\":\"json2\"}],\"compressor\":null}";
        NaiveArray array = NaiveArray.inMemory(
                V2ArrayMetadata.parse(Json.parseObject(ByteBuffer.wrap(json.getBytes(UTF_8)), "test"), null, "test"));
        assertThatThrownBy(() -> digest(array))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageStartingWith("There is no digest of '")
                .hasMessageContaining("Data type 'object[json2]' with codecs [json2] cannot be decoded");
    }

    @Test
    void damagedChunksAreErrorsThatNameThem() {
        NaiveArray array = array("<i4", "[6]", "[3]", randomBytes(24));
        array.array.store().set(array.array.chunkKey(new long[] {1}), ByteBuffer.allocate(5), Store.WriteMode.DIRECT);
        assertThatThrownBy(() -> digest(array))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("a/1");
    }

    @Test
    void itCanBeCancelled() {
        NaiveArray array = array("<i4", "[6]", "[3]", randomBytes(24));
        RunListener cancelled = new RunListener() {
            @Override
            public void progress(Work done, long doneUnits, long totalUnits) {}

            @Override
            public boolean isCancelled() {
                return true;
            }
        };
        assertThatThrownBy(() -> ContentDigest.of(array.array, ENOUGH_BYTES, 2, cancelled))
                .isInstanceOf(CancelledException.class);
    }
}
