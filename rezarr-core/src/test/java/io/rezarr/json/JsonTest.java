package io.rezarr.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.InvalidMetadataException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "-0.0",
                "18446744073709551615",
                "123456789012345678901234567890",
                "1e-300",
                "1E+5",
                "5e-324",
                "NaN",
                "Infinity",
                "-Infinity"
            })
    void numbersKeepTheirText(String text) {
        assertThat(parse(text)).isEqualTo(new JsonNumber(text));
        assertThat(written(parse("[" + text + "]"))).isEqualTo("[\n  " + text + "\n]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"INF", "-INF", "+1", "01", "nan", "1.", ".5", "'a'", "[1,]", "{\"a\":1,}", "// c\n1", "True"})
    void whatPythonDoesNotReadIsRefused(String text) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("'a/zarr.json'")
                .hasMessageContaining("line 1");
    }

    @Test
    void membersKeepTheirOrder() {
        JsonObject object = (JsonObject) parse("{\"z\":1,\"a\":{\"y\":2,\"b\":3},\"m\":[]}");

        assertThat(object.members().keySet()).containsExactly("z", "a", "m");
        assertThat(Json.toString(object)).isEqualTo("{\"z\": 1, \"a\": {\"y\": 2, \"b\": 3}, \"m\": []}");
    }

    @Test
    void documentsAreWrittenAsPythonWritesThem() {
        JsonValue value =
                parse("{\"a\":[1,{\"b\":null}],\"e\":{},\"f\":[],\"t\":\"\\u00fc\\n\\\"\\\\/\\ud83e\\udd9c\\u007f\"}");

        assertThat(written(value)).isEqualTo("""
                {
                  "a": [
                    1,
                    {
                      "b": null
                    }
                  ],
                  "e": {},
                  "f": [],
                  "t": "\\u00fc\\n\\"\\\\/\\ud83e\\udd9c\\u007f"
                }""");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1,~\"a\":2}|line 2, column 1|\"a\" stands twice",
                "{\"a\":1}{}|line 1, column 8|behind the end",
                "{\"a\":1} x|line 1|x",
                "{\"a\":|line 1|end-of-input",
                "[1 2]|line 1, column 4|comma",
                "{\"a\": [1|line 1|expected close marker for Array. Restore",
            })
    void aBrokenDocumentIsRefusedWithItsPlace(String text, String place, String problem) {
        assertThatThrownBy(() -> parse(text.replace('~', '\n')))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("'a/zarr.json' is not valid JSON")
                .hasMessageContaining(place)
                .hasMessageContaining(problem);
    }

    @Test
    void namesThatDifferOnlyInTheirEscapesAreTheSame() {
        assertThatThrownBy(() -> parse("{\"a\":1,\"\\u0061\":2}")).hasMessageContaining("stands twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n"})
    void anEmptyDocumentIsRefused(String text) {
        assertThatThrownBy(() -> parse(text))
                .hasMessageContaining("'a/zarr.json' is empty (" + text.length() + " bytes)");
    }

    @Test
    void fiveHundredLevelsAreReadAndMoreRefused() {
        assertThat(parse("[".repeat(500) + "]".repeat(500))).isInstanceOf(JsonArray.class);
        assertThatThrownBy(() -> parse("[".repeat(501) + "]".repeat(501)))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("nested deeper than 500 levels");
        assertThatThrownBy(() -> parse("{\"a\":".repeat(100_000)))
                .hasMessageContaining("nested deeper than 500 levels");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void otherEncodingsAreRefusedByName(String charset) {
        assertThatThrownBy(() -> Json.parse(ByteBuffer.wrap("{\"a\":1}".getBytes(Charset.forName(charset))), "x"))
                .hasMessageContaining("'x' is UTF-16 or UTF-32, expected UTF-8");
    }

    @Test
    void brokenUtf8IsRefusedWithItsOffset() {
        byte[] bytes = {'"', 'a', (byte) 0xFF, '"'};

        assertThatThrownBy(() -> Json.parse(ByteBuffer.wrap(bytes), "x"))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("'x' is not UTF-8: byte ff at offset 2");
        assertThatThrownBy(() -> Json.parse(ByteBuffer.wrap(bytes, 0, 3), "x")).hasMessageContaining("offset 2");
    }

    @Test
    void aByteOrderMarkIsSkippedAsPythonDoes() {
        assertThat(parse("\uFEFF{}")).isEqualTo(JsonObject.EMPTY);
    }

    @Test
    void loneSurrogatesSurvive() {
        JsonValue value = parse("\"\\ud800x\\udc00\"");

        assertThat(value).isEqualTo(new JsonString("\ud800x\udc00"));
        assertThat(written(value)).isEqualTo("\"\\ud800x\\udc00\"");
    }

    @Test
    void aMemberNameWithALoneSurrogateIsRefused() {
        assertThatThrownBy(() -> parse("{\"\\ud800x\":1}")).hasMessageContaining("surrogate");
    }

    @Test
    void longStringsNumbersAndNamesAreRead() {
        String longText = "x".repeat(30_000_000);
        assertThat(parse("\"" + longText + "\"")).isEqualTo(new JsonString(longText));
        String longNumber = "1".repeat(5_000);
        assertThat(parse(longNumber)).isEqualTo(new JsonNumber(longNumber));
        String longName = "n".repeat(100_000);
        assertThat(((JsonObject) parse("{\"" + longName + "\":1}")).has(longName))
                .isTrue();
    }

    @Test
    void anythingButAnObjectIsRefusedWhereOneIsNeeded() {
        assertThatThrownBy(() -> Json.parseObject(utf8("[]"), "g/zarr.json"))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("'g/zarr.json' holds [], expected a JSON object");
    }

    @Test
    void anExcerptIsShortAndPrintable() {
        assertThat(Json.excerpt(new JsonString("a\u0007é" + "x".repeat(10_000_000))))
                .startsWith("\"a\\u0007éxxx")
                .endsWith("...")
                .hasSizeLessThan(120);
        assertThat(Json.excerpt(parse("[1, 2]"))).isEqualTo("[1, 2]");
    }

    @Test
    void theBufferIsLeftAsItWas() {
        ByteBuffer buffer = utf8("  {} ");
        buffer.position(1);

        Json.parse(buffer, "x");

        assertThat(buffer.position()).isEqualTo(1);
        assertThat(Json.parse(buffer.asReadOnlyBuffer(), "x")).isEqualTo(JsonObject.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 4})
    void whatIsWrittenReadsBackEqual(int indent) {
        for (long seed = 0; seed < 300; seed++) {
            JsonValue value = random(new Random(seed), 0);
            ByteBuffer written = Json.write(value, indent);
            assertThat(Json.parse(written, "seed " + seed)).as("seed %d", seed).isEqualTo(value);
            assertThat(Json.toString(Json.parse(written, "x")))
                    .as("order, seed %d", seed)
                    .isEqualTo(Json.toString(value));
        }
    }

    private static JsonValue random(Random random, int depth) {
        return switch (random.nextInt(depth > 4 ? 4 : 6)) {
            case 0 -> random.nextInt(3) == 0 ? JsonLiteral.NULL : JsonLiteral.of(random.nextBoolean());
            case 1 -> JsonNumber.of(random.nextLong());
            case 2 -> new JsonNumber(Double.toString(Double.longBitsToDouble(random.nextLong())));
            case 3 -> new JsonString(randomText(random));
            case 4 -> {
                List<JsonValue> items = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    items.add(random(random, depth + 1));
                }
                yield new JsonArray(items);
            }
            default -> {
                Map<String, JsonValue> members = new LinkedHashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    members.put(randomText(random).replaceAll("\\p{Cs}", "s"), random(random, depth + 1));
                }
                yield new JsonObject(members);
            }
        };
    }

    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.append((char) (random.nextBoolean() ? random.nextInt(128) : random.nextInt(0x10000)));
        }
        return text.toString();
    }

    private static JsonValue parse(String text) {
        return Json.parse(utf8(text), "a/zarr.json");
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String written(JsonValue value) {
        return StandardCharsets.UTF_8.decode(Json.write(value, 2)).toString();
    }
}
