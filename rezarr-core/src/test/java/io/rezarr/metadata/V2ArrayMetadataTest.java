package io.rezarr.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class V2ArrayMetadataTest {
    private static final String ARRAY = """
            {"zarr_format": 2, "extra": {"b": 1, "a": 1e-300}, "shape": [8, 6], "chunks": [4, 3], "dtype": %s, "fill_value": %s,
             "order": "F", "filters": null, "compressor": {"id": "zlib", "level": 1, "x": NaN}, "last": 18446744073709551616}""";

    @ParameterizedTest
    @CsvSource({
        "|b1, bool, BOOL, 1",
        "|i1, int8, INT, 1",
        "<i1, int8, INT, 1",
        "<u8, uint64, UINT, 8",
        ">f2, float16, FLOAT, 2",
        "<c16, complex128, COMPLEX, 16",
        "<M8[25s], numpy.datetime64[25s], DATETIME, 8",
        ">m8[μs], numpy.timedelta64[us], TIMEDELTA, 8",
        "<M8, numpy.datetime64, DATETIME, 8",
        "|S5, S5, BYTES, 5",
        "<U4, U4, UNICODE, 16",
        "|V7, r56, RAW, 7",
    })
    void typesAreNamedInTheTermsOfV3(String type, String name, DataType.Kind kind, int bytes) {
        DataType found = array("\"" + type + "\"", "null").dataType();

        assertThat(found.name()).isEqualTo(name);
        assertThat(found.kind()).isEqualTo(kind);
        assertThat(found.elementBytes()).isEqualTo(bytes);
    }

    @Test
    void aStructHasARunForEachFieldInItsByteOrder() {
        V2ArrayMetadata array = array(
                "[[\"x\", \">i2\"], [\"p\", [[\"y\", \"<f4\"], [\"z\", \">c8\"]], [2]], [\"s\", \"|S3\"], [\"v\", \">u4\", [2, 3]]]",
                "null");

        assertThat(array.dataType().name())
                .isEqualTo("struct{x:int16, p:struct{y:float32, z:complex64}[2], s:S3, v:uint32[2,3]}");
        assertThat(array.dataType().elementBytes()).isEqualTo(2 + 24 + 3 + 24);
        assertThat(array.dataType().numbers())
                .containsExactly(
                        new ByteRun(0, 2, 1),
                        new ByteRun(2, 4, 1),
                        new ByteRun(6, 4, 2),
                        new ByteRun(14, 4, 1),
                        new ByteRun(18, 4, 2),
                        new ByteRun(29, 4, 6));
        assertThat(array.bigEndianRuns())
                .containsExactly(
                        new ByteRun(0, 2, 1), new ByteRun(6, 4, 2), new ByteRun(18, 4, 2), new ByteRun(29, 4, 6));
        assertThat(endian(array)).isEqualTo("{\"endian\": \"mixed\"}");
    }

    @Test
    void codecsAreNormalised() {
        V2ArrayMetadata array = array("\">i4\"", "0");

        assertThat(array.codecs())
                .extracting(codec -> codec.family() + " " + codec.name() + " " + Json.toString(codec.configuration()))
                .containsExactly(
                        "V3 transpose {\"order\": [1, 0]}",
                        "V3 bytes {\"endian\": \"big\"}",
                        "V2 zlib {\"level\": 1, \"x\": NaN}");
        assertThat(endian(array("\"<i4\"", "0"))).isEqualTo("{\"endian\": \"little\"}");
        assertThat(array("\"|u1\"", "0").codecs().get(1).configuration().isEmpty())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"<q9\"",
                "\"<f16\"",
                "\"|S0\"",
                "\"<U0\"",
                "\"<U536870912\"",
                "\"<M8[x]\"",
                "\"f4\"",
                "\"<i4[s]\"",
                "[[\"a\", \"|O\"]]",
                "[[\"a\", \"|V2000000000\"], [\"b\", \"|V2000000000\"]]",
                "[[\"a\", \"<i4\", [2000000000]]]",
                "[[\"p\", [[\"x\", \"<i2\"], [\"y\", \"<i2\"]], [100000000]]]"
            })
    void typesBeyondOursAreUnsupported(String type) {
        assertThatThrownBy(() -> array(type, "null"))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("'a/.zarray' /dtype");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"|i4\"",
                "1",
                "null",
                "[]",
                "[[\"a\"]]",
                "[[\"a\", \"<i4\"], [\"a\", \"<i4\"]]",
                "[[1, \"<i4\"]]",
                "[[\"a\", \"<i4\", [-1]]]",
                "\"<M8[0s]\""
            })
    void typesThatAreNoneAreInvalid(String type) {
        assertThatThrownBy(() -> array(type, "null"))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("'a/.zarray' /dtype");
    }

    /** Judged by zarr-python 2.18 and 3.1. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "<i4, 3.0, 03000000",
                "<i4, 1e3, e8030000",
                "<i4, `\"-5\"`, fbffffff",
                ">i2, -2, feff",
                "<u8, 18446744073709551615, ffffffffffffffff",
                "|b1, 1, 01",
                "|b1, true, 01",
                "<f4, NaN, 0000c07f",
                "<f4, `\"-Infinity\"`, 000080ff",
                "<f4, 0.1, cdcccc3d",
                "<f4, 1e300, 0000807f",
                "<f4, `\"0x7fc00001\"`, 0100c07f",
                "<f8, -0.0, 0000000000000080",
                "<f8, -0, 0000000000000000",
                "<f8, 1e400, 000000000000f07f",
                "<f2, 65504, ff7b",
                ">c8, `[1, \"NaN\"]`, 0000803f0000c07f",
                "<c8, 2, 0000004000000000",
                "<M8[s], `\"NaT\"`, 0000000000000080",
                "<m8[s], -1, ffffffffffffffff",
                "|S3, `\"bm8=\"`, 6e6f00",
                "|S3, 0, 000000",
                "<U2, `\"né\"`, 6e000000e9000000",
                "<U2, `\"🦜\"`, 9cf9010000000000",
                "|V2, `\"AQI=\"`, 0102",
            })
    void fillValuesAreReadAsBytes(String type, String fill, String bytes) {
        V2ArrayMetadata array = array("\"" + type + "\"", fill);

        assertThat(HexFormat.of().formatHex(array.fillValue().elementOf(array.dataType())))
                .isEqualTo(bytes);
    }

    @Test
    void theFillValueOfAStructIsPackedInItsByteOrder() {
        V2ArrayMetadata array = array("[[\"a\", \">i2\"], [\"b\", \"<i2\"]]", "\"AAEAAg==\"");

        assertThat(array.fillValue().elementOf(array.dataType())).containsExactly(1, 0, 0, 2);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "<i4, 2147483648",
                "<i4, 0.5",
                "<i4, 1e999999999",
                "<i4, 1e-999999999",
                "<i4, `\"\"`",
                "<i4, NaN",
                "<i4, [1]",
                "<u2, -1",
                "|b1, 2",
                "|b1, `\"true\"`",
                "<f4, `\"purple\"`",
                "<f4, `\"0x7fc0\"`",
                "<f4, {}",
                "<c8, [1]",
                "<c8, `[1, \"x\"]`",
                "|S2, `\"AQID\"`",
                "|S2, `\"?\"`",
                "<U1, `\"ab\"`",
                "<M8[s], 9223372036854775808",
                "<M8[s], `\"2000\"`",
                "|V2, `[1,2,3]`",
                "|V2, `[1,256]`"
            })
    void fillValuesThatDoNotFitAreRefused(String type, String fill) {
        assertThatThrownBy(() -> array("\"" + type + "\"", fill))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("'a/.zarray' /fill_value")
                .hasMessageContaining("expected");
    }

    @Test
    void aHugeElementTakesNoMemoryForItsFillValue() {
        JsonObject zarray = json(ARRAY.formatted("\"|S2147483647\"", "\"YQ==\""))
                .with("shape", JsonArray.EMPTY)
                .with("chunks", JsonArray.EMPTY);

        V2ArrayMetadata array = V2ArrayMetadata.parse(zarray, null, "a/.zarray");

        assertThat(array.dataType().elementBytes()).isEqualTo(Integer.MAX_VALUE);
        assertThatThrownBy(() -> array.fillValue().elementOf(array.dataType()))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("elements of 2147483647 bytes");
    }

    @Test
    void membersThatZarrPythonDoesNotNeedMayBeMissing() {
        JsonObject zarray =
                json("{\"zarr_format\":2,\"shape\":[],\"chunks\":[],\"dtype\":\"<f8\",\"compressor\":null}");

        V2ArrayMetadata array = V2ArrayMetadata.parse(zarray, null, "a/.zarray");

        assertThat(array.fillValue().isNull()).isTrue();
        assertThat(array.fillValue().elementOf(array.dataType())).hasSize(8).containsOnly(0);
        assertThat(array.chunkKeyEncoding()).isEqualTo(new ChunkKeyEncoding(ChunkKeyEncoding.Kind.V2, '.'));
        assertThat(array.codecs()).extracting(CodecSpec::name).containsExactly("bytes");
        assertThatThrownBy(() -> V2ArrayMetadata.parse(zarray.without("compressor"), null, "a/.zarray"))
                .hasMessageContaining("has no /compressor");
    }

    @Test
    void editsChangeNothingElse() {
        V2ArrayMetadata array = array("\"<i4\"", "7");
        String before = Json.toString(array.document());

        ArrayMetadata edited = array.withChunkShape(Shape.of(8, 6))
                .withChunkKeyEncoding(new ChunkKeyEncoding(ChunkKeyEncoding.Kind.V2, '/'))
                .withFillValue(new JsonNumber("9"));
        V2ArrayMetadata recoded =
                ((V2ArrayMetadata) edited).withCompressor(CodecSpec.v2("zstd", json("{\"level\": 3}")));

        assertThat(Json.toString(recoded.document()))
                .isEqualTo(before.replace("\"chunks\": [4, 3]", "\"chunks\": [8, 6]")
                        .replace("\"fill_value\": 7", "\"fill_value\": 9")
                        .replace("{\"id\": \"zlib\", \"level\": 1, \"x\": NaN}", "{\"id\": \"zstd\", \"level\": 3}")
                        .replace("616}", "616, \"dimension_separator\": \"/\"}"));
        assertThat(Json.toString(recoded.withCompressor(null).document())).contains("\"compressor\": null");
        assertThat(recoded.fillValue().elementOf(recoded.dataType())).containsExactly(9, 0, 0, 0);
        assertThat(Json.toString(array.document())).isEqualTo(before);
    }

    @Test
    void editsThatAskForWhatIsThereChangeNothing() {
        V2ArrayMetadata array = array("\"<i4\"", "7");

        assertThat(array.withChunkShape(Shape.of(4, 3))).isSameAs(array);
        assertThat(array.withChunkKeyEncoding(array.chunkKeyEncoding())).isSameAs(array);
        assertThat(array.withCompressor(array.compressor())).isSameAs(array);
    }

    @Test
    void impossibleEditsAreArgumentMistakes() {
        V2ArrayMetadata array = array("\"<i4\"", "7");

        assertThatThrownBy(() -> array.withChunkShape(Shape.of(4))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> array.withChunkShape(Shape.of(4, 0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> array.withChunkKeyEncoding(new ChunkKeyEncoding(ChunkKeyEncoding.Kind.DEFAULT, '/')))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> array.withCompressor(CodecSpec.v3("zstd", JsonObject.EMPTY)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> array.withDimensionNames(List.of("a"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> array.withFillValue(new JsonString("x"))).isInstanceOf(InvalidMetadataException.class);
    }

    @Test
    void dimensionNamesAreAnAttribute() {
        V2ArrayMetadata array = array("\"<i4\"", "7").withAttributes(json("{\"u\": \"K\"}"));

        assertThat(array.dimensionNames()).isNull();
        assertThat(array.withDimensionNames(List.of("t", "x")).dimensionNames()).containsExactly("t", "x");
        assertThat(Json.toString(array.withDimensionNames(List.of("t", "x")).attributes()))
                .isEqualTo("{\"u\": \"K\", \"_ARRAY_DIMENSIONS\": [\"t\", \"x\"]}");
        assertThat(array.withDimensionNames(Arrays.asList("t", null)).dimensionNames())
                .containsExactly("t", null);
        for (String other : List.of("[\"t\"]", "\"tx\"", "[1, 2]")) {
            assertThat(array.withAttributes(json("{\"_ARRAY_DIMENSIONS\": " + other + "}"))
                            .dimensionNames())
                    .isNull();
        }
    }

    @Test
    void attributesAreWrittenFirstAndOnlyIfThereAreAny() {
        V2ArrayMetadata array = array("\"<i4\"", "7");

        assertThat(array.documents()).extracting(Document::key).containsExactly(".zarray");
        assertThat(array.withAttributes(JsonObject.EMPTY).documents()).hasSize(1);
        V2ArrayMetadata named = array.withAttributes(json("{\"a\": 1}"));
        assertThat(named.documents()).extracting(Document::key).containsExactly(".zattrs", ".zarray");
        assertThat(named.withAttributes(JsonObject.EMPTY).documents()).hasSize(2);
    }

    @Test
    void theFillValueMayBeTakenAway() {
        assertThat(array("\"<i4\"", "7")
                        .withFillValue(JsonLiteral.NULL)
                        .fillValue()
                        .isNull())
                .isTrue();
    }

    private static String endian(ArrayMetadata array) {
        return array.codecs().stream()
                .filter(codec -> codec.name().equals("bytes"))
                .map(codec -> Json.toString(codec.configuration()))
                .findFirst()
                .orElseThrow();
    }

    private static V2ArrayMetadata array(String dtype, String fill) {
        return V2ArrayMetadata.parse(json(ARRAY.formatted(dtype, fill)), null, "a/.zarray");
    }

    static JsonObject json(String text) {
        return Json.parseObject(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), "test");
    }
}
