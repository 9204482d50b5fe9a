package io.rezarr.metadata;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What xarray takes for missing data (CF's {@code _FillValue}): in v2 the fill value of the array, unless it is null; in v3 the
 * attribute {@code _FillValue} alone, floats in it as the base64 of a little-endian float64. A conversion that kept only the
 * fill value would show xarray numbers where there were gaps, or gaps where there were numbers.
 *
 * <p>Concerns the arrays that xarray opens, which have a name for each axis, and (in v3) those without axes.
 *
 * @see <a href="https://docs.xarray.dev/en/stable/internals/zarr-encoding-spec.html">Zarr encoding of xarray</a>
 */
final class MissingValue {
    private static final String ATTRIBUTE = "_FillValue";

    private MissingValue() {}

    /** The converted array with the attribute that says what the v2 fill value said. */
    static V3ArrayMetadata toV3(V2ArrayMetadata v2, V3ArrayMetadata converted) {
        List<@Nullable String> names = v2.dimensionNames();
        JsonValue attribute = names == null || names.contains(null) ? null : attributeOf(v2);
        return attribute == null
                ? converted
                : converted.withAttributes(converted.attributes().with(ATTRIBUTE, attribute));
    }

    private static @Nullable JsonValue attributeOf(V2ArrayMetadata v2) {
        if (v2.fillValue().isNull()) {
            // xarray shows the attribute as it is, in v3 only if its floats are encoded.
            boolean isFloat = v2.dataType().kind() == DataType.Kind.FLOAT;
            return isFloat && v2.attributes().member(ATTRIBUTE) instanceof JsonNumber plain
                    ? encoded(Double.parseDouble(plain.text()))
                    : null;
        }
        byte[] element = v2.fillValue().elementOf(v2.dataType());
        return switch (v2.dataType().kind()) {
            case BOOL, INT, UINT -> new FillWriter(ZarrFormat.V3).write(v2.elementType(), element);
            case FLOAT -> encoded(v2.dataType(), element);
            case COMPLEX -> {
                int half = element.length / 2;
                JsonValue real = encoded(v2.dataType(), Arrays.copyOf(element, half));
                JsonValue imaginary = encoded(v2.dataType(), Arrays.copyOfRange(element, half, element.length));
                yield real == null || imaginary == null ? null : new JsonArray(List.of(real, imaginary));
            }
            // Those that xarray cannot read from the attribute.
            case DATETIME, TIMEDELTA, BYTES, UNICODE, RAW, STRUCT, VARIABLE, UNKNOWN -> null;
        };
    }

    private static @Nullable JsonValue encoded(DataType type, byte[] element) {
        FloatFormat format = FloatFormat.of(type.name());
        return format == null ? null : encoded(format.valueOf(FillWriter.bits(element)));
    }

    private static JsonString encoded(double value) {
        byte[] bytes = ByteBuffer.allocate(Double.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(value)
                .array();
        return new JsonString(Base64.getEncoder().encodeToString(bytes));
    }

    /**
     * The converted array with the fill value that says what the v3 attribute said: null without one. An attribute that is not
     * understood stays, and so does the fill value.
     */
    static V2ArrayMetadata toV2(V3ArrayMetadata v3, V2ArrayMetadata converted) {
        if (!isOpened(v3) || !isMasked(v3.dataType().kind())) {
            return converted;
        }
        JsonValue attribute = v3.attributes().member(ATTRIBUTE);
        if (attribute == null) {
            return converted.withFillValue(JsonLiteral.NULL);
        }
        V2ArrayMetadata filled = withFill(converted, decoded(v3.dataType().kind(), attribute));
        return filled == null
                ? converted
                : filled.withAttributes(filled.attributes().without(ATTRIBUTE));
    }

    /** The old spelling stays if it says the same; {@code null} if the value is none of the type. */
    private static @Nullable V2ArrayMetadata withFill(V2ArrayMetadata v2, @Nullable JsonValue fill) {
        if (fill == null) {
            return null;
        }
        try {
            V2ArrayMetadata filled = v2.withFillValue(fill);
            return isSame(filled.fillValue(), v2.fillValue(), v2.dataType()) ? v2 : filled;
        } catch (InvalidMetadataException outOfRange) {
            return null;
        }
    }

    private static boolean isSame(FillValue a, FillValue b, DataType type) {
        return !a.isNull() && !b.isNull() && Arrays.equals(a.elementOf(type), b.elementOf(type));
    }

    /** Whether xarray takes the same for missing in both. */
    static boolean isSame(V2ArrayMetadata v2, V3ArrayMetadata v3) {
        if (!isOpened(v3) || !isMasked(v3.dataType().kind())) {
            return false;
        }
        JsonValue attribute = v3.attributes().member(ATTRIBUTE);
        if (attribute == null || v2.fillValue().isNull()) {
            return attribute == null && v2.fillValue().isNull();
        }
        V2ArrayMetadata filled = withFill(v2, decoded(v3.dataType().kind(), attribute));
        return filled != null && isSame(filled.fillValue(), v2.fillValue(), v2.dataType());
    }

    private static boolean isOpened(V3ArrayMetadata v3) {
        List<@Nullable String> names = v3.dimensionNames();
        return names == null ? v3.shape().rank() == 0 : !names.contains(null);
    }

    private static boolean isMasked(DataType.Kind kind) {
        return kind != DataType.Kind.RAW && kind != DataType.Kind.STRUCT && kind != DataType.Kind.UNKNOWN;
    }

    private static @Nullable JsonValue decoded(DataType.Kind kind, JsonValue attribute) {
        return switch (kind) {
            case BOOL -> attribute instanceof JsonLiteral ? attribute : null;
            case INT, UINT -> attribute instanceof JsonNumber ? attribute : null;
            case FLOAT -> decodedFloat(attribute);
            case COMPLEX -> {
                if (!(attribute instanceof JsonArray parts) || parts.items().size() != 2) {
                    yield null;
                }
                JsonValue real = decodedFloat(parts.items().get(0));
                JsonValue imaginary = decodedFloat(parts.items().get(1));
                yield real == null || imaginary == null ? null : new JsonArray(List.of(real, imaginary));
            }
            case DATETIME, TIMEDELTA, BYTES, UNICODE, RAW, STRUCT, VARIABLE, UNKNOWN -> null;
        };
    }

    private static @Nullable JsonValue decodedFloat(JsonValue attribute) {
        byte[] bytes;
        try {
            bytes = attribute instanceof JsonString text ? Base64.getDecoder().decode(text.value()) : new byte[0];
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
        if (bytes.length != Double.BYTES) {
            return null;
        }
        double value = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getDouble();
        if (Double.isNaN(value)) {
            return new JsonString("NaN");
        }
        return Double.isInfinite(value)
                ? new JsonString(value > 0 ? "Infinity" : "-Infinity")
                : new JsonNumber(Double.toString(value).replace('E', 'e'));
    }
}
