package io.rezarr.codec.blosc;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.CodecSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How frames are written, everything resolved.
 *
 * @param level from 0 (only copied) to 9
 * @param typesize bytes of an element for the shuffle, 1 to 255
 * @param forcedBlockBytes 0 if the size of blocks is left to the writer
 */
record BloscConfig(Compressor compressor, int level, ShuffleMode shuffle, int typesize, int forcedBlockBytes) {
    enum ShuffleMode {
        NOSHUFFLE,
        SHUFFLE,
        BITSHUFFLE;

        private static final ShuffleMode[] BY_CODE = values();

        String v3Name() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static final int MAX_TYPESIZE = 255;

    /** v2: bit shuffle for elements of one byte, byte shuffle for others. */
    private static final int AUTO_SHUFFLE = -1;

    private static final List<String> MEMBERS = List.of("cname", "clevel", "shuffle", "typesize", "blocksize");
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");

    /** @param elementBytes of the array's data type; 0 if it has no fixed size */
    static BloscConfig of(CodecSpec spec, int elementBytes) {
        JsonObject members = spec.configuration();
        refuseUnknown(members);
        int elementOr1 = Math.max(1, elementBytes);
        int typesize = integer(members, "typesize", 1, Integer.MAX_VALUE, elementOr1);
        ShuffleMode shuffle =
                spec.family() == CodecSpec.Family.V2 ? v2Shuffle(members, typesize) : v3Shuffle(members, typesize);
        return new BloscConfig(
                compressor(members, spec.family()),
                integer(members, "clevel", 0, 9, 5),
                shuffle,
                typesize > MAX_TYPESIZE ? 1 : typesize,
                integer(members, "blocksize", 0, Integer.MAX_VALUE, 0));
    }

    /** The defaults are those of numcodecs and zarr-python, which write every member. */
    private static Compressor compressor(JsonObject members, CodecSpec.Family family) {
        JsonValue found = members.member("cname");
        if (found == null) {
            return family == CodecSpec.Family.V2 ? Compressor.LZ4 : Compressor.ZSTD;
        }
        for (Compressor compressor : Compressor.values()) {
            if (found instanceof JsonString name && name.value().equals(compressor.cname)) {
                return compressor;
            }
        }
        throw wrong("cname", found, "one of " + listed(Compressor.values(), c -> c.cname));
    }

    private static ShuffleMode v2Shuffle(JsonObject members, int typesize) {
        int code = integer(members, "shuffle", AUTO_SHUFFLE, 2, 1);
        return code == AUTO_SHUFFLE ? automatic(typesize) : ShuffleMode.BY_CODE[code];
    }

    private static ShuffleMode v3Shuffle(JsonObject members, int typesize) {
        JsonValue found = members.member("shuffle");
        if (found == null) {
            return automatic(typesize);
        }
        for (ShuffleMode mode : ShuffleMode.BY_CODE) {
            if (found instanceof JsonString name && name.value().equals(mode.v3Name())) {
                return mode;
            }
        }
        throw wrong("shuffle", found, "one of " + listed(ShuffleMode.BY_CODE, ShuffleMode::v3Name));
    }

    private static ShuffleMode automatic(int typesize) {
        return typesize == 1 ? ShuffleMode.BITSHUFFLE : ShuffleMode.SHUFFLE;
    }

    private static void refuseUnknown(JsonObject members) {
        for (String name : members.members().keySet()) {
            if (!MEMBERS.contains(name)) {
                throw new InvalidMetadataException("codec 'blosc': its configuration has '" + name
                        + "', which is not known; known are " + String.join(", ", MEMBERS));
            }
        }
    }

    private static int integer(JsonObject members, String name, int min, int max, int absent) {
        JsonValue found = members.member(name);
        if (found == null) {
            return absent;
        }
        if (found instanceof JsonNumber number && INTEGER.matcher(number.text()).matches()) {
            long value = Long.parseLong(number.text());
            if (value >= min && value <= max) {
                return (int) value;
            }
        }
        throw wrong(name, found, "an integer from " + min + " to " + max);
    }

    private static InvalidMetadataException wrong(String name, JsonValue found, String expected) {
        return new InvalidMetadataException(
                "codec 'blosc': '" + name + "' is " + shown(found) + ", expected " + expected);
    }

    private static String shown(@Nullable JsonValue value) {
        if (value instanceof JsonString string) {
            return "'" + string.value() + "'";
        }
        if (value instanceof JsonNumber number) {
            return number.text();
        }
        if (value instanceof JsonLiteral literal) {
            return literal.name().toLowerCase(Locale.ROOT);
        }
        return value instanceof JsonArray ? "an array" : "an object";
    }

    private static <T> String listed(T[] values, java.util.function.Function<T, String> name) {
        return Arrays.stream(values).map(name).collect(Collectors.joining(", "));
    }
}
