package io.rezarr.metadata;

import io.rezarr.error.RefusedException;
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

/** Spells fill values, bit for bit, as zarr-python does in each version. */
final class FillWriter {
    private final ZarrFormat format;

    FillWriter(ZarrFormat format) {
        this.format = format;
    }

    /**
     * @param fill its spelling is kept where both versions have it
     * @param element little-endian
     * @throws RefusedException if the version has no spelling for it
     */
    JsonValue write(FillValue fill, ElementType type, byte[] element) {
        boolean number = fill.document() instanceof JsonNumber text
                && !text.text().endsWith("N")
                && !text.text().endsWith("y");
        if (number && type.kind() == DataType.Kind.FLOAT) {
            return fill.document();
        }
        return write(type, element);
    }

    JsonValue write(ElementType type, byte[] element) {
        return switch (type.kind()) {
            case BOOL -> JsonLiteral.of(element[0] != 0);
            case INT, DATETIME, TIMEDELTA -> JsonNumber.of(signed(element));
            case UINT -> new JsonNumber(Long.toUnsignedString(bits(element)));
            case FLOAT -> floating(type, bits(element));
            case COMPLEX -> complex(type, element);
            case BYTES -> base64(withoutTrailingZeros(element));
            case RAW, STRUCT -> base64(element);
            case UNICODE -> new JsonString(text(element));
            case VARIABLE, UNKNOWN ->
                throw new IllegalArgumentException(type.name() + " has no elements of fixed size");
        };
    }

    private static JsonString base64(byte[] bytes) {
        return new JsonString(Base64.getEncoder().encodeToString(bytes));
    }

    static byte[] withoutTrailingZeros(byte[] bytes) {
        int length = bytes.length;
        while (length > 0 && bytes[length - 1] == 0) {
            length--;
        }
        return Arrays.copyOf(bytes, length);
    }

    static long bits(byte[] littleEndian) {
        long bits = 0;
        for (int i = littleEndian.length - 1; i >= 0; i--) {
            bits = bits << 8 | (littleEndian[i] & 0xFF);
        }
        return bits;
    }

    static long signed(byte[] littleEndian) {
        int unused = 64 - 8 * littleEndian.length;
        return bits(littleEndian) << unused >> unused;
    }

    private JsonArray complex(ElementType type, byte[] element) {
        int half = element.length / 2;
        return new JsonArray(List.of(
                floating(type, bits(Arrays.copyOf(element, half))),
                floating(type, bits(Arrays.copyOfRange(element, half, element.length)))));
    }

    private JsonValue floating(ElementType type, long bits) {
        FloatFormat floats = FloatFormat.of(type.name());
        if (floats == null) {
            return new JsonString("0x%02x".formatted(bits));
        }
        if (floats.isNan(bits)) {
            return nan(floats, bits);
        }
        double value = floats.valueOf(bits);
        if (Double.isInfinite(value)) {
            return new JsonString(value > 0 ? "Infinity" : "-Infinity");
        }
        return new JsonNumber(Double.toString(value).replace('E', 'e'));
    }

    private JsonString nan(FloatFormat floats, long bits) {
        if (bits == floats.canonicalNan) {
            return new JsonString("NaN");
        }
        String hex = ("0x%0" + 2 * floats.bytes + "x").formatted(bits);
        if (format == ZarrFormat.V2) {
            throw new RefusedException(
                    "The fill value " + hex + " is a NaN that v2 has no spelling for: it knows \"NaN\" only,"
                            + " which has other bits. Keep v3, or choose another fill value with --fill-value.");
        }
        return new JsonString(hex);
    }

    static String text(byte[] utf32) {
        ByteBuffer units = ByteBuffer.wrap(utf32).order(ByteOrder.LITTLE_ENDIAN);
        int length = withoutTrailingZeros(utf32).length;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i += 4) {
            int codePoint = units.getInt(i);
            text.appendCodePoint(Character.isValidCodePoint(codePoint) ? codePoint : 0xFFFD);
        }
        return text.toString();
    }
}
