package io.rezarr.metadata;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What arrays and groups of v3 have in common, and the smaller parts of their documents. */
final class V3Documents {
    private V3Documents() {}

    /** @param known the members that are understood; others must say that they need not be */
    static void check(JsonPlace root, String nodeType, Set<String> known) {
        root.member("zarr_format").integer(3, 3);
        JsonPlace type = root.member("node_type");
        if (!type.string("\"" + nodeType + "\"").equals(nodeType)) {
            throw type.invalid("\"" + nodeType + "\"");
        }
        for (String member : root.object().members().keySet()) {
            if (!known.contains(member) && !mayBeIgnored(root.object().member(member))) {
                throw unknownMember(root.member(member), member);
            }
        }
    }

    private static boolean mayBeIgnored(@org.jspecify.annotations.Nullable JsonValue value) {
        return value instanceof JsonObject object && object.member("must_understand") == JsonLiteral.FALSE;
    }

    private static UnsupportedFeatureException unknownMember(JsonPlace place, String member) {
        return place.unsupported(
                "the extension '" + member + "'",
                "Unknown members are kept only if they are objects with \"must_understand\": false.");
    }

    /**
     * @see <a href="https://zarr-specs.readthedocs.io/en/latest/v3/chunk-key-encodings/index.html">Zarr v3, chunk key encodings</a>
     */
    static ChunkKeyEncoding chunkKeyEncoding(JsonPlace place) {
        boolean bare = place.value() instanceof JsonString;
        if (!bare && !(place.value() instanceof JsonObject)) {
            throw place.invalid("the name of a chunk key encoding, or an object with name and configuration");
        }
        String name = (bare ? place : place.member("name")).string("the name of a chunk key encoding");
        ChunkKeyEncoding.Kind kind = switch (name) {
            case "default" -> ChunkKeyEncoding.Kind.DEFAULT;
            case "v2" -> ChunkKeyEncoding.Kind.V2;
            default ->
                throw place.unsupported("the chunk key encoding '" + name + "'", "Supported are 'default' and 'v2'.");
        };
        char standard = kind == ChunkKeyEncoding.Kind.DEFAULT ? '/' : '.';
        if (bare || place.member("configuration").isAbsentOrNull()) {
            return new ChunkKeyEncoding(kind, standard);
        }
        return new ChunkKeyEncoding(kind, separatorOf(place.member("configuration"), standard));
    }

    private static char separatorOf(JsonPlace configuration, char standard) {
        for (String member : configuration.object().members().keySet()) {
            if (!member.equals("separator")) {
                throw configuration.member(member).unsupported("'" + member + "'", "Supported is 'separator'.");
            }
        }
        JsonPlace separator = configuration.member("separator");
        if (separator.isAbsent()) {
            return standard;
        }
        return switch (separator.string("\".\" or \"/\"")) {
            case "." -> '.';
            case "/" -> '/';
            default -> throw separator.invalid("\".\" or \"/\"");
        };
    }

    static JsonObject chunkKeyEncoding(ChunkKeyEncoding encoding) {
        String name = encoding.kind() == ChunkKeyEncoding.Kind.DEFAULT ? "default" : "v2";
        return named(name, new JsonObject(Map.of("separator", new JsonString(String.valueOf(encoding.separator())))));
    }

    /** {@code {"name": ..., "configuration": ...}}. */
    static JsonObject named(String name, JsonObject configuration) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("name", new JsonString(name));
        members.put("configuration", configuration);
        return new JsonObject(members);
    }
}
