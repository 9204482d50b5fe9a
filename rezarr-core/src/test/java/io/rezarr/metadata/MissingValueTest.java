package io.rezarr.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.json.Json;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MissingValueTest {
    /** What xarray 2026.9 writes as {@code _FillValue} of v3 and reads back. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "|b1; true; true",
                "<i2; -32768; -32768",
                "|u1; 255; 255",
                ">u8; 18446744073709551615; 18446744073709551615",
                "<f4; \"NaN\"; \"AAAAAAAA+H8=\"",
                "<f4; 9.96921e36; \"AAAAAAAAnkc=\"",
                "<f8; -1.5; \"AAAAAAAA+L8=\"",
                "<f8; \"-Infinity\"; \"AAAAAAAA8P8=\"",
                "<c8; [1.0, \"NaN\"]; [\"AAAAAAAA8D8=\",\"AAAAAAAA+H8=\"]",
            })
    void fillValueOfV2IsAnAttributeOfV3AndBack(String dtype, String fill, String expected) {
        V2ArrayMetadata v2 = v2(dtype, fill, "\"_ARRAY_DIMENSIONS\": [\"x\"]");

        V3ArrayMetadata v3 = FormatConversion.toV3(v2).metadata();

        assertThat(attribute(v3)).isEqualTo(expected);
        assertThat(FormatConversion.isSameMissing(v2, v3)).isTrue();
        V2ArrayMetadata back = FormatConversion.toV2(v3).metadata();
        assertThat(back.fillValue().elementOf(back.dataType()))
                .isEqualTo(v2.fillValue().elementOf(v2.dataType()));
        assertThat(back.attributes()).isEqualTo(v2.attributes());
    }

    @Test
    void withoutTheAttributeTheFillValueOfV2IsNull() {
        V3ArrayMetadata v3 = FormatConversion.toV3(v2("<i4", "null", "\"_ARRAY_DIMENSIONS\": [\"x\"]"))
                .metadata();

        Converted<V2ArrayMetadata> v2 = FormatConversion.toV2(v3.withFillValue(JsonNumber.of(7)));

        assertThat(v3.attributes().isEmpty()).isTrue();
        assertThat(v2.metadata().fillValue().isNull()).isTrue();
        assertThat(FormatConversion.isSameMissing(v2.metadata(), v3)).isTrue();
    }

    @Test
    void theAttributeGoesBeforeTheFillValue() {
        V3ArrayMetadata v3 = FormatConversion.toV3(v2("<i2", "null", "\"_ARRAY_DIMENSIONS\": [\"x\"]"))
                .metadata()
                .withAttributes(json("{\"_FillValue\": -99, \"units\": \"K\"}"));

        V2ArrayMetadata v2 = FormatConversion.toV2(v3).metadata();

        assertThat(v2.fillValue()).hasToString("-99");
        assertThat(v2.attributes().members().keySet()).containsExactly("units", "_ARRAY_DIMENSIONS");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {"<i2; 70000", "<i2; \"AAAA\"", "<f4; 1.5", "<f4; \"AAAA\"", "<f4; \"!\"", "<c8; [1, 2]"})
    void attributeThatXarrayDoesNotUnderstandStaysAndTheFillValueToo(String dtype, String attribute) {
        V3ArrayMetadata v3 = FormatConversion.toV3(v2(dtype, "1", "\"_ARRAY_DIMENSIONS\": [\"x\"]"))
                .metadata()
                .withAttributes(json("{\"_FillValue\": " + attribute + "}"));

        V2ArrayMetadata v2 = FormatConversion.toV2(v3).metadata();

        assertThat(v2.fillValue().elementOf(v2.dataType()))
                .isEqualTo(v3.fillValue().elementOf(v3.dataType()));
        assertThat(v2.attributes().member("_FillValue"))
                .isEqualTo(v3.attributes().member("_FillValue"));
    }

    @Test
    void plainNumberWithoutFillValueIsEncodedForFloats() {
        V2ArrayMetadata v2 = v2("<f4", "null", "\"_ARRAY_DIMENSIONS\": [\"x\"], \"_FillValue\": -1.5");

        assertThat(attribute(FormatConversion.toV3(v2).metadata())).isEqualTo("\"AAAAAAAA+L8=\"");
    }

    @Test
    void arraysThatXarrayDoesNotOpenKeepTheirFillValue() {
        V2ArrayMetadata v2 = v2("<i2", "5", "\"a\": 1");

        V3ArrayMetadata v3 = FormatConversion.toV3(v2).metadata();

        assertThat(v3.attributes()).isEqualTo(v2.attributes());
        assertThat(FormatConversion.toV2(v3).metadata().fillValue()).hasToString("5");
        List<@Nullable String> nameless = new java.util.ArrayList<>();
        nameless.add(null);
        assertThat(FormatConversion.toV2(v3.withDimensionNames(nameless))
                        .metadata()
                        .fillValue())
                .hasToString("5");
        assertThat(FormatConversion.isSameMissing(v2, v3)).isFalse();
    }

    private static String attribute(V3ArrayMetadata v3) {
        return Json.toString(java.util.Objects.requireNonNull(v3.attributes().member("_FillValue")))
                .replace(", ", ",");
    }

    private static V2ArrayMetadata v2(String dtype, String fill, String attributes) {
        String zarray =
                "{\"zarr_format\": 2, \"shape\": [6], \"chunks\": [3], \"dtype\": \"%s\", \"compressor\": null, \"fill_value\": %s,"
                        + " \"order\": \"C\", \"filters\": null}";
        return V2ArrayMetadata.parse(json(zarray.formatted(dtype, fill)), json("{" + attributes + "}"), "a/.zarray");
    }

    private static JsonObject json(String text) {
        return Json.parseObject(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), "test");
    }
}
