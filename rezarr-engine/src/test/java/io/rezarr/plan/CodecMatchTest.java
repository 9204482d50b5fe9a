package io.rezarr.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.json.Json;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.V2ArrayMetadata;
import io.rezarr.metadata.V3ArrayMetadata;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CodecMatchTest {
    private static ArrayMetadata v2(String compressor) {
        return v2(compressor, "null", "<i4");
    }

    private static ArrayMetadata v2(String compressor, String filters, String type) {
        String json = """
                {"zarr_format": 2, "shape": [4], "chunks": [2], "dtype": "%s", "fill_value": 0, "order": "C",
                 "filters": %s, "compressor": %s}""".formatted(type, filters, compressor);
        return V2ArrayMetadata.parse(Json.parseObject(StandardCharsets.UTF_8.encode(json), "test"), null, "test");
    }

    private static ArrayMetadata v3(String codecs) {
        String json = """
                {"zarr_format": 3, "node_type": "array", "shape": [4], "data_type": "int32", "chunk_grid":
                 {"name": "regular", "configuration": {"chunk_shape": [2]}}, "chunk_key_encoding": {"name": "default"},
                 "fill_value": 0, "codecs": [%s]}""".formatted(codecs);
        return V3ArrayMetadata.parse(Json.parseObject(StandardCharsets.UTF_8.encode(json), "test"), "test");
    }

    private static String bytesThen(String name, String configuration) {
        return "{\"name\": \"bytes\", \"configuration\": {\"endian\": \"little\"}}, {\"name\": \"%s\", \"configuration\": %s}"
                .formatted(name, configuration);
    }

    private static void matches(ArrayMetadata one, ArrayMetadata other, boolean expected) {
        assertThat(CodecMatch.unitsMatch(one, other)).isEqualTo(expected);
        assertThat(CodecMatch.unitsMatch(other, one)).isEqualTo(expected);
    }

    @Test
    void levelsAndWhatFramesSayOfThemselvesDoNotCount() {
        matches(v2("{\"id\": \"zstd\", \"level\": 1}"), v2("{\"id\": \"zstd\", \"level\": 9}"), true);
        matches(v2("{\"id\": \"zlib\", \"level\": 1}"), v2("{\"id\": \"zlib\", \"level\": 9}"), true);
        matches(
                v2("{\"id\": \"blosc\", \"cname\": \"lz4\", \"clevel\": 5, \"shuffle\": 1, \"blocksize\": 0}"),
                v2("{\"id\": \"blosc\", \"cname\": \"zstd\", \"clevel\": 1, \"shuffle\": 2, \"blocksize\": 64}"),
                true);
    }

    @Test
    void namesOfBothFormatsForTheSameBytesMatch() {
        matches(v2("{\"id\": \"gzip\", \"level\": 1}"), v3(bytesThen("gzip", "{\"level\": 5}")), true);
        matches(
                v2("{\"id\": \"zstd\", \"level\": 1}"),
                v3(bytesThen("zstd", "{\"level\": 0, \"checksum\": true}")),
                true);
        matches(v2("{\"id\": \"lz4\"}"), v3(bytesThen("numcodecs.lz4", "{\"acceleration\": 1}")), true);
        matches(v2("null"), v3("{\"name\": \"bytes\", \"configuration\": {\"endian\": \"little\"}}"), true);
    }

    @Test
    void otherCodecsAndOtherChainsDoNot() {
        matches(v2("{\"id\": \"gzip\", \"level\": 1}"), v2("{\"id\": \"zlib\", \"level\": 1}"), false);
        matches(v2("{\"id\": \"gzip\", \"level\": 1}"), v2("null"), false);
        matches(
                v3(bytesThen("gzip", "{\"level\": 5}")),
                v3(bytesThen("gzip", "{\"level\": 5}") + ", {\"name\": \"crc32c\"}"),
                false);
    }

    @Test
    void parametersOfUnknownCodecsCount() {
        matches(v2("{\"id\": \"made-up\", \"x\": 1}"), v2("{\"id\": \"made-up\", \"x\": 1}"), true);
        matches(v2("{\"id\": \"made-up\", \"x\": 1}"), v2("{\"id\": \"made-up\", \"x\": 2}"), false);
        matches(
                v2("null", "[{\"id\": \"delta\", \"dtype\": \"<i4\"}]", "<i4"),
                v2("null", "[{\"id\": \"delta\", \"dtype\": \"<i2\"}]", "<i4"),
                false);
    }

    @Test
    void shardsCountByWhatIsInThem() {
        String sharded = """
                {"name": "sharding_indexed", "configuration": {"chunk_shape": [1], "codecs": [%s], "index_codecs":
                 [{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "crc32c"}]}}""".formatted(bytesThen("gzip", "{\"level\": 1}"));
        matches(v3(sharded), v2("{\"id\": \"gzip\", \"level\": 9}"), true);
        matches(v3(sharded), v2("null"), false);
    }

    @Test
    void onlyZlibToGzipIsWrappedAgain() {
        ArrayMetadata zlib = v2("{\"id\": \"zlib\", \"level\": 1}");
        ArrayMetadata gzip = v3(bytesThen("gzip", "{\"level\": 5}"));
        assertThat(CodecMatch.isZlibToGzip(zlib, gzip)).isTrue();
        assertThat(CodecMatch.isZlibToGzip(gzip, zlib)).isFalse();
        assertThat(CodecMatch.isZlibToGzip(zlib, v3(bytesThen("gzip", "{\"level\": 5}") + ", {\"name\": \"crc32c\"}")))
                .isFalse();
    }
}
