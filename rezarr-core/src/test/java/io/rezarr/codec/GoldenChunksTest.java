package io.rezarr.codec;

import static io.rezarr.testkit.Specs.BIG;
import static io.rezarr.testkit.Specs.CRC32C;
import static io.rezarr.testkit.Specs.LITTLE;
import static io.rezarr.testkit.Specs.sharding;
import static io.rezarr.testkit.Specs.transpose;
import static io.rezarr.testkit.Specs.v2;
import static io.rezarr.testkit.Specs.v3;
import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ByteRun;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.DataType;
import io.rezarr.metadata.Shape;
import io.rezarr.testkit.CodecContract;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Chunks that zarr-python wrote decode to the values that it reads; see {@code golden_chunks.py}. */
class GoldenChunksTest {
    private static final Map<String, byte[]> ARCHIVE = readArchive();
    private static final CodecSpec GZIP_1 = v3("gzip", "level", 1);

    /**
     * A store of the archive.
     *
     * @param fill one element, little-endian, in hex
     */
    record Golden(String name, int width, Shape shape, Shape chunks, String fill, List<CodecSpec> codecs) {
        @Override
        public String toString() {
            return name;
        }

        CodecChain chain() {
            DataType type = new DataType(
                    "number of " + width + " bytes",
                    DataType.Kind.INT,
                    width,
                    width == 1 ? List.of() : List.of(new ByteRun(0, width, 1)));
            return CodecChain.of(codecs, type, List.of(), HexFormat.of().parseHex(fill), chunks);
        }
    }

    static List<Golden> stores() {
        return List.of(
                ramp("v2_comp_gzip5", v2("gzip", "level", 5)),
                ramp("v2_comp_zlib1", v2("zlib", "level", 1)),
                ramp("v2_comp_zlib9", v2("zlib", "level", 9)),
                ramp("v2_comp_lz4", v2("lz4", "acceleration", 1)),
                ramp("v2_comp_zstd", v2("zstd", "level", 1)),
                ramp("v2_comp_zstd_checksum", v2("zstd", "level", 3, "checksum", true)),
                ramp("v2_comp_zstd_neg", v2("zstd", "level", -5)),
                ramp("v3_codec_none"),
                ramp("v3_codec_gzip0", v3("gzip", "level", 0)),
                ramp("v3_codec_gzip9", v3("gzip", "level", 9)),
                ramp("v3_codec_zstd0", v3("zstd", "level", 0, "checksum", false)),
                ramp("v3_codec_zstd_checksum", v3("zstd", "level", 3, "checksum", true)),
                ramp("v3_codec_crc32c", CRC32C),
                ramp("v3_codec_gzip_crc32c", GZIP_1, CRC32C),
                ramp("v3_codec_crc32c_zstd", CRC32C, v3("zstd", "level", 1)),
                ramp("v3_codec_zstd_gzip", v3("zstd", "level", 1), GZIP_1),
                ramp("v3_numcodecs_lz4", v3("numcodecs.lz4")),
                ramp("v3_numcodecs_zlib", v3("numcodecs.zlib", "level", 1)),
                cube("v3_transpose_120", "0400", transpose(1, 2, 0), LITTLE, GZIP_1),
                cube("v3_transpose_twice", "0000", transpose(2, 0, 1), transpose(1, 0, 2), BIG),
                shards("v3_shard", "0000c03f", sharding(List.of(2, 3), LITTLE, GZIP_1)),
                shards("v3_shard_zstd_missing_shards", "0000c07f", sharding(List.of(2, 3), LITTLE, v3("zstd"))),
                shards("v3_shard_empty_inner", "00000000", sharding(List.of(2, 3), LITTLE, GZIP_1)),
                shards("v3_shard_end", "0000c07f", sharding(List.of(2, 3), LITTLE, GZIP_1)),
                shards("v3_shard_start", "0000c07f", sharded("start", List.of(LITTLE, CRC32C))),
                shards("v3_shard_index_nocrc", "0000c07f", sharded("end", List.of(LITTLE))),
                shards("v3_shard_start_index_nocrc", "0000c07f", sharded("start", List.of(LITTLE))),
                shards("v3_shard_index_big", "0000c07f", sharded("end", List.of(BIG, CRC32C))),
                shards("v3_shard_inner_transpose", "0000c07f", sharding(List.of(2, 3), transpose(1, 0), BIG, CRC32C)),
                shards("v3_shard_inner_zstd_crc", "0000c07f", sharding(List.of(2, 3), LITTLE, v3("zstd"), CRC32C)),
                shards(
                        "v3_shard_outer_transpose",
                        "0000c07f",
                        transpose(1, 0),
                        sharding(List.of(3, 2), LITTLE, GZIP_1)),
                nested("v3_shard_nested", "00000000", "end"),
                nested("v3_shard_nested_start", "000080ff", "start"),
                shards("v3_shard_then_gzip", "00000000", sharding(List.of(2, 3), LITTLE, CRC32C), GZIP_1),
                new Golden(
                        "v3_shard_one_inner",
                        4,
                        Shape.of(13, 17),
                        Shape.of(2, 3),
                        "00000000",
                        List.of(sharding(List.of(2, 3), LITTLE))),
                new Golden(
                        "v3_shard_over_shape",
                        1,
                        Shape.of(3, 3),
                        Shape.of(8, 8),
                        "00",
                        List.of(sharding(List.of(2, 2), v3("bytes"), v3("zstd")))),
                new Golden(
                        "v3_shard_holes_reversed",
                        4,
                        Shape.of(16),
                        Shape.of(16),
                        "00000000",
                        List.of(sharding(List.of(4), LITTLE, GZIP_1))));
    }

    private static Golden ramp(String name, CodecSpec... bytesToBytes) {
        List<CodecSpec> codecs = new java.util.ArrayList<>(List.of(LITTLE));
        codecs.addAll(List.of(bytesToBytes));
        return new Golden(name, 4, Shape.of(30, 20), Shape.of(16, 8), "00000000", codecs);
    }

    private static Golden cube(String name, String fill, CodecSpec... codecs) {
        return new Golden(name, 2, Shape.of(5, 6, 7), Shape.of(2, 3, 4), fill, List.of(codecs));
    }

    private static Golden shards(String name, String fill, CodecSpec... codecs) {
        return new Golden(name, 4, Shape.of(13, 17), Shape.of(6, 9), fill, List.of(codecs));
    }

    private static CodecSpec sharded(String location, List<CodecSpec> indexCodecs) {
        return sharding(location, List.of(2, 3), indexCodecs, LITTLE, GZIP_1);
    }

    private static Golden nested(String name, String fill, String location) {
        List<CodecSpec> index = List.of(LITTLE, CRC32C);
        CodecSpec inner = sharding(location, List.of(2, 3), index, LITTLE, GZIP_1);
        CodecSpec outer = sharding(location, List.of(6, 9), index, inner);
        return new Golden(name, 4, Shape.of(13, 17), Shape.of(12, 18), fill, List.of(outer));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void chunksDecodeToTheValuesThatTheirWriterReads(Golden golden) {
        CodecChain chain = golden.chain();
        int found = 0;
        try (Workspace workspace = new Workspace()) {
            for (long[] index : chunkIndices(golden)) {
                byte[] stored = ARCHIVE.get(golden.name() + "/" + keyOf(golden, index));
                if (stored != null) {
                    ByteBuffer encoded = CodecContract.slice(stored);
                    chain.check(encoded, workspace);
                    ByteBuffer decoded = chain.decode(encoded, workspace);
                    assertThat(encoded.remaining()).isEqualTo(stored.length);
                    assertChunk(golden, chain, index, decoded);
                    assertReencodes(chain, decoded, workspace);
                    found++;
                }
            }
        }
        assertThat(found).isPositive();
    }

    private static void assertReencodes(CodecChain chain, ByteBuffer decoded, Workspace workspace) {
        byte[] before = CodecContract.bytesOf(decoded);
        ByteBuffer encoded = chain.encode(decoded, workspace);
        assertThat((long) encoded.remaining()).isLessThanOrEqualTo(chain.maxEncodedBytes());
        chain.check(encoded, workspace);
        assertThat(CodecContract.bytesOf(chain.decode(encoded, workspace))).isEqualTo(before);
    }

    /** Compares the part of the chunk that lies inside the array. */
    private static void assertChunk(Golden golden, CodecChain chain, long[] index, ByteBuffer decoded) {
        byte[] expected = Objects.requireNonNull(ARCHIVE.get(golden.name() + "/expected.bin"));
        long[] strides = chain.layout().strides(golden.chunks());
        boolean big = !chain.layout().bigEndian().isEmpty();
        for (int k = 0; k < expected.length / golden.width(); k++) {
            long rest = k;
            long offset = 0;
            boolean inside = true;
            for (int axis = golden.shape().rank() - 1; axis >= 0; axis--) {
                long at = rest % golden.shape().extent(axis);
                rest /= golden.shape().extent(axis);
                inside &= at / golden.chunks().extent(axis) == index[axis];
                offset += at % golden.chunks().extent(axis) * strides[axis];
            }
            for (int i = 0; i < golden.width() && inside; i++) {
                int from = decoded.position() + (int) offset + (big ? golden.width() - 1 - i : i);
                assertThat(decoded.get(from))
                        .as("element %d, byte %d", k, i)
                        .isEqualTo(expected[k * golden.width() + i]);
            }
        }
    }

    private static List<long[]> chunkIndices(Golden golden) {
        List<long[]> indices = List.of(new long[0]);
        for (int axis = 0; axis < golden.shape().rank(); axis++) {
            long count =
                    -Math.floorDiv(-golden.shape().extent(axis), golden.chunks().extent(axis));
            List<long[]> longer = new java.util.ArrayList<>();
            for (long[] index : indices) {
                for (long i = 0; i < count; i++) {
                    long[] next = Arrays.copyOf(index, axis + 1);
                    next[axis] = i;
                    longer.add(next);
                }
            }
            indices = longer;
        }
        return indices;
    }

    private static String keyOf(Golden golden, long[] index) {
        boolean v2 = golden.name().startsWith("v2");
        List<String> parts = Arrays.stream(index).mapToObj(Long::toString).toList();
        return v2 ? String.join(".", parts) : "c/" + String.join("/", parts);
    }

    private static Map<String, byte[]> readArchive() {
        Map<String, byte[]> entries = new HashMap<>();
        try (InputStream resource = GoldenChunksTest.class.getResourceAsStream("golden-chunks.zip");
                ZipInputStream zip = new ZipInputStream(Objects.requireNonNull(resource))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return entries;
    }
}
