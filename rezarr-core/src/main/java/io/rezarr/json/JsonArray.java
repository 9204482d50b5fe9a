package io.rezarr.json;

import java.util.List;

public record JsonArray(List<JsonValue> items) implements JsonValue {
    public static final JsonArray EMPTY = new JsonArray(List.of());

    public JsonArray {
        items = List.copyOf(items);
    }

    public static JsonArray ofLongs(long... values) {
        return new JsonArray(java.util.Arrays.stream(values)
                .<JsonValue>mapToObj(JsonNumber::of)
                .toList());
    }
}
