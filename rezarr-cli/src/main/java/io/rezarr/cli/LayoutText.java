package io.rezarr.cli;

import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.Shape;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** An array's metadata in short texts. */
final class LayoutText {
    private static final String SHARDING = "sharding_indexed";

    private LayoutText() {}

    /** The chunks that are encoded alone: of a sharded array its inner chunks. */
    static Shape chunks(ArrayMetadata array) {
        Shape inner = array.innerChunkShape();
        return inner == null ? array.chunkShape() : inner;
    }

    /** {@code (64, 64)} or {@code none}. */
    static String shards(ArrayMetadata array) {
        return array.innerChunkShape() == null ? "none" : array.chunkShape().toString();
    }

    /** {@code bytes(endian=little), blosc(cname=lz4, clevel=5)}; of a sharded array those of its inner chunks. */
    static String codecs(ArrayMetadata array) {
        return array.codecs().stream().map(LayoutText::codec).collect(Collectors.joining(", "));
    }

    private static String codec(CodecSpec codec) {
        if (codec.name().equals(SHARDING) && codec.configuration().member("codecs") instanceof JsonArray inner) {
            return "sharding["
                    + inner.items().stream().map(LayoutText::innerCodec).collect(Collectors.joining(", ")) + "]";
        }
        return named(codec.name(), codec.configuration());
    }

    private static String innerCodec(JsonValue codec) {
        if (codec instanceof JsonObject object && object.member("name") instanceof JsonString name) {
            JsonValue configuration = object.member("configuration");
            return codec(CodecSpec.v3(
                    name.value(), configuration instanceof JsonObject members ? members : JsonObject.EMPTY));
        }
        return Json.toString(codec);
    }

    private static String named(String name, JsonObject configuration) {
        if (configuration.isEmpty()) {
            return name;
        }
        return name + "("
                + configuration.members().entrySet().stream()
                        .map(LayoutText::parameter)
                        .collect(Collectors.joining(", "))
                + ")";
    }

    private static String parameter(Map.Entry<String, JsonValue> member) {
        String value = member.getValue() instanceof JsonString text ? text.value() : Json.toString(member.getValue());
        return member.getKey() + "=" + value;
    }

    /** {@code time, lat, -}; empty if there are none. */
    static String dimensionNames(ArrayMetadata array) {
        List<?> names = array.dimensionNames();
        return names == null
                ? ""
                : names.stream().map(name -> Objects.toString(name, "-")).collect(Collectors.joining(", "));
    }

    /** The bytes of all elements decoded; -1 if they have no fixed size, or the size exceeds 2^63 - 1. */
    static long decodedBytes(ArrayMetadata array) {
        if (!array.dataType().isFixedSize()) {
            return -1;
        }
        try {
            return Math.multiplyExact(
                    array.shape().elements(), (long) array.dataType().elementBytes());
        } catch (ArithmeticException e) {
            return -1;
        }
    }
}
