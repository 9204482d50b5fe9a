package io.rezarr.codec;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.CodecSpec;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads the members of a codec's configuration; what is wrong is an error that names codec, member, found and expected. */
public final class CodecConfiguration {
    private final String codec;
    private final JsonObject members;

    private CodecConfiguration(String codec, JsonObject members) {
        this.codec = codec;
        this.members = members;
    }

    /**
     * Begins to read.
     *
     * @param known the names of all members that the codec has
     * @throws UnsupportedFeatureException if there are others: they may change what the bytes mean
     */
    public static CodecConfiguration of(CodecSpec spec, String... known) {
        TreeSet<String> unknown = new TreeSet<>(spec.configuration().members().keySet());
        unknown.removeAll(List.of(known));
        if (!unknown.isEmpty()) {
            throw new UnsupportedFeatureException("Codec '" + spec.name() + "' has the unknown configuration '"
                    + String.join("', '", unknown) + "'; known are: " + String.join(", ", known) + ".");
        }
        return new CodecConfiguration(spec.name(), spec.configuration());
    }

    /** The member, if it is there. */
    public @Nullable JsonValue member(String name) {
        return members.member(name);
    }

    /** An integer of a range; {@code absent} if there is no such member. */
    public int integer(String name, int min, int max, int absent) {
        JsonValue value = members.member(name);
        return value == null
                ? absent
                : (int) integerOf(value, min, max, () -> wrong(name, "an integer from " + min + " to " + max, value));
    }

    /** {@code true} or {@code false}; {@code absent} if there is no such member. */
    public boolean bool(String name, boolean absent) {
        JsonValue value = members.member(name);
        if (value == null) {
            return absent;
        }
        if (value != JsonLiteral.TRUE && value != JsonLiteral.FALSE) {
            throw wrong(name, "true or false", value);
        }
        return value == JsonLiteral.TRUE;
    }

    /** A string out of those; {@code absent} if there is no such member. */
    public @Nullable String oneOf(String name, List<String> choices, @Nullable String absent) {
        JsonValue value = members.member(name);
        if (value == null) {
            return absent;
        }
        if (value instanceof JsonString string && choices.contains(string.value())) {
            return string.value();
        }
        throw wrong(name, "one of " + choices, value);
    }

    /** An array of integers, each at least {@code min}; must be there. */
    public long[] integers(String name, long min) {
        JsonValue value = members.member(name);
        String expected = "an array of integers, each at least " + min;
        if (!(value instanceof JsonArray array)) {
            throw wrong(name, expected, value);
        }
        long[] integers = new long[array.items().size()];
        for (int i = 0; i < integers.length; i++) {
            integers[i] = integerOf(array.items().get(i), min, Long.MAX_VALUE, () -> wrong(name, expected, value));
        }
        return integers;
    }

    /** A list of v3 codecs; must be there. */
    public List<CodecSpec> codecs(String name) {
        if (!(members.member(name) instanceof JsonArray array)) {
            throw wrong(name, "an array of codecs", members.member(name));
        }
        return array.items().stream().map(item -> codecOf(name, item)).toList();
    }

    /** The error that says that a member is not what it must be. */
    public InvalidMetadataException wrong(String name, String expected, @Nullable JsonValue found) {
        return new InvalidMetadataException("Codec '" + codec + "': configuration member '" + name + "' must be "
                + expected + ", found " + (found == null ? "none" : Json.toString(found)) + ".");
    }

    /** An object with name and configuration, or the name alone, which is its short form. */
    private CodecSpec codecOf(String name, JsonValue item) {
        if (item instanceof JsonString shortForm) {
            return CodecSpec.v3(shortForm.value(), JsonObject.EMPTY);
        }
        if (item instanceof JsonObject object && object.member("name") instanceof JsonString codecName) {
            JsonValue configuration = object.has("configuration") ? object.member("configuration") : JsonObject.EMPTY;
            if (configuration instanceof JsonObject known) {
                return CodecSpec.v3(codecName.value(), known);
            }
        }
        throw wrong(name, "an array of codecs, each with a name and a configuration object", item);
    }

    private static long integerOf(JsonValue value, long min, long max, Supplier<InvalidMetadataException> otherwise) {
        if (value instanceof JsonNumber number && number.text().matches("-?[0-9]{1,18}")) {
            long integer = Long.parseLong(number.text());
            if (integer >= min && integer <= max) {
                return integer;
            }
        }
        throw otherwise.get();
    }
}
