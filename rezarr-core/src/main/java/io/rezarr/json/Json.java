package io.rezarr.json;

import java.nio.ByteBuffer;

/** Reads and writes JSON documents (RFC 8259, and the NaN and Infinity tokens that Python writes). */
public final class Json {
    private Json() {}

    /**
     * Reads one document.
     *
     * @param utf8 the whole document; its position is not changed
     * @param name what the document is called in messages, say its store key
     * @throws io.rezarr.error.InvalidMetadataException if it is not UTF-8, not JSON, has text behind its end, a member
     *     name twice in one object, or is nested deeper than 500 levels; the message has name, line and column
     */
    public static JsonValue parse(ByteBuffer utf8, String name) {
        throw new UnsupportedOperationException();
    }

    /** Like {@link #parse}, for a document that must be an object. */
    public static JsonObject parseObject(ByteBuffer utf8, String name) {
        throw new UnsupportedOperationException();
    }

    /**
     * Writes a document in UTF-8, one member a line.
     *
     * @param indent spaces for each level: 4 as zarr-python writes v2 documents, 2 as it writes v3
     */
    public static ByteBuffer write(JsonValue value, int indent) {
        throw new UnsupportedOperationException();
    }

    /** The value on one line, for messages. */
    public static String toString(JsonValue value) {
        throw new UnsupportedOperationException();
    }
}
