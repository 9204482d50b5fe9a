package io.rezarr.vectors.model;

import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.DataType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the values of an attribute are stored. How many columns it has tell its bytes: the reference implementation declares wrong numbers.
 *
 * @param name of the attribute
 * @param type of one value
 * @param declaredColumns as its metadata say; -1 if they do not
 * @param attributes all members of the metadata, to be carried over
 */
public record AttributeFormat(String name, DataType type, long declaredColumns, JsonObject attributes) {
    private static final String DICTIONARY = "dictionary";

    /** Whether values are codes of {@link #categories}. */
    public boolean isDictionary() {
        return attributes.member("encoding") instanceof JsonString encoding
                && encoding.value().equals(DICTIONARY);
    }

    /** The categories that codes stand for, in the order of the codes; {@code null} if there are none. */
    public @Nullable List<JsonValue> categories() {
        return attributes.member("categories") instanceof io.rezarr.json.JsonArray categories
                ? categories.items()
                : null;
    }

    /**
     * How many columns the values have.
     *
     * @param bytes of all rows
     * @param rows at least 1
     * @return -1 if the bytes are no whole number of rows of whole values
     */
    public long columns(long bytes, long rows) {
        long rowBytes = Sizes.product(rows, type.elementBytes(), name);
        return bytes % rowBytes == 0 ? bytes / rowBytes : -1;
    }
}
