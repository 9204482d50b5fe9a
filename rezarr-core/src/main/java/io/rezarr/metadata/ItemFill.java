package io.rezarr.metadata;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Fill values of items of variable size: a string for text, for which a number other than 0 stands for its digits, as zarr-python 3 reads
 * it; base64 for bytes. Null is empty, and so is the 0 that zarr-python 2 writes where none was given, as NumCodecs encodes it.
 */
final class ItemFill {
    private static final byte[] EMPTY = {};

    private ItemFill() {}

    /** @throws InvalidMetadataException if it is no value of the type */
    static byte[] bytesOf(JsonValue document, DataType type) {
        if (document == JsonLiteral.NULL) {
            return EMPTY;
        }
        boolean isText = type.name().equals("string");
        if (document instanceof JsonString string) {
            if (isText) {
                return utf8(string, type);
            }
            return string.value().isEmpty() || !type.name().equals("bytes")
                    ? empty(string, type)
                    : base64(string, type);
        }
        if (document instanceof JsonNumber number && number.text().matches("0|-?[1-9][0-9]*")) {
            if (number.text().equals("0")) {
                return EMPTY;
            }
            if (isText) {
                return number.text().getBytes(StandardCharsets.UTF_8);
            }
        }
        if (document instanceof JsonArray bytes && type.name().equals("bytes")) {
            return byteList(bytes, type);
        }
        throw wrong(document, type);
    }

    private static byte[] empty(JsonString string, DataType type) {
        if (!string.value().isEmpty()) {
            throw wrong(string, type);
        }
        return EMPTY;
    }

    private static byte[] utf8(JsonString string, DataType type) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(string.value()));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new InvalidMetadataException(
                    "The fill value " + Json.excerpt(string) + " of data type " + type.name()
                            + " has half of a surrogate pair, which is no text.",
                    e);
        }
    }

    private static byte[] base64(JsonString string, DataType type) {
        try {
            return Base64.getDecoder().decode(string.value());
        } catch (IllegalArgumentException e) {
            throw new InvalidMetadataException(
                    "The fill value " + Json.excerpt(string) + " of data type " + type.name()
                            + " must be bytes in base64.",
                    e);
        }
    }

    private static byte[] byteList(JsonArray list, DataType type) {
        byte[] bytes = new byte[list.items().size()];
        for (int i = 0; i < bytes.length; i++) {
            if (!(list.items().get(i) instanceof JsonNumber number)
                    || !number.text().matches("[0-9]{1,3}")
                    || Integer.parseInt(number.text()) > 255) {
                throw wrong(list, type);
            }
            bytes[i] = (byte) Integer.parseInt(number.text());
        }
        return bytes;
    }

    private static InvalidMetadataException wrong(JsonValue document, DataType type) {
        String expected = type.name().equals("string")
                ? "a string"
                : type.name().equals("bytes") ? "bytes in base64" : "null or 0, which are an empty array";
        return new InvalidMetadataException("The fill value " + Json.excerpt(document) + " of data type " + type.name()
                + " must be " + expected + ".");
    }

    /** As both versions spell it. */
    static JsonValue document(byte[] item, DataType type) {
        return new JsonString(
                type.name().equals("bytes")
                        ? Base64.getEncoder().encodeToString(item)
                        : new String(item, StandardCharsets.UTF_8));
    }
}
