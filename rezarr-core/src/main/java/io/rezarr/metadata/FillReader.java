package io.rezarr.metadata;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a fill value as the little-endian bytes of one element, of which trailing zeros may be missing.
 *
 * <p>Where the specifications are silent it reads what zarr-python does: whole numbers written as floats or strings, 0 for
 * strings and structs.
 */
final class FillReader {
    private static final byte[] ZERO = {};
    private static final BigInteger NAT = BigInteger.valueOf(Long.MIN_VALUE);
    /** Longer numbers are refused: their value could take any amount of memory. */
    private static final int MAX_NUMBER_CHARACTERS = 500;

    /** Structs are put together in memory. */
    private static final int MAX_STRUCT_BYTES = 1 << 24;

    private FillReader() {}

    /** @return {@code null} if the value cannot be understood without knowing more of the type */
    static byte @Nullable [] read(JsonPlace place, ElementType type) {
        if (type instanceof ElementType.Struct struct) {
            return struct(place, struct);
        }
        if (type instanceof ElementType.Repeated repeated) {
            return repeated(place, repeated);
        }
        ElementType.Scalar scalar = (ElementType.Scalar) type;
        return switch (scalar.kind()) {
            case BOOL -> bool(place);
            case INT -> integer(place, scalar, true);
            case UINT -> integer(place, scalar, false);
            case DATETIME, TIMEDELTA -> time(place, scalar);
            case FLOAT -> floating(place, scalar);
            case COMPLEX -> complex(place, scalar);
            case BYTES, RAW -> bytes(place, scalar);
            case UNICODE -> unicode(place, scalar);
            case STRUCT, VARIABLE, UNKNOWN -> null;
        };
    }

    private static byte[] bool(JsonPlace place) {
        if (place.value() instanceof JsonLiteral literal && literal != JsonLiteral.NULL) {
            return new byte[] {(byte) (literal == JsonLiteral.TRUE ? 1 : 0)};
        }
        if (place.value() instanceof JsonNumber) {
            return new byte[] {(byte) place.integer(0, 1)};
        }
        throw place.invalid("true or false");
    }

    private static byte[] integer(JsonPlace place, ElementType.Scalar type, boolean signed) {
        int bits = bitsOf(type);
        BigInteger min = signed ? BigInteger.ONE.shiftLeft(bits - 1).negate() : BigInteger.ZERO;
        BigInteger max = BigInteger.ONE.shiftLeft(signed ? bits - 1 : bits).subtract(BigInteger.ONE);
        String expected = "a whole number from " + min + " to " + max + " for " + type.name();
        BigInteger value = wholeNumber(place);
        if (value == null || value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw place.invalid(expected);
        }
        return littleEndian(value.longValue(), type.bytes());
    }

    /** int4 has four bits although its elements take a byte. */
    private static int bitsOf(ElementType.Scalar type) {
        return Integer.parseInt(type.name().substring(type.kind() == DataType.Kind.INT ? 3 : 4));
    }

    private static byte[] time(JsonPlace place, ElementType.Scalar type) {
        // A string other than NaT would be a date to NumPy: "2000" is a year.
        boolean text = place.value() instanceof JsonString;
        boolean nat =
                place.value() instanceof JsonString string && string.value().equals("NaT");
        BigInteger value = nat ? NAT : text ? null : wholeNumber(place);
        if (value == null || value.bitLength() > 63) {
            throw place.invalid("a whole number of 64 bits or \"NaT\" for " + type.name());
        }
        return littleEndian(value.longValue(), Long.BYTES);
    }

    /** The value of {@code 3}, {@code 3.0} or {@code "3"}; {@code null} if it is none. */
    private static @Nullable BigInteger wholeNumber(JsonPlace place) {
        String text = place.value() instanceof JsonNumber number
                ? number.text()
                : place.value() instanceof JsonString string && string.value().matches("[+-]?[0-9]+")
                        ? string.value()
                        : "";
        if (text.isEmpty() || text.length() > MAX_NUMBER_CHARACTERS || text.contains("N") || text.contains("I")) {
            return null;
        }
        try {
            BigDecimal value = new BigDecimal(text);
            boolean small = value.signum() == 0 || value.precision() - (long) value.scale() <= 20;
            return small && value.scale() <= MAX_NUMBER_CHARACTERS ? value.toBigIntegerExact() : null;
        } catch (ArithmeticException | NumberFormatException e) {
            return null; // a fraction, or an exponent beyond all types: the caller says what it should be
        }
    }

    private static byte @Nullable [] floating(JsonPlace place, ElementType.Scalar type) {
        FloatFormat format = FloatFormat.of(type.name());
        if (format != null) {
            return littleEndian(floatBits(place, type, format), type.bytes());
        }
        if (place.value() instanceof JsonString text && isHex(text.value(), type.bytes())) {
            return littleEndian(Long.parseUnsignedLong(text.value().substring(2), 16), type.bytes());
        }
        SmallFloat small = SmallFloat.of(type.name());
        int bits = small == null ? -1 : smallBits(place, small);
        return bits < 0 ? null : new byte[] {(byte) bits};
    }

    /** -1 if it is none of the numbers of that type. */
    private static int smallBits(JsonPlace place, SmallFloat format) {
        if (place.value() instanceof JsonNumber number) {
            return format.bitsOf(Double.parseDouble(number.text().equals("-0") ? "0" : number.text()));
        }
        return switch (place.value() instanceof JsonString string ? string.value() : "") {
            case "NaN" -> format.nan();
            case "Infinity" -> format.infinity();
            case "-Infinity" -> format.negative(format.infinity());
            default -> -1;
        };
    }

    private static byte[] complex(JsonPlace place, ElementType.Scalar type) {
        FloatFormat format = FloatFormat.of(type.name());
        if (format == null) {
            throw new IllegalArgumentException(type.name() + " has parts of no known format");
        }
        byte[] element = new byte[type.bytes()];
        if (place.value() instanceof JsonArray parts && parts.items().size() == 2) {
            put(element, 0, floatBits(place.item(0), type, format), format.bytes);
            put(element, format.bytes, floatBits(place.item(1), type, format), format.bytes);
            return element;
        }
        if (place.value() instanceof JsonNumber) {
            put(element, 0, floatBits(place, type, format), format.bytes);
            return element;
        }
        throw place.invalid("[real, imaginary] for " + type.name());
    }

    private static long floatBits(JsonPlace place, ElementType.Scalar type, FloatFormat format) {
        String text = place.value() instanceof JsonNumber number
                ? number.text()
                : place.value() instanceof JsonString string ? string.value() : "";
        if (isHex(text, format.bytes)) {
            return Long.parseUnsignedLong(text.substring(2), 16);
        }
        return switch (text) {
            case "NaN" -> format.canonicalNan;
            case "Infinity" -> format.infinity;
            case "-Infinity" -> format.negative(format.infinity);
            case "-0" -> 0; // a whole number to Python, which has no negative zero among those
            default -> {
                if (!text.matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?")) {
                    throw place.invalid("a number, \"NaN\", \"Infinity\", \"-Infinity\" or \"0x\" with "
                            + 2 * format.bytes + " hexadecimal digits for " + type.name());
                }
                yield format.bitsOf(Double.parseDouble(text));
            }
        };
    }

    private static boolean isHex(String text, int bytes) {
        return text.length() == 2 + 2 * bytes && text.matches("0x[0-9a-fA-F]+");
    }

    private static byte[] bytes(JsonPlace place, ElementType.Scalar type) {
        byte[] found =
                isZero(place) ? ZERO : place.value() instanceof JsonArray ? byteList(place) : base64(place, type);
        if (found.length > type.bytes()) {
            throw place.invalid("at most " + type.bytes() + " bytes for " + type.name() + ", found " + found.length);
        }
        return found;
    }

    private static boolean isZero(JsonPlace place) {
        return place.value() instanceof JsonNumber number && number.text().equals("0");
    }

    private static byte[] byteList(JsonPlace place) {
        List<?> items = place.array().items();
        byte[] bytes = new byte[items.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) place.item(i).integer(0, 255);
        }
        return bytes;
    }

    private static byte[] base64(JsonPlace place, ElementType type) {
        String expected = "bytes in base64 for " + type.name();
        try {
            return Base64.getDecoder().decode(place.string(expected));
        } catch (IllegalArgumentException e) {
            throw place.invalid(expected, e);
        }
    }

    private static byte[] unicode(JsonPlace place, ElementType.Scalar type) {
        if (isZero(place)) {
            return ZERO;
        }
        int[] codePoints =
                place.string("a string for " + type.name()).codePoints().toArray();
        if (4L * codePoints.length > type.bytes()) {
            throw place.invalid(
                    "at most " + type.bytes() / 4 + " characters for " + type.name() + ", found " + codePoints.length);
        }
        byte[] element = new byte[4 * codePoints.length];
        for (int i = 0; i < codePoints.length; i++) {
            put(element, 4 * i, codePoints[i], 4);
        }
        return element;
    }

    private static byte @Nullable [] struct(JsonPlace place, ElementType.Struct type) {
        if (isZero(place)) {
            return ZERO;
        }
        if (place.value() instanceof JsonString) {
            return packed(place, type);
        }
        boolean list = place.value() instanceof JsonArray items
                && items.items().size() == type.fields().size();
        if (!list && !(place.value() instanceof JsonObject)) {
            throw place.invalid("the packed fields in base64, or an object with a value for each field");
        }
        checkSize(place, type);
        byte[] element = new byte[type.bytes()];
        for (int i = 0; i < type.fields().size(); i++) {
            ElementType.Field field = type.fields().get(i);
            JsonPlace at = list ? place.item(i) : place.member(field.name());
            byte[] part = read(at, field.type());
            if (part == null) {
                return null;
            }
            System.arraycopy(part, 0, element, field.offset(), part.length);
        }
        return element;
    }

    /** In the byte order in which the fields are declared, which v3 has not: there it is little-endian. */
    private static byte[] packed(JsonPlace place, ElementType.Struct type) {
        byte[] element = base64(place, type);
        if (element.length != type.bytes()) {
            throw place.invalid(type.bytes() + " bytes in base64 for " + type.name() + ", found " + element.length);
        }
        for (ByteRun run : type.bigEndianRuns()) {
            reverse(element, run);
        }
        return element;
    }

    /** Turns the byte order of each number of a run. */
    static void reverse(byte[] element, ByteRun run) {
        for (int number = 0; number < run.count(); number++) {
            int start = run.offset() + number * run.width();
            for (int i = start, j = start + run.width() - 1; i < j; i++, j--) {
                byte swap = element[i];
                element[i] = element[j];
                element[j] = swap;
            }
        }
    }

    private static byte @Nullable [] repeated(JsonPlace place, ElementType.Repeated type) {
        if (isZero(place)) {
            return ZERO;
        }
        List<?> items = place.array().items();
        if (items.size() != type.count()) {
            throw place.invalid("a list of " + type.count() + " values for " + type.name());
        }
        ByteArrayOutputStream element = new ByteArrayOutputStream();
        for (int i = 0; i < items.size(); i++) {
            byte[] item = read(place.item(i), type.item());
            if (item == null) {
                return null;
            }
            element.writeBytes(Arrays.copyOf(item, type.item().bytes()));
        }
        return element.toByteArray();
    }

    private static void checkSize(JsonPlace place, ElementType type) {
        if (type.bytes() > MAX_STRUCT_BYTES) {
            throw place.unsupported(
                    "a fill value of " + type.bytes() + " bytes", "Supported are " + MAX_STRUCT_BYTES + " bytes.");
        }
    }

    private static byte[] littleEndian(long bits, int bytes) {
        byte[] element = new byte[bytes];
        put(element, 0, bits, bytes);
        return element;
    }

    private static void put(byte[] element, int offset, long bits, int bytes) {
        for (int i = 0; i < bytes; i++) {
            element[offset + i] = (byte) (bits >>> (8 * i));
        }
    }
}
