package io.rezarr.metadata;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A codec as metadata name it, nothing checked yet.
 *
 * @param family in which list of names {@code name} is to be looked up
 * @param name v3 {@code name} or v2 {@code id}
 * @param configuration v3 {@code configuration}, or all members of the v2 object but {@code id}
 */
public record CodecSpec(Family family, String name, JsonObject configuration) {
    public enum Family {
        V2,
        V3
    }

    public static CodecSpec v3(String name, JsonObject configuration) {
        return new CodecSpec(Family.V3, name, configuration);
    }

    public static CodecSpec v2(String id, JsonObject configuration) {
        return new CodecSpec(Family.V2, id, configuration);
    }

    /**
     * The codecs of a v3 list, say that in the configuration of a sharding codec.
     *
     * @param documentName of the document it stands in, for messages
     * @param pointer JSON pointer to the list in that document, for messages
     * @throws io.rezarr.error.InvalidMetadataException if it is no list of names and objects with a name
     */
    public static List<CodecSpec> listOf(JsonValue codecs, String documentName, String pointer) {
        return v3List(new JsonPlace(documentName, pointer, codecs));
    }

    static List<CodecSpec> v3List(JsonPlace codecs) {
        JsonArray array = codecs.array();
        List<CodecSpec> specs = new ArrayList<>(array.items().size());
        for (int i = 0; i < array.items().size(); i++) {
            specs.add(ofV3(codecs.item(i)));
        }
        return List.copyOf(specs);
    }

    private static CodecSpec ofV3(JsonPlace codec) {
        if (codec.value() instanceof JsonString name) {
            return v3(name.value(), JsonObject.EMPTY);
        }
        if (!(codec.value() instanceof JsonObject)) {
            throw codec.invalid("the name of a codec, or an object with name and configuration");
        }
        return v3(
                codec.member("name").string("the name of a codec"),
                codec.member("configuration").objectOrEmpty());
    }

    static CodecSpec ofV2(JsonPlace codec) {
        return v2(codec.member("id").string("the id of a codec"), codec.object().without("id"));
    }

    /**
     * As it stands in a document: v3 an object with {@code name}, and {@code configuration} unless that is empty (zarr-python
     * wants it of {@code numcodecs.*} even then); v2 an object with
     * {@code id} and the configuration's members.
     */
    public JsonObject document() {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put(family == Family.V3 ? "name" : "id", new JsonString(name));
        if (family == Family.V2) {
            members.putAll(configuration.members());
        } else if (!configuration.isEmpty() || name.startsWith(CodecNames.NUMCODECS)) {
            members.put("configuration", configuration);
        }
        return new JsonObject(members);
    }
}
