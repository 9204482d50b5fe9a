package io.rezarr.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.rezarr.error.InvalidMetadataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one document. */
final class JsonReader {
    private static final int MAX_DEPTH = 500;
    private static final String REMEDY = ". Restore it from a copy, or correct it by hand.";
    /** What Python writes; Jackson knows more spellings. */
    private static final Set<String> NON_NUMBERS = Set.of("NaN", "Infinity", "-Infinity");

    // Only the depth is limited, by us: strings and numbers cannot be longer than the document, which is in memory
    // already. Names
    // are not canonicalised since that table refuses documents with many names of the same hash.
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(2 * MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final String name;

    JsonReader(String name) {
        this.name = name;
    }

    JsonValue read(ByteBuffer utf8) {
        CharBuffer text = decode(utf8.duplicate());
        try (JsonParser parser =
                FACTORY.createParser(text.array(), text.arrayOffset() + text.position(), text.remaining())) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new InvalidMetadataException(
                        "'" + name + "' is empty (" + utf8.remaining() + " bytes), expected a JSON document" + REMEDY);
            }
            JsonValue value = value(parser, first, 1);
            if (parser.nextToken() != null) {
                throw invalid("text behind the end of the document", parser.currentTokenLocation());
            }
            return value;
        } catch (JsonProcessingException e) {
            throw invalid(problemOf(e.getOriginalMessage()), e.getLocation());
        } catch (IOException e) {
            throw new InvalidMetadataException("'" + name + "' cannot be read as JSON: " + e.getMessage() + REMEDY, e);
        }
    }

    private CharBuffer decode(ByteBuffer bytes) {
        refuseOtherEncodings(bytes);
        int start = bytes.position();
        if (startsWith(bytes, 0xEF, 0xBB, 0xBF)) {
            bytes.position(start + 3);
        }
        CharBuffer text = CharBuffer.allocate(bytes.remaining());
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CoderResult result = decoder.decode(bytes, text, true);
        if (result.isError()) {
            int offset = bytes.position();
            throw new InvalidMetadataException("'" + name
                    + "' is not UTF-8: byte %02x at offset %d is out of place"
                            .formatted(bytes.get(offset) & 0xFF, offset - start)
                    + REMEDY);
        }
        return text.flip();
    }

    private void refuseOtherEncodings(ByteBuffer bytes) {
        boolean utf16 = startsWith(bytes, 0xFF, 0xFE) || startsWith(bytes, 0xFE, 0xFF);
        // A JSON document begins with an ASCII character, so a zero among its first two bytes means wider code units.
        boolean zeros =
                bytes.remaining() >= 2 && (bytes.get(bytes.position()) == 0 || bytes.get(bytes.position() + 1) == 0);
        if (utf16 || zeros) {
            throw new InvalidMetadataException(
                    "'" + name + "' is UTF-16 or UTF-32, expected UTF-8. Save it as UTF-8, or restore it from a copy.");
        }
    }

    private static boolean startsWith(ByteBuffer bytes, int... expected) {
        if (bytes.remaining() < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if ((bytes.get(bytes.position() + i) & 0xFF) != expected[i]) {
                return false;
            }
        }
        return true;
    }

    private JsonValue value(JsonParser parser, JsonToken token, int depth) throws IOException {
        return switch (token) {
            case START_OBJECT -> object(parser, depth);
            case START_ARRAY -> array(parser, depth);
            case VALUE_STRING -> new JsonString(parser.getText());
            case VALUE_NUMBER_INT -> new JsonNumber(parser.getText());
            case VALUE_NUMBER_FLOAT -> number(parser);
            case VALUE_TRUE -> JsonLiteral.TRUE;
            case VALUE_FALSE -> JsonLiteral.FALSE;
            case VALUE_NULL -> JsonLiteral.NULL;
            default -> throw invalid("unexpected " + token, parser.currentTokenLocation());
        };
    }

    private JsonNumber number(JsonParser parser) throws IOException {
        String text = parser.getText();
        if (parser.isNaN() && !NON_NUMBERS.contains(text)) {
            throw invalid("'" + text + "' is not a number", parser.currentTokenLocation());
        }
        return new JsonNumber(text);
    }

    private JsonObject object(JsonParser parser, int depth) throws IOException {
        checkDepth(parser, depth);
        Map<String, JsonValue> members = new LinkedHashMap<>();
        for (JsonToken token = next(parser); token != JsonToken.END_OBJECT; token = next(parser)) {
            String member = parser.currentName();
            if (members.containsKey(member)) {
                throw invalid(
                        "the member " + Json.excerpt(new JsonString(member)) + " stands twice in one object",
                        parser.currentTokenLocation());
            }
            members.put(member, value(parser, next(parser), depth + 1));
        }
        return new JsonObject(members);
    }

    private JsonArray array(JsonParser parser, int depth) throws IOException {
        checkDepth(parser, depth);
        List<JsonValue> items = new ArrayList<>();
        for (JsonToken token = next(parser); token != JsonToken.END_ARRAY; token = next(parser)) {
            items.add(value(parser, token, depth + 1));
        }
        return new JsonArray(items);
    }

    /** The next token inside an object or array, whose end the parser checks. */
    private JsonToken next(JsonParser parser) throws IOException {
        JsonToken token = parser.nextToken();
        if (token == null) {
            throw invalid("it ends too early", parser.currentTokenLocation());
        }
        return token;
    }

    private void checkDepth(JsonParser parser, int depth) {
        if (depth > MAX_DEPTH) {
            throw invalid(
                    "objects and arrays are nested deeper than " + MAX_DEPTH + " levels",
                    parser.currentTokenLocation());
        }
    }

    private InvalidMetadataException invalid(String problem, @Nullable JsonLocation location) {
        String place =
                location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
        return new InvalidMetadataException("'" + name + "' is not valid JSON" + place + ": " + problem + REMEDY);
    }

    /** Jackson appends the source to some messages, and to others where a bracket was opened. */
    private static String problemOf(String message) {
        int line = message.indexOf('\n');
        String first = line < 0 ? message : message.substring(0, line);
        int marker = first.indexOf(" (start marker at ");
        return marker < 0 ? first : first.substring(0, marker);
    }
}
