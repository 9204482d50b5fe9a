package io.rezarr.metadata;

import static io.rezarr.metadata.V2ArrayMetadataTest.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class V3ArrayMetadataTest {
    private static final String ARRAY = """
            {"zarr_format": 3, "node_type": "array", "ext": {"must_understand": false, "x": [1e-300]}, "shape": [8, 6, 4],
             "data_type": %s, "chunk_grid": {"configuration": {"chunk_shape": [4, 6, 2]}, "name": "regular"},
             "chunk_key_encoding": %s, "fill_value": %s, "codecs": %s, "attributes": {"b": NaN, "a": 18446744073709551616}}""";
    private static final String BYTES =
            "[{\"configuration\": {\"endian\": \"little\"}, \"name\": \"bytes\"}, \"crc32c\"]";
    private static final String SHARDED = """
            [{"name": "transpose", "configuration": {"order": [2, 0, 1]}}, {"name": "transpose", "configuration": {"order": [1, 2, 0]}},
             {"name": "sharding_indexed", "configuration": {"chunk_shape": [1, 2, 3], "codecs":
               [{"name": "bytes", "configuration": {"endian": "big"}}], "index_codecs": ["bytes", "crc32c"]}}]""";

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "\"bool\"; bool; BOOL; 1; 0",
                "\"int4\"; int4; INT; 1; 0",
                "\"uint16\"; uint16; UINT; 2; 2",
                "\"bfloat16\"; bfloat16; FLOAT; 2; 2",
                "\"float8_e4m3fn\"; float8_e4m3fn; FLOAT; 1; 0",
                "\"complex64\"; complex64; COMPLEX; 8; 4",
                "\"r24\"; r24; RAW; 3; 0",
                "\"string\"; string; VARIABLE; 0; 0",
                "\"variable_length_bytes\"; bytes; VARIABLE; 0; 0",
                "\"int37\"; int37; UNKNOWN; 0; 0",
                "{\"name\": \"my.type\", \"configuration\": {\"a\": 1}}; my.type; UNKNOWN; 0; 0",
                "{\"name\": \"int32\"}; int32; INT; 4; 4",
                "{\"name\": \"raw_bytes\", \"configuration\": {\"length_bytes\": 3}}; r24; RAW; 3; 0",
                "{\"name\": \"null_terminated_bytes\", \"configuration\": {\"length_bytes\": 3}}; S3; BYTES; 3; 0",
                "{\"name\": \"fixed_length_utf32\", \"configuration\": {\"length_bytes\": 8}}; U2; UNICODE; 8; 4",
                "{\"name\": \"numpy.datetime64\", \"configuration\": {\"unit\": \"s\", \"scale_factor\": 25}};"
                        + " numpy.datetime64[25s]; DATETIME; 8; 8",
                "{\"name\": \"numpy.timedelta64\", \"configuration\": {\"unit\": \"generic\", \"scale_factor\": 1}};"
                        + " numpy.timedelta64; TIMEDELTA; 8; 8",
                "{\"name\": \"struct\", \"configuration\": {\"fields\": [{\"name\": \"a\", \"data_type\": \"int8\"},"
                        + " {\"name\": \"b\", \"data_type\": \"int16\"}]}}; struct{a:int8, b:int16}; STRUCT; 3; 2",
                "{\"name\": \"structured\", \"configuration\": {\"fields\": [[\"a\", \"float64\"]]}}; struct{a:float64}; STRUCT; 8; 8",
                "{\"name\": \"struct\", \"configuration\": {\"fields\": [[\"a\", \"int37\"]]}}; struct of int37; UNKNOWN; 0; 0",
            })
    void typesAreKnownOrCarried(String type, String name, DataType.Kind kind, int bytes, int numberWidth) {
        String fill = kind == DataType.Kind.BOOL ? "false" : kind == DataType.Kind.VARIABLE ? "\"\"" : "0";

        DataType found = array(type, "\"default\"", fill, BYTES).dataType();

        assertThat(found.name()).isEqualTo(name);
        assertThat(found.kind()).isEqualTo(kind);
        assertThat(found.elementBytes()).isEqualTo(bytes);
        assertThat(found.numbers().stream().mapToInt(ByteRun::width).max().orElse(0))
                .isEqualTo(numberWidth);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "\"r12\"",
                "\"r0\"",
                "{}",
                "\"raw_bytes\"",
                "{\"name\": \"raw_bytes\", \"configuration\": {\"length_bytes\": 0}}",
                "{\"name\": \"fixed_length_utf32\", \"configuration\": {\"length_bytes\": 7}}",
                "{\"name\": \"numpy.datetime64\", \"configuration\": {\"unit\": \"x\", \"scale_factor\": 1}}",
                "{\"name\": \"numpy.datetime64\", \"configuration\": {\"unit\": \"s\"}}",
                "{\"name\": \"struct\", \"configuration\": {\"fields\": []}}",
                "{\"name\": \"struct\", \"configuration\": {\"fields\": [[\"a\", \"string\"]]}}",
                "{\"name\": \"struct\", \"configuration\": {\"fields\": [[\"a\", \"int8\"], [\"a\", \"int8\"]]}}"
            })
    void typesThatAreNoneAreInvalid(String type) {
        assertThatThrownBy(() -> array(type, "\"default\"", "0", BYTES))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("'a/zarr.json' ")
                .hasMessageContaining("/data_type");
    }

    /** The specification's examples, and zarr-python 3.1. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "\"float32\"; \"0x7fc00001\"; 0100c07f",
                "\"float32\"; \"NaN\"; 0000c07f",
                "\"float32\"; 3; 00004040",
                "\"float16\"; \"-Infinity\"; 00fc",
                "\"bfloat16\"; 1.5; c03f",
                "\"bfloat16\"; \"0x7fc1\"; c17f",
                "\"float8_e5m2\"; \"0x3c\"; 3c",
                "\"complex64\"; [\"0xffc00000\", -0.0]; 0000c0ff00000080",
                "\"int4\"; -8; f8",
                "\"float8_e4m3fn\"; 1.0; 38",
                "\"float8_e4m3fn\"; -0.001953125; 81",
                "\"float8_e4m3fn\"; \"NaN\"; 7f",
                "\"float8_e5m2\"; \"-Infinity\"; fc",
                "\"float8_e5m2\"; \"NaN\"; 7e",
                "\"float8_e3m4\"; 15.5; 6f",
                "\"float8_e4m3fnuz\"; 240; 7f",
                "\"float8_e4m3b11fnuz\"; \"NaN\"; 80",
                "\"float8_e8m0fnu\"; 1; 7f",
                "\"float4_e2m1fn\"; -6; 0f",
                "\"float6_e2m3fn\"; 7.5; 1f",
                "\"float6_e3m2fn\"; 28; 1f",
                "\"r16\"; [1, 255]; 01ff",
                "\"r16\"; \"Af8=\"; 01ff",
                "{\"name\": \"struct\", \"configuration\": {\"fields\": [[\"a\", \"int8\"], [\"b\", \"float32\"]]}};"
                        + " {\"b\": \"NaN\", \"a\": 1}; 010000c07f",
                "{\"name\": \"structured\", \"configuration\": {\"fields\": [[\"a\", \"int16\"]]}}; \"AQI=\"; 0102",
            })
    void fillValuesAreReadAsBytes(String type, String fill, String bytes) {
        V3ArrayMetadata array = array(type, "\"default\"", fill, BYTES);

        assertThat(HexFormat.of().formatHex(array.fillValue().elementOf(array.dataType())))
                .isEqualTo(bytes);
    }

    @Test
    void aFillValueThatIsNotUnderstoodIsNeverTakenForZero() {
        V3ArrayMetadata array = array("\"float8_e4m3fn\"", "\"default\"", "1.03", BYTES);

        assertThat(array.fillValue().isUnderstood()).isFalse();
        assertThatThrownBy(() -> array.fillValue().elementOf(array.dataType()))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("fill value 1.03 of data type float8_e4m3fn");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "\"int4\"; 8",
                "\"int32\"; null",
                "\"bool\"; 2",
                "\"float32\"; \"0x7fc0\"",
                "\"r8\"; [256]",
                "{\"name\": \"struct\", \"configuration\": {\"fields\": [[\"a\", \"int8\"]]}}; {}",
                "{\"name\": \"struct\", \"configuration\": {\"fields\": [[\"a\", \"int8\"]]}}; \"AQI=\"",
            })
    void fillValuesThatDoNotFitAreRefused(String type, String fill) {
        assertThatThrownBy(() -> array(type, "\"default\"", fill, BYTES))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("/fill_value");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "\"default\"; DEFAULT; /",
                "\"v2\"; V2; .",
                "{\"name\": \"default\"}; DEFAULT; /",
                "{\"name\": \"v2\", \"configuration\": {}}; V2; .",
                "{\"name\": \"default\", \"configuration\": {\"separator\": \".\"}}; DEFAULT; .",
                "{\"name\": \"v2\", \"configuration\": {\"separator\": \"/\"}}; V2; /",
            })
    void keyEncodingsHaveTheirDefaults(String encoding, ChunkKeyEncoding.Kind kind, char separator) {
        assertThat(array("\"int32\"", encoding, "0", BYTES).chunkKeyEncoding())
                .isEqualTo(new ChunkKeyEncoding(kind, separator));
    }

    @Test
    void innerChunksAreInTheAxesOfTheArray() {
        V3ArrayMetadata array = array("\"int32\"", "\"default\"", "0", SHARDED);

        // Axes (0,1,2) → order [2,0,1] → (2,0,1) → order [1,2,0] → (0,1,2).
        assertThat(array.innerChunkShape()).isEqualTo(Shape.of(1, 2, 3));
        assertThat(array.bigEndianRuns()).containsExactly(new ByteRun(0, 4, 1));
        V3ArrayMetadata once = array.withCodecs(array.codecs().subList(1, 3));
        // Order [1,2,0]: stored axes are 1, 2, 0 of the array.
        assertThat(once.innerChunkShape()).isEqualTo(Shape.of(3, 1, 2));
        assertThat(array("\"int32\"", "\"default\"", "0", BYTES).innerChunkShape())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "[1]",
                "[{}]",
                "[{\"name\": 1}]",
                "[{\"name\": \"bytes\", \"configuration\": 1}]",
                "[{\"name\": \"sharding_indexed\"}]",
                "[{\"name\": \"sharding_indexed\", \"configuration\": {\"chunk_shape\": 1}}]",
                "[{\"name\": \"sharding_indexed\", \"configuration\": {\"chunk_shape\": [1, 1, 1], \"codecs\": 1}}]",
                "[{\"name\": \"transpose\", \"configuration\": {\"order\": [0, 1]}}, \"bytes\"]",
                "[{\"name\": \"transpose\", \"configuration\": {\"order\": [0, 1, 3]}}, \"bytes\"]",
                "[{\"name\": \"transpose\"}, \"bytes\"]"
            })
    void codecListsThatAreNoneAreInvalid(String codecs) {
        assertThatThrownBy(() -> array("\"int32\"", "\"default\"", "0", codecs))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("/codecs");
    }

    @Test
    void editsChangeNothingElse() {
        V3ArrayMetadata array = array("\"int32\"", "\"default\"", "7", BYTES);
        String before = Json.toString(array.document());

        V3ArrayMetadata edited = array.withChunkShape(Shape.of(8, 1, 1))
                .withFillValue(new JsonNumber("9"))
                .withChunkKeyEncoding(new ChunkKeyEncoding(ChunkKeyEncoding.Kind.V2, '/'))
                .withCodecs(List.of(array.codecs().get(0), CodecSpec.v3("zstd", json("{\"level\": 1}"))));

        assertThat(Json.toString(edited.document()))
                .isEqualTo(before.replace("[4, 6, 2]", "[8, 1, 1]")
                        .replace("\"fill_value\": 7", "\"fill_value\": 9")
                        .replace("\"default\"", "{\"name\": \"v2\", \"configuration\": {\"separator\": \"/\"}}")
                        .replace("\"crc32c\"", "{\"name\": \"zstd\", \"configuration\": {\"level\": 1}}"));
        assertThat(Json.toString(array.document())).isEqualTo(before);
        assertThat(array.withChunkShape(array.chunkShape())).isSameAs(array);
        assertThat(array.withChunkKeyEncoding(array.chunkKeyEncoding())).isSameAs(array);
    }

    @Test
    void codecsThatStayKeepTheirSpelling() {
        V3ArrayMetadata array = array("\"int32\"", "\"default\"", "7", BYTES);

        assertThat(Json.toString(array.withCodecs(array.codecs()).document()))
                .isEqualTo(Json.toString(array.document()));
    }

    @Test
    void attributesAndDimensionNamesAreReplaced() {
        V3ArrayMetadata array = array("\"int32\"", "\"default\"", "7", BYTES);

        V3ArrayMetadata named = array.withDimensionNames(Arrays.asList("t", null, "x"));
        assertThat(named.dimensionNames()).containsExactly("t", null, "x");
        assertThat(Json.toString(named.document())).endsWith("\"dimension_names\": [\"t\", null, \"x\"]}");
        assertThat(array.withAttributes(json("{\"u\": 1}")).attributes()).isEqualTo(json("{\"u\": 1}"));
        assertThatThrownBy(() -> array.withDimensionNames(List.of("t"))).isInstanceOf(IllegalArgumentException.class);
        V3ArrayMetadata bare = parse(array.document().without("attributes"));
        assertThat(bare.attributes()).isEqualTo(JsonObject.EMPTY);
        assertThat(bare.withAttributes(JsonObject.EMPTY)).isSameAs(bare);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"shape", "data_type", "chunk_grid", "chunk_key_encoding", "fill_value", "codecs", "node_type"})
    void neededMembersAreNamedWhenMissing(String member) {
        JsonObject document = array("\"int32\"", "\"default\"", "7", BYTES).document();

        assertThatThrownBy(() -> parse(document.without(member)))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("'a/zarr.json'")
                .hasMessageContaining("/" + member);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shape",
                "chunk_grid",
                "chunk_key_encoding",
                "codecs",
                "attributes",
                "dimension_names",
                "storage_transformers",
                "zarr_format"
            })
    void membersOfAnotherKindAreRefused(String member) {
        JsonObject document = array("\"int32\"", "\"default\"", "7", BYTES).document();
        for (JsonValue other : List.of(new JsonNumber("-1.5"), new JsonString(""), JsonArray.ofLongs(-1))) {
            assertThatThrownBy(() -> parse(document.with(member, other)))
                    .isInstanceOfAny(InvalidMetadataException.class, UnsupportedFeatureException.class)
                    .hasMessageContaining("/" + member);
        }
    }

    private static V3ArrayMetadata array(String type, String encoding, String fill, String codecs) {
        return parse(json(ARRAY.formatted(type, encoding, fill, codecs)));
    }

    private static V3ArrayMetadata parse(JsonObject document) {
        return V3ArrayMetadata.parse(document, "a/zarr.json");
    }
}
