package io.rezarr.vectors.layout.v09;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.vectors.write.AttributeColumns;

/** What an array says of the attribute that it has the values of. */
final class Attributes09 {
    private Attributes09() {}

    /**
     * The source's members with the true number of columns, which some writers of the reference implementation get wrong.
     *
     * @param kind as {@code zv_array} has it
     */
    static JsonObject of(AttributeColumns attribute, String kind) {
        JsonObject described = attribute.format().attributes();
        if (!new JsonString(kind).equals(described.member("zv_array"))) {
            // What layout 0.7 says of one array of all links.
            described = described.without("num_links").without("shape").with("zv_array", new JsonString(kind));
        }
        return described
                .with("name", new JsonString(attribute.format().name()))
                .with("dtype", new JsonString(attribute.format().type().name()))
                .with("row_shape", rowShape(described, attribute.columns()));
    }

    private static JsonArray rowShape(JsonObject described, long columns) {
        if (described.member("row_shape") instanceof JsonArray declared && product(declared) == columns) {
            return declared;
        }
        return columns == 1 ? JsonArray.EMPTY : JsonArray.ofLongs(columns);
    }

    private static long product(JsonArray shape) {
        long product = 1;
        for (JsonValue extent : shape.items()) {
            product *= extent instanceof JsonNumber number ? Long.parseLong(number.text()) : 0;
        }
        return product;
    }
}
