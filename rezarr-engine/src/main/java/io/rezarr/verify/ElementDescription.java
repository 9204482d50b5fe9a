package io.rezarr.verify;

import io.rezarr.metadata.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** Elements for people: the value where its kind is simple, and the bits always. */
final class ElementDescription {
    private ElementDescription() {}

    /** @param littleEndian one element */
    static String of(DataType type, byte[] littleEndian) {
        String bits = "0x" + HexFormat.of().formatHex(reversed(littleEndian));
        ByteBuffer bytes = ByteBuffer.wrap(littleEndian).order(ByteOrder.LITTLE_ENDIAN);
        String value = switch (type.kind()) {
            case INT, DATETIME, TIMEDELTA -> integer(bytes, true);
            case UINT -> integer(bytes, false);
            case FLOAT -> floating(bytes);
            case BOOL -> littleEndian[0] == 0 ? "false" : "true";
            default -> "";
        };
        return value.isEmpty() ? "0x" + HexFormat.of().formatHex(littleEndian) : value + " (" + bits + ")";
    }

    private static String integer(ByteBuffer bytes, boolean isSigned) {
        return switch (bytes.remaining()) {
            case 1 -> Integer.toString(isSigned ? bytes.get(0) : bytes.get(0) & 0xff);
            case 2 -> Integer.toString(isSigned ? bytes.getShort(0) : bytes.getShort(0) & 0xffff);
            case 4 -> isSigned ? Integer.toString(bytes.getInt(0)) : Integer.toUnsignedString(bytes.getInt(0));
            case 8 -> isSigned ? Long.toString(bytes.getLong(0)) : Long.toUnsignedString(bytes.getLong(0));
            default -> "";
        };
    }

    private static String floating(ByteBuffer bytes) {
        return switch (bytes.remaining()) {
            case 4 -> Float.toString(bytes.getFloat(0));
            case 8 -> Double.toString(bytes.getDouble(0));
            default -> "";
        };
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }
}
