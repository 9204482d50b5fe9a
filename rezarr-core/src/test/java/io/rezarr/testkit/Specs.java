package io.rezarr.testkit;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.CodecSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Codecs as metadata name them, written as in JSON. */
public final class Specs {
    public static final CodecSpec LITTLE = v3("bytes", "endian", "little");
    public static final CodecSpec BIG = v3("bytes", "endian", "big");
    public static final CodecSpec CRC32C = v3("crc32c");

    private Specs() {}

    /** Of v3: the name, then names and values of the configuration in turn. */
    public static CodecSpec v3(String name, Object... configuration) {
        return CodecSpec.v3(name, objectOf(configuration));
    }

    /** Of v2, likewise. */
    public static CodecSpec v2(String id, Object... configuration) {
        return CodecSpec.v2(id, objectOf(configuration));
    }

    /** A transpose codec. */
    public static CodecSpec transpose(int... order) {
        return v3("transpose", "order", java.util.Arrays.stream(order).boxed().toList());
    }

    /** A sharding codec with a checksummed little-endian index at the end. */
    public static CodecSpec sharding(List<Integer> innerShape, CodecSpec... codecs) {
        return sharding("end", innerShape, List.of(LITTLE, CRC32C), codecs);
    }

    /** A sharding codec. */
    public static CodecSpec sharding(
            String location, List<Integer> innerShape, List<CodecSpec> indexCodecs, CodecSpec... codecs) {
        return v3(
                "sharding_indexed",
                "chunk_shape",
                innerShape,
                "codecs",
                List.of(codecs),
                "index_codecs",
                indexCodecs,
                "index_location",
                location);
    }

    private static JsonObject objectOf(Object... members) {
        Map<String, JsonValue> object = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            object.put((String) members[i], valueOf(members[i + 1]));
        }
        return new JsonObject(object);
    }

    private static JsonValue valueOf(Object value) {
        if (value instanceof CodecSpec spec) {
            return new JsonObject(Map.of("name", new JsonString(spec.name()), "configuration", spec.configuration()));
        }
        if (value instanceof List<?> list) {
            return new JsonArray(list.stream().map(Specs::valueOf).toList());
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, JsonValue> members = new LinkedHashMap<>();
            map.forEach((name, member) -> members.put((String) name, valueOf(member)));
            return new JsonObject(members);
        }
        if (value instanceof Boolean bool) {
            return JsonLiteral.of(bool);
        }
        return value instanceof Integer ? new JsonNumber(value.toString()) : new JsonString((String) value);
    }
}
