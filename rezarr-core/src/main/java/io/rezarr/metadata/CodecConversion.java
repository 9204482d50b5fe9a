package io.rezarr.metadata;

import io.rezarr.error.RefusedException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Names codecs in the terms of the other version. */
final class CodecConversion {
    private static final String NUMCODECS = CodecNames.NUMCODECS;
    /** Those of NumCodecs that turn elements into elements; in v3 they stand in front of the bytes codec. */
    static final Set<String> ARRAY_FILTERS =
            Set.of("delta", "fixedscaleoffset", "quantize", "astype", "packbits", "bitround");

    private static final Set<String> BYTES_FILTERS = Set.of(
            "lz4", "zlib", "bz2", "lzma", "shuffle", "crc32", "crc32c", "adler32", "fletcher32", "jenkins_lookup3");
    /** The members of a filter that name types. */
    private static final List<String> TYPES = List.of("dtype", "astype", "encode_dtype", "decode_dtype");

    private static final List<String> SHUFFLES = List.of("noshuffle", "shuffle", "bitshuffle");
    private static final int MAX_BLOSC_TYPE_SIZE = 255;

    private final int elementBytes;
    private final JsonValue elementType;
    private final List<String> notes;

    /** @param elementType as v2 names it */
    CodecConversion(int elementBytes, JsonValue elementType, List<String> notes) {
        this.elementBytes = elementBytes;
        this.elementType = elementType;
        this.notes = notes;
    }

    /** @throws UnsupportedFeatureException if v3 has no name for it */
    CodecSpec toV3(CodecSpec v2) {
        JsonObject configuration = v2.configuration();
        return switch (v2.name()) {
            case "blosc" -> CodecSpec.v3("blosc", bloscToV3(configuration));
            case "zstd" -> CodecSpec.v3("zstd", zstdToV3(configuration));
            case "gzip" -> CodecSpec.v3("gzip", level(configuration, 1));
            case "zlib" -> {
                notes.add(
                        "Codec 'zlib' has no name in v3; it becomes 'gzip', the same compression with another header.");
                yield CodecSpec.v3("gzip", level(configuration, 1));
            }
            default -> numcodecs(v2);
        };
    }

    private CodecSpec numcodecs(CodecSpec v2) {
        if (!ARRAY_FILTERS.contains(v2.name()) && !BYTES_FILTERS.contains(v2.name())) {
            throw new UnsupportedFeatureException(
                    "Codec '" + v2.name() + "' of v2 has no counterpart in v3. Choose another with"
                            + " --codec, say --codec zstd, take filters away with --filters none, or keep v2 with --format v2.");
        }
        CodecSpec v3 = readable(v2.name(), littleEndian(v2.configuration()));
        notes.add("Codec '" + v2.name() + "' is not in the Zarr v3 specification; it is written as '" + v3.name()
                + "', which zarr-python reads and most others do not. --codec zstd avoids it for compressors,"
                + " --filters none for filters.");
        return v3;
    }

    /** zarr-python cannot read {@code quantize} with another type in v3; to a reader it is a change of type and nothing else. */
    private static CodecSpec readable(String id, JsonObject configuration) {
        JsonValue encoded = configuration.member("astype");
        JsonValue decoded = configuration.member("dtype");
        if (!id.equals("quantize")
                || encoded == null
                || encoded == JsonLiteral.NULL
                || decoded == null
                || encoded.equals(decoded)) {
            return CodecSpec.v3(NUMCODECS + id, configuration);
        }
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("encode_dtype", encoded);
        members.put("decode_dtype", decoded);
        return CodecSpec.v3(NUMCODECS + "astype", new JsonObject(members));
    }

    /** Filters of v3 see little-endian numbers. */
    private static JsonObject littleEndian(JsonObject configuration) {
        JsonObject changed = configuration;
        for (String member : TYPES) {
            if (configuration.member(member) instanceof JsonString type
                    && type.value().startsWith(">")) {
                changed = changed.with(member, new JsonString("<" + type.value().substring(1)));
            }
        }
        return changed;
    }

    private JsonObject bloscToV3(JsonObject v2) {
        int typeSize = (int) number(v2, "typesize", elementBytes);
        // c-blosc takes elements that are too large for its header as single bytes.
        typeSize = typeSize < 1 || typeSize > MAX_BLOSC_TYPE_SIZE ? 1 : typeSize;
        long shuffle = number(v2, "shuffle", 1);
        if (shuffle == -1) {
            shuffle = elementBytes == 1 ? 2 : 1;
        }
        if (shuffle < 0 || shuffle > 2) {
            throw new UnsupportedFeatureException("Codec 'blosc' has shuffle " + shuffle + ", expected -1, 0, 1 or 2.");
        }
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("typesize", JsonNumber.of(typeSize));
        members.put("cname", v2.has("cname") ? v2.members().get("cname") : new JsonString("lz4"));
        members.put("clevel", JsonNumber.of(number(v2, "clevel", 5)));
        members.put("shuffle", new JsonString(SHUFFLES.get((int) shuffle)));
        members.put("blocksize", JsonNumber.of(number(v2, "blocksize", 0)));
        return new JsonObject(members);
    }

    private static JsonObject zstdToV3(JsonObject v2) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("level", JsonNumber.of(number(v2, "level", 0)));
        members.put("checksum", JsonLiteral.of(v2.member("checksum") == JsonLiteral.TRUE));
        return new JsonObject(members);
    }

    private static JsonObject level(JsonObject configuration, long absent) {
        long level = number(configuration, "level", absent);
        // -1 asks zlib for its default, which v3 writes out.
        return new JsonObject(Map.of("level", JsonNumber.of(level < 0 ? 6 : level)));
    }

    private static long number(JsonObject configuration, String member, long absent) {
        JsonValue value = configuration.member(member);
        if (value == null || value == JsonLiteral.NULL) {
            return absent;
        }
        return new JsonPlace("codec", "/" + member, value).integer(Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /** @throws RefusedException if v2 has no name for it */
    CodecSpec toV2(CodecSpec v3) {
        JsonObject configuration = v3.configuration();
        return switch (v3.name()) {
            case "blosc" -> CodecSpec.v2("blosc", bloscToV2(configuration));
            case "zstd" -> CodecSpec.v2("zstd", zstdToV2(configuration));
            case "gzip" -> CodecSpec.v2("gzip", level(configuration, 1));
            default -> {
                String id = idOf(v3.name());
                if (!ARRAY_FILTERS.contains(id) && !BYTES_FILTERS.contains(id)) {
                    throw new RefusedException("Codec '" + v3.name()
                            + "' has no counterpart in v2. Choose another with --codec, say --codec zstd, or keep v3 with"
                            + " --format v3.");
                }
                yield CodecSpec.v2(id, withType(id, configuration));
            }
        };
    }

    /** v3 knows the type of the elements; v2 wants it in the filter. */
    private JsonObject withType(String id, JsonObject configuration) {
        String member = switch (id) {
            case "fixedscaleoffset", "quantize" -> "dtype";
            case "astype" -> "decode_dtype";
            default -> "";
        };
        JsonValue there = configuration.member(member);
        return member.isEmpty() || (there != null && there != JsonLiteral.NULL)
                ? configuration
                : configuration.with(member, elementType);
    }

    private static JsonObject bloscToV2(JsonObject v3) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("cname", v3.has("cname") ? v3.members().get("cname") : new JsonString("lz4"));
        members.put("clevel", JsonNumber.of(number(v3, "clevel", 5)));
        members.put("shuffle", JsonNumber.of(shuffleToV2(v3.member("shuffle"))));
        members.put("blocksize", JsonNumber.of(number(v3, "blocksize", 0)));
        return new JsonObject(members);
    }

    private static long shuffleToV2(@Nullable JsonValue shuffle) {
        int index = shuffle instanceof JsonString name ? SHUFFLES.indexOf(name.value()) : -1;
        if (index < 0) {
            throw new UnsupportedFeatureException("Codec 'blosc' has shuffle "
                    + (shuffle == null ? "missing" : Json.excerpt(shuffle)) + ", expected one of " + SHUFFLES + ".");
        }
        return index;
    }

    private JsonObject zstdToV2(JsonObject v3) {
        if (v3.member("checksum") == JsonLiteral.TRUE) {
            notes.add(
                    "The checksum of codec 'zstd' is left out: readers of v2 such as tensorstore refuse an array that asks for it.");
        }
        return new JsonObject(Map.of("level", JsonNumber.of(number(v3, "level", 0))));
    }

    /** The id that NumCodecs has for a codec of v3; empty if there is none. */
    private static String idOf(String v3Name) {
        boolean isBare = v3Name.equals("bitround"); // which v3 has registered, with the configuration of NumCodecs
        return v3Name.startsWith(NUMCODECS) ? v3Name.substring(NUMCODECS.length()) : isBare ? v3Name : "";
    }

    /** Whether a v3 codec turns elements into elements. */
    static boolean isArrayFilter(String v3Name) {
        return ARRAY_FILTERS.contains(idOf(v3Name));
    }
}
