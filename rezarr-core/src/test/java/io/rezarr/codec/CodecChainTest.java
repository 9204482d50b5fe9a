package io.rezarr.codec;

import static io.rezarr.testkit.Specs.BIG;
import static io.rezarr.testkit.Specs.CRC32C;
import static io.rezarr.testkit.Specs.LITTLE;
import static io.rezarr.testkit.Specs.sharding;
import static io.rezarr.testkit.Specs.transpose;
import static io.rezarr.testkit.Specs.v2;
import static io.rezarr.testkit.Specs.v3;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonObject;
import io.rezarr.memory.MemoryBudget;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ByteRun;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.DataType;
import io.rezarr.metadata.Shape;
import io.rezarr.metadata.V2ArrayMetadata;
import io.rezarr.metadata.V3ArrayMetadata;
import io.rezarr.testkit.CodecContract;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodecChainTest {
    private static final DataType INT32 = new DataType("int32", DataType.Kind.INT, 4, List.of(new ByteRun(0, 4, 1)));
    private static final DataType UINT8 = new DataType("uint8", DataType.Kind.UINT, 1, List.of());

    private final Workspace workspace = new Workspace();

    @AfterEach
    void closeWorkspace() {
        workspace.close();
    }

    private static CodecChain chain(Shape shape, CodecSpec... codecs) {
        return CodecChain.of(List.of(codecs), INT32, List.of(), new byte[] {1, 2, 3, 4}, shape);
    }

    @Test
    void transposesAndByteOrderBecomeTheLayout() {
        CodecChain chain = chain(Shape.of(2, 3, 5), transpose(2, 0, 1), transpose(1, 0, 2), BIG);
        assertThat(chain.layout()).isEqualTo(new ElementLayout(4, List.of(0, 2, 1), INT32.numbers()));
        assertThat(chain.layout().strides(chain.chunkShape())).containsExactly(60, 4, 12);
        assertThat(chain.decodedBytes()).isEqualTo(120);
    }

    @Test
    void bytesNeedAnEndianForTypesOfSeveralBytesOnly() {
        assertThatThrownBy(() -> chain(Shape.of(4), v3("bytes")))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("'endian' must be 'little' or 'big' for data type 'int32', found none");
        CodecChain single = CodecChain.of(List.of(v3("bytes")), UINT8, List.of(), new byte[1], Shape.of(4));
        assertThat(single.layout().bigEndian()).isEmpty();
        DataType struct = new DataType("struct{a:int32}", DataType.Kind.STRUCT, 4, INT32.numbers());
        assertThat(CodecChain.of(List.of(v3("bytes")), struct, List.of(), new byte[4], Shape.of(4))
                        .layout()
                        .bigEndian())
                .isEmpty();
    }

    @Test
    void mixedEndianIsThatOfTheMetadata() {
        DataType struct = new DataType(
                "struct{a:int16, b:int16}",
                DataType.Kind.STRUCT,
                4,
                List.of(new ByteRun(0, 2, 1), new ByteRun(2, 2, 1)));
        List<ByteRun> second = List.of(new ByteRun(2, 2, 1));
        CodecSpec mixed = v3("bytes", "endian", "mixed");
        assertThat(CodecChain.of(List.of(mixed), struct, second, new byte[4], Shape.of(4))
                        .layout()
                        .bigEndian())
                .isEqualTo(second);
        assertThatThrownBy(() -> chain(Shape.of(4), mixed))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("must be one of [little, big], found \"mixed\"");
    }

    @Test
    void orderOfCodecsIsChecked() {
        assertThatThrownBy(() -> chain(Shape.of(4), v3("gzip"), LITTLE))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("Codec 'gzip' stands before an array→bytes codec");
        assertThatThrownBy(() -> chain(Shape.of(4), v3("gzip"))).isInstanceOf(InvalidMetadataException.class);
        assertThatThrownBy(() -> chain(Shape.of(4), LITTLE, LITTLE))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("Codec 'bytes' stands behind 'bytes'");
        assertThatThrownBy(() -> chain(Shape.of(4), LITTLE, transpose(0)))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("Codec 'transpose' stands behind 'bytes'");
        assertThatThrownBy(() -> chain(Shape.of(4), transpose(0)))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("there is no array→bytes codec");
        assertThatThrownBy(() -> chain(Shape.of(4)))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("there is no array→bytes codec");
    }

    @Test
    void transposeMustBeAPermutation() {
        for (int[] order : new int[][] {{0, 0}, {0}, {0, 1, 2}, {1, 2}, {}}) {
            assertThatThrownBy(() -> chain(Shape.of(4, 4), transpose(order), LITTLE))
                    .isInstanceOf(InvalidMetadataException.class)
                    .hasMessageContaining("'order' must be a permutation of the axes 0 to 1");
        }
        assertThatThrownBy(() -> chain(Shape.of(4, 4), v3("transpose", "order", "F"), LITTLE))
                .isInstanceOf(InvalidMetadataException.class);
    }

    @Test
    void typesOfNoFixedSizeAreRefusedByName() {
        DataType string = new DataType("string", DataType.Kind.VARIABLE, 0, List.of());
        assertThatThrownBy(() -> CodecChain.of(List.of(v3("vlen-utf8")), string, List.of(), new byte[0], Shape.of(4)))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("'string'");
    }

    @Test
    void chunkOfAnotherSizeIsAnErrorWithBothSizes() {
        CodecChain chain = chain(Shape.of(4), LITTLE);
        for (int bytes : new int[] {0, 9, 15, 17}) {
            for (ThrowingDecode decode : List.<ThrowingDecode>of(chain::decode, chain::check)) {
                assertThatThrownBy(() -> decode.run(ByteBuffer.allocate(bytes), workspace))
                        .isInstanceOf(MalformedDataException.class)
                        .hasMessage("bytes at byte 0: expected 16 bytes for a chunk of (4) elements of 4 bytes, found "
                                + bytes);
            }
        }
    }

    private interface ThrowingDecode {
        void run(ByteBuffer encoded, Workspace workspace);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zlib", "zstd", "lz4"})
    void compressedChunkOfAnotherSizeIsAnError(String id) {
        ByteBuffer five = chain(Shape.of(5), LITTLE, v2(id)).encode(ByteBuffer.allocate(20), workspace);
        for (int elements : new int[] {3, 4, 6, 8}) {
            assertThatThrownBy(() -> chain(Shape.of(elements), LITTLE, v2(id)).decode(five, workspace))
                    .isInstanceOf(MalformedDataException.class);
        }
        if (!id.equals("zlib")) {
            assertThatThrownBy(() -> chain(Shape.of(4), LITTLE, v2(id)).check(five, workspace))
                    .isInstanceOf(MalformedDataException.class);
        }
    }

    @Test
    void chainOfMetadataHasItsShapeTypeByteOrderAndFill() {
        String zarray =
                "{\"zarr_format\": 2, \"shape\": [5, 6], \"chunks\": [2, 3], \"dtype\": \">i2\", \"fill_value\": 5,"
                        + " \"order\": \"F\", \"filters\": null, \"compressor\": {\"id\": \"zlib\", \"level\": 3}}";
        CodecChain v2 = CodecChain.of(V2ArrayMetadata.parse(object(zarray), null, ".zarray"));
        assertThat(v2.layout()).isEqualTo(new ElementLayout(2, List.of(1, 0), List.of(new ByteRun(0, 2, 1))));
        assertThat(v2.bytesToBytes()).extracting(BytesToBytesCodec::name).containsExactly("zlib");

        String zarrJson = "{\"zarr_format\": 3, \"node_type\": \"array\", \"shape\": [5], \"data_type\": \"int16\","
                + " \"chunk_grid\": {\"name\": \"regular\", \"configuration\": {\"chunk_shape\": [4]}},"
                + " \"chunk_key_encoding\": {\"name\": \"default\"}, \"fill_value\": 258,"
                + " \"codecs\": [{\"name\": \"sharding_indexed\", \"configuration\": {\"chunk_shape\": [2],"
                + " \"codecs\": [{\"name\": \"bytes\", \"configuration\": {\"endian\": \"big\"}}],"
                + " \"index_codecs\": [{\"name\": \"bytes\", \"configuration\": {\"endian\": \"little\"}}]}}]}";
        CodecChain v3 = CodecChain.of(V3ArrayMetadata.parse(object(zarrJson), "zarr.json"));
        byte[] empty = new byte[32];
        Arrays.fill(empty, (byte) -1);
        assertThat(CodecContract.bytesOf(v3.decode(ByteBuffer.wrap(empty), workspace)))
                .containsExactly(1, 2, 1, 2, 1, 2, 1, 2);
    }

    private static JsonObject object(String json) {
        return Json.parseObject(ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)), "test");
    }

    @Test
    void whatLiesBetweenCodecsIsBounded() {
        CodecChain inner = chain(Shape.of(4 << 20), LITTLE);
        ByteBuffer bomb = chain(Shape.of(4 << 20), LITTLE, v3("gzip")).encode(ByteBuffer.allocate(16 << 20), workspace);
        assertThat(inner.decodedBytes()).isEqualTo(16 << 20);
        CodecChain twice = chain(Shape.of(4), LITTLE, v3("zstd"), v3("gzip"));
        assertThatThrownBy(() -> twice.decode(bomb, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("decodes to more than the");
        CodecChain checked = chain(Shape.of(4), LITTLE, CRC32C, v3("gzip"));
        assertThatThrownBy(() -> checked.decode(bomb, workspace))
                .hasMessageContaining("decodes to more than the 20 bytes");
    }

    @Test
    void checkLooksThroughChecksums() {
        CodecChain chain = chain(Shape.of(4), LITTLE, v3("zstd"), CRC32C);
        byte[] encoded = CodecContract.bytesOf(chain.encode(ByteBuffer.allocate(16), workspace));
        chain.check(ByteBuffer.wrap(encoded), workspace);
        ByteBuffer other = chain(Shape.of(5), LITTLE, v3("zstd"), CRC32C).encode(ByteBuffer.allocate(20), workspace);
        assertThatThrownBy(() -> chain.check(other, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("expected 16");
        encoded[3] ^= 1;
        assertThatThrownBy(() -> chain.check(ByteBuffer.wrap(encoded), workspace))
                .hasMessageContaining("checksum stored is");
    }

    @Test
    void hugeChunksAreToldAndRefusedOnlyWhenCoded() {
        CodecChain chain = chain(Shape.of(1L << 40), LITTLE, v3("zstd"));
        assertThat(chain.decodedBytes()).isEqualTo(1L << 42);
        assertThat(chain.workspaceBytes()).isGreaterThan(1L << 42);
        assertThatThrownBy(() -> chain.decode(ByteBuffer.allocate(7), workspace))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("4398046511104 bytes decoded")
                .hasMessageContaining("shards");
        assertThatThrownBy(() -> chain(Shape.of(1L << 32, 1L << 30), LITTLE))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("2^63 bytes or more");
        assertThatThrownBy(() -> chain(Shape.of(Long.MAX_VALUE / 4), LITTLE, v3("zstd")))
                .isInstanceOf(InvalidMetadataException.class);
    }

    @Test
    void sizesOfFixedChainsAreExact() {
        assertThat(chain(Shape.of(4), LITTLE, CRC32C).fixedEncodedBytes()).isEqualTo(20);
        assertThat(chain(Shape.of(4), LITTLE, CRC32C).maxEncodedBytes()).isEqualTo(20);
        assertThat(chain(Shape.of(4), LITTLE, v3("gzip")).fixedEncodedBytes()).isEqualTo(-1);
        assertThat(chain(Shape.of(4), LITTLE).hasReadableInnerChunks()).isFalse();
    }

    @Test
    void scalarChunkIsOneElement() {
        CodecChain chain = chain(Shape.SCALAR, transpose(), LITTLE, CRC32C);
        ByteBuffer encoded = chain.encode(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), workspace);
        assertThat(CodecContract.bytesOf(chain.decode(encoded, workspace))).containsExactly(1, 2, 3, 4);
    }

    @Test
    void anyChainGivesBackWhatItEncoded() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Shape shape = randomShape(random, random.nextInt(4));
            CodecSpec[] codecs = randomCodecs(random, shape.toArray(), 2);
            CodecChain chain = chain(shape, codecs);
            byte[] data = randomData(random, (int) chain.decodedBytes());
            int mark = workspace.mark();
            ByteBuffer encoded = chain.encode(CodecContract.slice(data), workspace);
            String description = "seed " + seed + ", shape " + shape + ", codecs " + Arrays.toString(codecs);
            assertThat((long) encoded.remaining()).as(description).isLessThanOrEqualTo(chain.maxEncodedBytes());
            byte[] stored = CodecContract.bytesOf(encoded);
            workspace.releaseTo(mark);
            chain.check(CodecContract.slice(stored), workspace);
            assertThat(CodecContract.bytesOf(chain.decode(CodecContract.slice(stored), workspace)))
                    .as(description)
                    .isEqualTo(data);
            workspace.releaseTo(mark);
            alter(random, chain, stored, description);
            workspace.releaseTo(mark);
        }
    }

    @Test
    void workStaysWithinTheBoundsThatTheChainTells() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Shape shape = randomShape(random, 3 + random.nextInt(2));
            CodecSpec[] codecs = randomCodecs(random, shape.toArray(), 2);
            CodecChain chain = chain(shape, codecs);
            byte[] data = randomData(random, (int) chain.decodedBytes());
            byte[] stored;
            String description = "seed " + seed + ", shape " + shape + ", codecs " + Arrays.toString(codecs);
            try (Workspace tight = workspaceOf(chain.encodingBytes() + chain.contextBytes())) {
                stored = CodecContract.bytesOf(chain.encode(ByteBuffer.wrap(data), tight));
                assertThat(tight.heldBytes())
                        .as("encoding, %s", description)
                        .isLessThanOrEqualTo(chain.encodingBytes());
            }
            try (Workspace tight = workspaceOf(chain.decodingBytes() + chain.contextBytes())) {
                chain.check(ByteBuffer.wrap(stored), tight);
                tight.releaseTo(0);
                chain.decode(ByteBuffer.wrap(stored), tight);
                assertThat(tight.heldBytes())
                        .as("decoding, %s", description)
                        .isLessThanOrEqualTo(chain.decodingBytes());
            }
        }
    }

    private static Workspace workspaceOf(long bytes) {
        return new Workspace(MemoryBudget.of(Math.max(1, bytes)));
    }

    /** Cut and altered chunks give data of the right size, or the one error. */
    private void alter(Random random, CodecChain chain, byte[] stored, String description) {
        for (int i = 0; i < 20; i++) {
            byte[] altered = i % 4 == 0 ? Arrays.copyOf(stored, random.nextInt(stored.length + 5)) : stored.clone();
            if (altered.length > 0) {
                altered[random.nextInt(altered.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                chain.check(CodecContract.slice(altered), workspace);
                assertThat((long) chain.decode(CodecContract.slice(altered), workspace)
                                .remaining())
                        .as(description)
                        .isEqualTo(chain.decodedBytes());
            } catch (MalformedDataException e) {
                assertThat(e).hasMessageContaining("at byte");
            }
        }
    }

    private static Shape randomShape(Random random, int rank) {
        long[] extents = new long[rank];
        Arrays.setAll(extents, axis -> (1L + random.nextInt(3)) * (1L + random.nextInt(4)));
        return Shape.of(extents);
    }

    /** @param shape of what they are given, in its own axes */
    private static CodecSpec[] randomCodecs(Random random, long[] shape, int moreShards) {
        List<CodecSpec> codecs = new ArrayList<>();
        long[] stored = shape;
        for (int i = random.nextInt(3); i > 0; i--) {
            List<Integer> order = new ArrayList<>();
            for (int axis = 0; axis < shape.length; axis++) {
                order.add(axis);
            }
            Collections.shuffle(order, random);
            codecs.add(v3("transpose", "order", List.copyOf(order)));
            long[] before = stored;
            stored = order.stream().mapToLong(axis -> before[axis]).toArray();
        }
        if (moreShards > 0 && random.nextInt(3) > 0) {
            long[] inner =
                    Arrays.stream(stored).map(extent -> divisor(random, extent)).toArray();
            List<CodecSpec> index = new ArrayList<>();
            if (random.nextInt(4) == 0) {
                List<Integer> reversed = new ArrayList<>();
                for (int axis = inner.length; axis >= 0; axis--) {
                    reversed.add(axis);
                }
                index.add(v3("transpose", "order", reversed));
            }
            index.add(random.nextBoolean() ? LITTLE : BIG);
            for (int i = random.nextInt(3); i > 0; i--) {
                index.add(CRC32C);
            }
            codecs.add(sharding(
                    random.nextBoolean() ? "start" : "end",
                    Arrays.stream(inner).mapToObj(extent -> (int) extent).toList(),
                    index,
                    randomCodecs(random, inner, moreShards - 1)));
        } else {
            codecs.add(random.nextBoolean() ? LITTLE : BIG);
        }
        List<CodecSpec> choice =
                List.of(CRC32C, v3("gzip"), v3("zstd"), v2("lz4"), v2("zlib"), v3("zstd", "checksum", true));
        for (int i = random.nextInt(3); i > 0; i--) {
            CodecSpec codec = choice.get(random.nextInt(choice.size()));
            boolean nested = moreShards < 2;
            codecs.add(nested && codec.family() == CodecSpec.Family.V2 ? v3("numcodecs." + codec.name()) : codec);
        }
        return codecs.toArray(CodecSpec[]::new);
    }

    private static long divisor(Random random, long extent) {
        long divisor = 1L + random.nextInt((int) extent);
        while (extent % divisor != 0) {
            divisor--;
        }
        return divisor;
    }

    /** With long runs of the fill value, in either byte order. */
    private static byte[] randomData(Random random, int bytes) {
        byte[] data = new byte[bytes];
        boolean big = random.nextBoolean();
        boolean fill = random.nextBoolean();
        for (int i = 0; i < bytes; i += 4) {
            fill = random.nextInt(20) == 0 ? !fill : fill;
            for (int k = 0; k < 4; k++) {
                data[i + k] = (byte) (fill ? (big ? 4 - k : 1 + k) : random.nextInt());
            }
        }
        return data;
    }
}
