package io.rezarr.metadata;

import io.rezarr.json.Json;
import io.rezarr.json.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Elements as people read them, with their bits: {@code 3.5 (0x40600000)}, {@code "né" (0x...)}, {@code {a: 1 (0x0001), ...}}. */
public final class ElementText {
    /** More bytes than these are cut off. */
    private static final int SHOWN_BYTES = 32;

    private static final FillWriter SPELLING = new FillWriter(ZarrFormat.V3);

    private ElementText() {}

    /**
     * One element of an array, the fields of a struct each.
     *
     * @param littleEndian the bytes of the element, all numbers in it little-endian
     */
    public static String describe(ArrayMetadata array, byte[] littleEndian) {
        ElementType type =
                array instanceof V2ArrayMetadata v2 ? v2.elementType() : ((V3ArrayMetadata) array).elementType();
        return describe(type, littleEndian);
    }

    /** One element of a type; a struct, whose fields only the metadata of an array know, as bytes. */
    public static String describe(DataType type, byte[] littleEndian) {
        return switch (type.kind()) {
            case STRUCT, UNKNOWN, VARIABLE -> hex(littleEndian);
            default ->
                describe(new ElementType.Scalar(type.name(), type.kind(), type.elementBytes(), 0, false), littleEndian);
        };
    }

    private static String describe(ElementType type, byte[] element) {
        if (type instanceof ElementType.Struct struct) {
            return fields(struct, element);
        }
        if (type.name().equals("string") && type.kind() == DataType.Kind.VARIABLE) {
            return text(element);
        }
        if (type instanceof ElementType.Repeated || type.bytes() == 0) {
            return hex(element);
        }
        return switch (type.kind()) {
            case BYTES -> printable(FillWriter.withoutTrailingZeros(element)) + " (" + hex(element) + ")";
            case RAW -> hex(element);
            case DATETIME, TIMEDELTA -> time((ElementType.Scalar) type, element) + " (" + number(element) + ")";
            case UNICODE -> Json.excerpt(SPELLING.write(type, element)) + " (" + hex(element) + ")";
            case COMPLEX ->
                Json.toString(SPELLING.write(type, element)).replace("\"", "") + " (" + parts(element) + ")";
            default -> Json.toString(SPELLING.write(type, element)).replace("\"", "") + " (" + number(element) + ")";
        };
    }

    /** Of text in UTF-8 as much as is shown of bytes; what is no UTF-8 shows in its bits. */
    private static String text(byte[] utf8) {
        int shown = Math.min(utf8.length, SHOWN_BYTES);
        return Json.excerpt(new JsonString(new String(utf8, 0, shown, StandardCharsets.UTF_8)))
                + (shown < utf8.length ? "..." : "") + " (" + hex(utf8) + ")";
    }

    private static String fields(ElementType.Struct struct, byte[] element) {
        List<String> fields = new ArrayList<>();
        for (ElementType.Field field : struct.fields()) {
            byte[] part = Arrays.copyOfRange(
                    element, field.offset(), field.offset() + field.type().bytes());
            fields.add(field.name() + ": " + describe(field.type(), part));
        }
        return "{" + String.join(", ", fields) + "}";
    }

    private static String time(ElementType.Scalar type, byte[] element) {
        long value = FillWriter.signed(element);
        if (value == Long.MIN_VALUE) {
            return "NaT";
        }
        return type.timeStep().isEmpty() ? Long.toString(value) : value + " x " + type.timeStep();
    }

    private static String parts(byte[] complex) {
        int half = complex.length / 2;
        return number(Arrays.copyOf(complex, half)) + ", " + number(Arrays.copyOfRange(complex, half, 2 * half));
    }

    /** The bits of a number, most significant first. */
    private static String number(byte[] littleEndian) {
        byte[] bigEndian = new byte[littleEndian.length];
        for (int i = 0; i < bigEndian.length; i++) {
            bigEndian[i] = littleEndian[bigEndian.length - 1 - i];
        }
        return hex(bigEndian);
    }

    private static String hex(byte[] bytes) {
        int shown = Math.min(bytes.length, SHOWN_BYTES);
        return "0x" + HexFormat.of().formatHex(bytes, 0, shown) + (shown < bytes.length ? "..." : "");
    }

    private static String printable(byte[] bytes) {
        StringBuilder text = new StringBuilder("'");
        for (int i = 0; i < Math.min(bytes.length, SHOWN_BYTES); i++) {
            boolean plain = bytes[i] >= ' ' && bytes[i] <= '~';
            text.append(plain ? String.valueOf((char) bytes[i]) : "\\x%02x".formatted(bytes[i]));
        }
        return text + (bytes.length > SHOWN_BYTES ? "...'" : "'");
    }
}
