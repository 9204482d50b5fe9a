package io.rezarr.metadata;

import static io.rezarr.metadata.V2ArrayMetadataTest.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ElementTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "<f4; 00006040; 3.5 (0x40600000)",
                "<f4; 0100c07f; 0x7fc00001 (0x7fc00001)",
                "<f8; 0000000000000080; -0.0 (0x8000000000000000)",
                "<f2; 007c; Infinity (0x7c00)",
                "<i2; feff; -2 (0xfffe)",
                "<u8; ffffffffffffffff; 18446744073709551615 (0xffffffffffffffff)",
                "|b1; 01; true (0x01)",
                "<c8; 0000803f0000c07f; [1.0, NaN] (0x3f800000, 0x7fc00000)",
                "<M8[s]; 0000000000000080; NaT (0x8000000000000000)",
                "<m8[25s]; 0200000000000000; 2 x 25s (0x0000000000000002)",
                "|S3; 6e6f00; 'no' (0x6e6f00)",
                "|S2; 27ff; ''\\xff' (0x27ff)",
                "<U2; 6e000000e9000000; \"né\" (0x6e000000e9000000)",
                "<U1; ffffffff; \"\uFFFD\" (0xffffffff)",
                "|V2; 0102; 0x0102",
            },
            quoteCharacter = '`')
    void elementsAreShownWithTheirBits(String dtype, String bytes, String expected) {
        byte[] element = HexFormat.of().parseHex(bytes);
        V2ArrayMetadata array = array("\"" + dtype + "\"");

        assertThat(ElementText.describe(array, element)).isEqualTo(expected);
        assertThat(ElementText.describe(array.dataType(), element)).startsWith(expected.substring(0, 3));
    }

    @Test
    void structsAreShownByField() {
        V2ArrayMetadata array = array("[[\"a\", \">i2\"], [\"p\", [[\"x\", \"|b1\"]]], [\"v\", \"|u1\", [2]]]");
        byte[] element = {1, 0, 1, 7, 8};

        assertThat(ElementText.describe(array, element)).isEqualTo("{a: 1 (0x0001), p: {x: true (0x01)}, v: 0x0708}");
        assertThat(ElementText.describe(array.dataType(), element)).isEqualTo("0x0100010708");
    }

    @Test
    void longElementsAreCutOff() {
        assertThat(ElementText.describe(array("\"|V1000\""), new byte[1000])).isEqualTo("0x" + "00".repeat(32) + "...");
        assertThat(ElementText.describe(array("\"|S1000\""), new byte[1000])).hasSizeLessThan(100);
    }

    private static V2ArrayMetadata array(String dtype) {
        return V2ArrayMetadata.parse(
                json("{\"zarr_format\": 2, \"shape\": [], \"chunks\": [], \"dtype\": " + dtype
                        + ", \"compressor\": null}"),
                null,
                "a/.zarray");
    }
}
