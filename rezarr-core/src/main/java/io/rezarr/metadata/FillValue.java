package io.rezarr.metadata;

import io.rezarr.json.JsonValue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What an absent chunk's elements are.
 *
 * <p>As bytes it is one element, little-endian, fields of a structured type packed as in the type; a v2 null has none
 * ({@link #isNull}), nor has one of a type that is unknown or of variable size. Equal by document and bytes.
 */
public final class FillValue {
    private final JsonValue document;
    private final byte @Nullable [] littleEndian;

    /**
     * @param document as the metadata has it
     * @param littleEndian one element; {@code null} if the document is a v2 null or cannot be understood
     */
    public FillValue(JsonValue document, byte @Nullable [] littleEndian) {
        this.document = document;
        this.littleEndian = littleEndian == null ? null : littleEndian.clone();
    }

    public JsonValue document() {
        return document;
    }

    /** Whether it is undefined (v2 {@code "fill_value": null}): absent chunks are then read as zero bytes. */
    public boolean isNull() {
        return document == io.rezarr.json.JsonLiteral.NULL;
    }

    /** One element in little-endian bytes; zeros if {@link #isNull}. */
    public byte[] elementOf(DataType type) {
        return littleEndian == null ? new byte[type.elementBytes()] : littleEndian.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FillValue fill
                && document.equals(fill.document)
                && Arrays.equals(littleEndian, fill.littleEndian);
    }

    @Override
    public int hashCode() {
        return document.hashCode();
    }
}
