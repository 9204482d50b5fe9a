package io.rezarr.json;

import io.rezarr.error.InvalidMetadataException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads and writes JSON documents (RFC 8259, and the NaN and Infinity tokens that Python writes). */
public final class Json {
    /** How much of a value {@link #excerpt} shows, in characters. */
    private static final int EXCERPT_CHARACTERS = 100;

    private Json() {}

    /**
     * Reads one document.
     *
     * @param utf8 the whole document, with or without a byte order mark; its position is not changed
     * @param name what the document is called in messages, say its store key
     * @throws io.rezarr.error.InvalidMetadataException if it is not UTF-8, not JSON, has text behind its end, a member
     *     name twice in one object or with half a surrogate pair, or is nested deeper than 500 levels; the message has name, line and column
     */
    public static JsonValue parse(ByteBuffer utf8, String name) {
        return new JsonReader(name).read(utf8);
    }

    /** Like {@link #parse}, for a document that must be an object. */
    public static JsonObject parseObject(ByteBuffer utf8, String name) {
        JsonValue value = parse(utf8, name);
        if (value instanceof JsonObject object) {
            return object;
        }
        throw new InvalidMetadataException("'" + name + "' holds " + excerpt(value)
                + ", expected a JSON object. Restore it from a copy, or correct it by hand.");
    }

    /**
     * Writes a document in UTF-8, one member or item a line, as Python's {@code json.dumps} does: characters beyond ASCII are
     * escaped, and there is no newline at the end.
     *
     * @param indent spaces for each level: 4 as zarr-python writes v2 documents, 2 as it writes v3
     */
    public static ByteBuffer write(JsonValue value, int indent) {
        String text = JsonWriter.indented(indent).write(value);
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** The value on one line, for messages. */
    public static String toString(JsonValue value) {
        return JsonWriter.oneLine(Integer.MAX_VALUE).write(value);
    }

    /** The beginning of the value on one line, for messages: a value may be as long as its document. */
    public static String excerpt(JsonValue value) {
        return JsonWriter.oneLine(EXCERPT_CHARACTERS).write(value);
    }
}
