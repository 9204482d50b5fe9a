package io.rezarr.metadata;

import io.rezarr.json.JsonObject;

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
}
