package io.rezarr.vectors.digest;

import io.rezarr.json.JsonValue;
import io.rezarr.vectors.model.AttributeFormat;
import java.util.List;

/** What the metadata of an attribute say about its values, as one text. */
final class Schemas {
    private static final List<String> MEMBERS =
            List.of("channel_names", "encoding", "categories", "ordered", "_FillValue");

    private Schemas() {}

    /** @param columns as its values have them; 0 if there are none */
    static String of(AttributeFormat format, long columns) {
        StringBuilder text = new StringBuilder(format.type().name()).append(' ').append(columns);
        for (String name : MEMBERS) {
            JsonValue value = format.attributes().member(name);
            if (value != null && value != io.rezarr.json.JsonLiteral.NULL) {
                text.append(' ').append(name).append('=').append(CanonicalJson.text(value));
            }
        }
        return text.toString();
    }
}
