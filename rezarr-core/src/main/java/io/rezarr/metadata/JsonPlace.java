package io.rezarr.metadata;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A value of a metadata document and where it stands, so that a message can name both: "'temp/.zarray' /chunks/0 is 0, expected ...".
 *
 * @param document the name of the document
 * @param pointer JSON pointer (RFC 6901) from the root of the document
 * @param value {@code null} if there is none at that place
 */
public record JsonPlace(
        String document, String pointer, @Nullable JsonValue value) {
    private static final String REMEDY = ". Correct the document by hand, or restore it from a copy.";
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,19}");

    public static JsonPlace root(String document, JsonObject content) {
        return new JsonPlace(document, "", content);
    }

    /** Whether there is no value, not even null. */
    public boolean isAbsent() {
        return value == null;
    }

    public boolean isAbsentOrNull() {
        return value == null || value == JsonLiteral.NULL;
    }

    /** The member of an object; refused if this is none. */
    public JsonPlace member(String name) {
        String escaped = name.replace("~", "~0").replace("/", "~1");
        return new JsonPlace(document, pointer + "/" + escaped, object().member(name));
    }

    /** The item of an array; refused if this is none. */
    public JsonPlace item(int index) {
        return new JsonPlace(document, pointer + "/" + index, array().items().get(index));
    }

    /** The value; refused if there is none. */
    public JsonValue required(String expected) {
        if (value == null) {
            throw invalid(expected);
        }
        return value;
    }

    /** The object at this place; refused if it is none. */
    public JsonObject object() {
        if (value instanceof JsonObject object) {
            return object;
        }
        throw invalid("an object");
    }

    /** The object at this place; empty if there is none or a null. */
    public JsonObject objectOrEmpty() {
        return isAbsentOrNull() ? JsonObject.EMPTY : object();
    }

    /** The array at this place; refused if it is none. */
    public JsonArray array() {
        if (value instanceof JsonArray array) {
            return array;
        }
        throw invalid("an array");
    }

    /** The string at this place; refused, with what is expected, if it is none. */
    public String string(String expected) {
        if (value instanceof JsonString string) {
            return string.value();
        }
        throw invalid(expected);
    }

    /** A whole number, which must be written as one: {@code 8.0} is refused, as zarr-python does. */
    public long integer(long min, long max) {
        if (value instanceof JsonNumber number
                && WHOLE_NUMBER.matcher(number.text()).matches()) {
            try {
                long parsed = Long.parseLong(number.text());
                if (parsed >= min && parsed <= max) {
                    return parsed;
                }
            } catch (NumberFormatException e) {
                throw invalid(wholeNumber(min, max), e);
            }
        }
        throw invalid(wholeNumber(min, max));
    }

    /** A finite number. */
    public double number() {
        if (value instanceof JsonNumber number) {
            try {
                double parsed = Double.parseDouble(number.text());
                if (Double.isFinite(parsed)) {
                    return parsed;
                }
            } catch (NumberFormatException e) {
                throw invalid("a finite number", e);
            }
        }
        throw invalid("a finite number");
    }

    private static String wholeNumber(long min, long max) {
        if (min == max) {
            return Long.toString(min);
        }
        String from = "a whole number ";
        return max == Long.MAX_VALUE ? from + "of at least " + min : from + "from " + min + " to " + max;
    }

    /** An array of whole numbers, as a shape. */
    public Shape shape(long minExtent) {
        if (!(value instanceof JsonArray array)) {
            throw invalid("an array of whole numbers");
        }
        long[] extents = new long[array.items().size()];
        for (int axis = 0; axis < extents.length; axis++) {
            extents[axis] = item(axis).integer(minExtent, Long.MAX_VALUE);
        }
        return Shape.of(extents);
    }

    /** The error that says what is found, and what is expected. */
    public InvalidMetadataException invalid(String expected) {
        return invalid(expected, null);
    }

    InvalidMetadataException invalid(String expected, @Nullable Throwable cause) {
        String found = value == null ? "has no " + shown() : shown() + " is " + Json.excerpt(value);
        return new InvalidMetadataException("'" + document + "' " + found + ", expected " + expected + REMEDY, cause);
    }

    /** A value that is wrong beside another one of the document. */
    public InvalidMetadataException contradiction(String problem) {
        return new InvalidMetadataException("'" + document + "' " + shown() + " "
                + (value == null ? "is missing" : "is " + Json.excerpt(value)) + ": " + problem + REMEDY);
    }

    /** The error that says which feature is asked for, and what is supported. */
    public UnsupportedFeatureException unsupported(String feature, String supported) {
        return new UnsupportedFeatureException("'" + document + "' " + shown() + " asks for " + feature
                + ", which rezarr does not support. " + supported);
    }

    private String shown() {
        return pointer.isEmpty() ? "the document" : pointer;
    }
}
