package io.rezarr.rechunk;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.InvalidRequestException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.DataType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The compressor that a user asks for: {@code none}, {@code zstd[:LEVEL]}, {@code gzip[:LEVEL]}, {@code zlib[:LEVEL]},
 * {@code lz4}, {@code blosc[:CNAME[:LEVEL[:SHUFFLE]]]}, or JSON as metadata have it.
 */
public final class CodecChoice {
    private static final List<String> BLOSC_NAMES = List.of("blosclz", "lz4", "lz4hc", "snappy", "zlib", "zstd");
    private static final List<String> SHUFFLES = List.of("noshuffle", "shuffle", "bitshuffle");
    private static final Map<String, String> SHUFFLE_BY_WORD =
            Map.of("none", "0", "byte", "1", "bit", "2", "noshuffle", "0", "shuffle", "1", "bitshuffle", "2");

    private final String text;
    private final @Nullable JsonValue json;
    private final List<String> words;

    private CodecChoice(String text, @Nullable JsonValue json, List<String> words) {
        this.text = text;
        this.json = json;
        this.words = words;
    }

    /**
     * @return {@code null} for {@code keep}
     * @throws InvalidRequestException if it is none of the forms
     */
    public static @Nullable CodecChoice parse(@Nullable String text) {
        if (text == null || text.equals("keep")) {
            return null;
        }
        if (text.startsWith("{") || text.startsWith("[")) {
            try {
                JsonValue json = Json.parse(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), "--codec");
                return new CodecChoice(text, json, List.of());
            } catch (InvalidMetadataException e) {
                throw new InvalidRequestException(e.getMessage() == null ? "--codec is no JSON" : e.getMessage(), e);
            }
        }
        CodecChoice choice = new CodecChoice(
                text, null, List.of(text.toLowerCase(Locale.ROOT).split(":", -1)));
        choice.check();
        return choice;
    }

    private void check() {
        int most = switch (words.get(0)) {
            case "none", "lz4" -> 1;
            case "zstd" -> level(1, -131072, 22);
            case "gzip", "zlib" -> level(1, 0, 9);
            case "blosc" -> {
                checkWord(1, BLOSC_NAMES);
                level(2, 0, 9);
                shuffle();
                yield 4;
            }
            default ->
                throw new InvalidRequestException("--codec " + text + ": '" + words.get(0)
                        + "' is not known; choose keep, none, zstd, gzip, zlib, lz4, blosc or JSON");
        };
        if (words.size() > most) {
            throw new InvalidRequestException("--codec " + text + ": '" + words.get(most) + "' is one part too many");
        }
    }

    private void checkWord(int at, List<String> allowed) {
        if (words.size() > at && !allowed.contains(words.get(at))) {
            throw new InvalidRequestException(
                    "--codec " + text + ": '" + words.get(at) + "' is none of " + String.join(", ", allowed));
        }
    }

    private int level(int at, int least, int most) {
        if (words.size() > at) {
            int level = least - 1;
            try {
                level = Integer.parseInt(words.get(at));
            } catch (NumberFormatException e) {
                throw new InvalidRequestException("--codec " + text + ": '" + words.get(at) + "' is no level", e);
            }
            if (level < least || level > most) {
                throw new InvalidRequestException(
                        "--codec " + text + ": level " + level + " is not between " + least + " and " + most);
            }
        }
        return at + 1;
    }

    private long levelOr(int at, long otherwise) {
        return words.size() > at ? Long.parseLong(words.get(at)) : otherwise;
    }

    private int shuffle() {
        if (words.size() <= 3) {
            return 1;
        }
        String word = SHUFFLE_BY_WORD.getOrDefault(words.get(3), words.get(3));
        if (!List.of("0", "1", "2").contains(word)) {
            throw new InvalidRequestException(
                    "--codec " + text + ": shuffle '" + words.get(3) + "' is none of none, byte, bit, 0, 1, 2");
        }
        return Integer.parseInt(word);
    }

    /** The compressor of a v2 array; {@code null} for none. */
    @Nullable
    CodecSpec v2Compressor() {
        if (json != null) {
            if (!(json instanceof JsonObject object) || !(object.member("id") instanceof JsonString id)) {
                throw new InvalidRequestException(
                        "--codec " + text
                                + ": a v2 compressor is one JSON object with an \"id\", as in {\"id\": \"zstd\", \"level\": 3}");
            }
            return CodecSpec.v2(id.value(), object.without("id"));
        }
        return switch (words.get(0)) {
            case "zstd" -> CodecSpec.v2("zstd", number("level", levelOr(1, 3)));
            case "gzip", "zlib" -> CodecSpec.v2(words.get(0), number("level", levelOr(1, 5)));
            case "lz4" -> CodecSpec.v2("lz4", number("acceleration", 1));
            case "blosc" ->
                CodecSpec.v2(
                        "blosc",
                        bloscBase().with("shuffle", JsonNumber.of(shuffle())).with("blocksize", JsonNumber.of(0)));
            default -> null;
        };
    }

    /** The bytes→bytes codecs of a v3 array. */
    public List<CodecSpec> v3Codecs(DataType type) {
        if (json != null) {
            List<CodecSpec> codecs = new ArrayList<>();
            for (JsonValue item : json instanceof JsonArray array ? array.items() : List.of(json)) {
                codecs.add(v3Codec(item));
            }
            return codecs;
        }
        return switch (words.get(0)) {
            case "zstd" ->
                List.of(CodecSpec.v3("zstd", number("level", levelOr(1, 3)).with("checksum", JsonLiteral.FALSE)));
            case "gzip" -> List.of(CodecSpec.v3("gzip", number("level", levelOr(1, 5))));
            case "zlib" -> List.of(CodecSpec.v3("numcodecs.zlib", number("level", levelOr(1, 5))));
            case "lz4" -> List.of(CodecSpec.v3("numcodecs.lz4", number("acceleration", 1)));
            case "blosc" ->
                List.of(CodecSpec.v3(
                        "blosc",
                        new JsonObject(Map.of())
                                .with("typesize", JsonNumber.of(bloscTypesize(type)))
                                .with("cname", bloscName())
                                .with("clevel", JsonNumber.of(levelOr(2, 5)))
                                .with("shuffle", new JsonString(SHUFFLES.get(shuffle())))
                                .with("blocksize", JsonNumber.of(0))));
            default -> List.of();
        };
    }

    private static long bloscTypesize(DataType type) {
        return Math.max(1, type.elementBytes());
    }

    private CodecSpec v3Codec(JsonValue item) {
        if (item instanceof JsonString name) {
            return CodecSpec.v3(name.value(), JsonObject.EMPTY);
        }
        if (item instanceof JsonObject object && object.member("name") instanceof JsonString name) {
            JsonValue configuration = object.member("configuration");
            if (configuration == null || configuration instanceof JsonObject) {
                return CodecSpec.v3(
                        name.value(), configuration == null ? JsonObject.EMPTY : (JsonObject) configuration);
            }
        }
        throw new InvalidRequestException("--codec " + text
                + ": v3 codecs are JSON objects with a \"name\", as in [{\"name\": \"zstd\", \"configuration\":"
                + " {\"level\": 3, \"checksum\": false}}]");
    }

    private JsonString bloscName() {
        return new JsonString(words.size() > 1 ? words.get(1) : "lz4");
    }

    private JsonObject bloscBase() {
        return new JsonObject(Map.of()).with("cname", bloscName()).with("clevel", JsonNumber.of(levelOr(2, 5)));
    }

    private static JsonObject number(String name, long value) {
        return new JsonObject(Map.of(name, JsonNumber.of(value)));
    }
}
