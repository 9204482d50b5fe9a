package io.rezarr.vectors.node;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonString;
import io.rezarr.metadata.DataType;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.vectors.model.AttributeFormat;
import io.rezarr.vectors.model.Numbers;

/** Reads the metadata of attributes. */
public final class AttributeFormats {
    private AttributeFormats() {}

    /**
     * @param name as the path has it
     * @param attributes of the family
     */
    public static AttributeFormat of(String name, JsonPlace attributes) {
        DataType type = type(attributes.member("dtype"));
        return new AttributeFormat(name, type, declaredColumns(attributes), attributes.object());
    }

    /** The type that {@code dtype} names. */
    public static DataType type(JsonPlace place) {
        String name = place.string("the name of a data type");
        DataType type = Numbers.type(name);
        if (type == null) {
            throw place.unsupported(
                    "the data type '" + name + "'",
                    "Supported are " + Numbers.names() + ". Store it as one of them, or leave it out.");
        }
        return type;
    }

    /** The type that {@code dtype} names, or another one if it is left out. */
    public static DataType typeOr(JsonPlace place, String otherwise) {
        return place.isAbsentOrNull()
                ? type(new JsonPlace(place.document(), place.pointer(), new JsonString(otherwise)))
                : type(place);
    }

    /** The product of {@code row_shape}, or the number of channels; -1 if neither is given. */
    private static long declaredColumns(JsonPlace attributes) {
        JsonPlace rowShape = attributes.member("row_shape");
        if (rowShape.value() instanceof JsonArray) {
            return rowShape.shape(0).elements();
        }
        return attributes.member("channel_names").value() instanceof JsonArray channels
                ? channels.items().size()
                : -1;
    }

    /** A count that metadata may declare; -1 if they do not. */
    public static long countOrMinusOne(JsonPlace place) {
        return place.isAbsentOrNull() ? -1 : place.integer(0, Long.MAX_VALUE);
    }
}
