package io.rezarr.metadata;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonLiteral;
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
    /** A few bytes of metadata can declare elements of 2 GiB. */
    private static final int MAX_ELEMENT_BYTES = 1 << 26;

    private final JsonValue document;
    /** Without trailing zeros: an element may be declared as gigabytes of them. */
    private final byte @Nullable [] littleEndian;

    /**
     * @param document as the metadata has it
     * @param littleEndian one element, trailing zeros may be left out; {@code null} if the document is a v2 null or cannot be
     *     understood
     */
    public FillValue(JsonValue document, byte @Nullable [] littleEndian) {
        this.document = document;
        this.littleEndian = littleEndian == null ? null : withoutTrailingZeros(littleEndian);
    }

    private static byte[] withoutTrailingZeros(byte[] bytes) {
        int length = bytes.length;
        while (length > 0 && bytes[length - 1] == 0) {
            length--;
        }
        return Arrays.copyOf(bytes, length);
    }

    public JsonValue document() {
        return document;
    }

    /** Whether it is undefined (v2 {@code "fill_value": null}): absent chunks are then read as zero bytes. */
    public boolean isNull() {
        return document == JsonLiteral.NULL;
    }

    /** Whether {@link #elementOf} knows the bytes. */
    public boolean isUnderstood() {
        return isNull() || littleEndian != null;
    }

    /**
     * One element in little-endian bytes; zeros if {@link #isNull}, none if the type has no fixed size.
     *
     * @throws UnsupportedFeatureException if the value is not {@linkplain #isUnderstood understood} although the size is fixed, or
     *     an element is larger than 64 MiB
     */
    public byte[] elementOf(DataType type) {
        if (type.elementBytes() > MAX_ELEMENT_BYTES) {
            throw new UnsupportedFeatureException("Data type " + type.name() + " has elements of " + type.elementBytes()
                    + " bytes. Supported are at most " + MAX_ELEMENT_BYTES + " bytes.");
        }
        if (littleEndian != null) {
            return Arrays.copyOf(littleEndian, type.elementBytes());
        }
        if (!isNull() && type.isFixedSize()) {
            throw new UnsupportedFeatureException(
                    "The fill value " + Json.excerpt(document) + " of data type " + type.name()
                            + " is not understood, so absent chunks cannot be read. Supported is its spelling in hexadecimal digits, \"0x...\".");
        }
        return new byte[type.elementBytes()];
    }

    /**
     * The bytes of one item, of a type of variable size; none if {@link #isNull}, or for the 0 that NumCodecs takes for a missing
     * item.
     *
     * @throws InvalidMetadataException if the document is no value of the type
     */
    public byte[] itemOf(DataType type) {
        return ItemFill.bytesOf(document, type);
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

    @Override
    public String toString() {
        return Json.excerpt(document);
    }
}
