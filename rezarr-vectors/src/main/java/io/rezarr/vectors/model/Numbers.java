package io.rezarr.vectors.model;

import io.rezarr.metadata.ByteRun;
import io.rezarr.metadata.DataType;
import io.rezarr.metadata.DataType.Kind;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The data types that array families have, by the names that their attributes use (those of NumPy and Zarr v3). */
public final class Numbers {
    private static final Map<String, DataType> TYPES = types();

    private Numbers() {}

    private static Map<String, DataType> types() {
        Map<String, DataType> types = new TreeMap<>();
        put(types, "bool", Kind.BOOL, 1);
        for (int bytes = 1; bytes <= 8; bytes *= 2) {
            put(types, "int" + 8 * bytes, Kind.INT, bytes);
            put(types, "uint" + 8 * bytes, Kind.UINT, bytes);
        }
        for (int bytes = 2; bytes <= 8; bytes *= 2) {
            put(types, "float" + 8 * bytes, Kind.FLOAT, bytes);
        }
        return types;
    }

    private static void put(Map<String, DataType> types, String name, Kind kind, int bytes) {
        List<ByteRun> numbers = bytes == 1 ? List.of() : List.of(new ByteRun(0, bytes, 1));
        types.put(name, new DataType(name, kind, bytes, numbers));
    }

    /** The type of that name; {@code null} if it is none of booleans, integers to 64 bits and floats to 64 bits. */
    public static @Nullable DataType type(String name) {
        return TYPES.get(name);
    }

    /** {@code bool, float16, ...}, for messages. */
    public static String names() {
        return String.join(", ", TYPES.keySet());
    }

    /** One little-endian integer (or boolean) as a long; unsigned 64-bit ones as their bits. */
    public static long asLong(DataType type, ByteBuffer bytes, int at) {
        boolean unsigned = type.kind() != Kind.INT;
        return switch (type.elementBytes()) {
            case 1 -> unsigned ? Byte.toUnsignedLong(bytes.get(at)) : bytes.get(at);
            case 2 -> unsigned ? Short.toUnsignedLong(bytes.getShort(at)) : bytes.getShort(at);
            case 4 -> unsigned ? Integer.toUnsignedLong(bytes.getInt(at)) : bytes.getInt(at);
            default -> bytes.getLong(at);
        };
    }

    /** One little-endian number as a double. */
    public static double asDouble(DataType type, ByteBuffer bytes, int at) {
        if (type.kind() == Kind.FLOAT) {
            return switch (type.elementBytes()) {
                case 2 -> halfToDouble(bytes.getShort(at));
                case 4 -> bytes.getFloat(at);
                default -> bytes.getDouble(at);
            };
        }
        long integer = asLong(type, bytes, at);
        boolean beyondLong = integer < 0 && type.kind() == Kind.UINT;
        return beyondLong ? (integer >>> 1) * 2.0 : integer;
    }

    private static double halfToDouble(short bits) {
        int exponent = (bits >> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        double magnitude = exponent == 0
                ? Math.scalb((double) fraction, -24)
                : exponent == 0x1f
                        ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
                        : Math.scalb(1024.0 + fraction, exponent - 25);
        return bits < 0 ? -magnitude : magnitude;
    }
}
