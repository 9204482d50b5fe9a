package io.rezarr.codec.filter;

import io.rezarr.codec.CodecConfiguration;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.ByteRun;
import io.rezarr.metadata.DataType;
import io.rezarr.metadata.FloatFormat;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Real numbers as NumPy has them in memory: booleans, integers and floats of 1 to 8 bytes. Converts as NumPy does, where that is defined: integers
 * wrap around, floats are rounded to the nearest, and lose their fraction on the way to integers.
 */
record NumberType(DataType.Kind kind, int bytes, boolean bigEndian) {
    private static final Pattern CODE = Pattern.compile("([<>|=]?)([biuf])([1248])");
    private static final Pattern NAME = Pattern.compile("(bool|int|uint|float)(8|16|32|64)?");
    private static final VarHandle SHORTS_LE =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS_LE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /**
     * The type that a member of a configuration names, as {@code <i4} or {@code int32}.
     *
     * @param absent if there is no such member; {@code null} if it must be there
     */
    static NumberType of(CodecConfiguration configuration, String member, @Nullable NumberType absent) {
        JsonValue value = configuration.member(member);
        if (value == null || value == JsonLiteral.NULL) {
            if (absent == null) {
                throw configuration.wrong(member, "a type such as '<i4'", value);
            }
            return absent;
        }
        NumberType type = value instanceof JsonString text ? parse(text.value()) : null;
        if (type == null) {
            throw configuration.wrong(member, "a boolean, integer or float type such as '<i4'", value);
        }
        return type;
    }

    private static @Nullable NumberType parse(String text) {
        Matcher code = CODE.matcher(text);
        if (code.matches()) {
            return of(
                    code.group(2),
                    Integer.parseInt(code.group(3)),
                    code.group(1).equals(">"));
        }
        Matcher name = NAME.matcher(text);
        if (!name.matches()) {
            return null;
        }
        boolean isBool = name.group(1).equals("bool");
        if (isBool != (name.group(2) == null)) {
            return null;
        }
        return of(name.group(1).substring(0, 1), isBool ? 1 : Integer.parseInt(name.group(2)) / 8, false);
    }

    private static @Nullable NumberType of(String letter, int bytes, boolean bigEndian) {
        DataType.Kind kind = switch (letter) {
            case "b" -> DataType.Kind.BOOL;
            case "i" -> DataType.Kind.INT;
            case "u" -> DataType.Kind.UINT;
            default -> DataType.Kind.FLOAT;
        };
        boolean exists = switch (kind) {
            case BOOL -> bytes == 1;
            case FLOAT -> bytes > 1;
            default -> true;
        };
        return exists ? new NumberType(kind, bytes, bigEndian && bytes > 1) : null;
    }

    /** The type of an array's elements, little-endian; {@code null} if they are no such numbers. */
    static @Nullable NumberType of(DataType type) {
        NumberType number = parse(type.name());
        return number != null && number.bytes == type.elementBytes() ? number : null;
    }

    DataType toDataType() {
        List<ByteRun> numbers = bytes > 1 ? List.of(new ByteRun(0, bytes, 1)) : List.of();
        return new DataType(name(), kind, bytes, numbers);
    }

    private String name() {
        return switch (kind) {
            case BOOL -> "bool";
            case INT -> "int" + 8 * bytes;
            case UINT -> "uint" + 8 * bytes;
            default -> "float" + 8 * bytes;
        };
    }

    boolean isFloat() {
        return kind == DataType.Kind.FLOAT;
    }

    boolean isBool() {
        return kind == DataType.Kind.BOOL;
    }

    private boolean isUnsignedLong() {
        return kind == DataType.Kind.UINT && bytes == 8;
    }

    /** The bits of a number, without those of others; the lowest first. */
    long bits(byte[] from, int at) {
        return switch (bytes) {
            case 1 -> from[at] & 0xFFL;
            case 2 -> {
                short value = (short) SHORTS_LE.get(from, at);
                yield (bigEndian ? Short.reverseBytes(value) : value) & 0xFFFFL;
            }
            case 4 -> {
                int value = (int) INTS_LE.get(from, at);
                yield (bigEndian ? Integer.reverseBytes(value) : value) & 0xFFFF_FFFFL;
            }
            default -> {
                long value = (long) LONGS_LE.get(from, at);
                yield bigEndian ? Long.reverseBytes(value) : value;
            }
        };
    }

    /** Stores the lowest bits. */
    void putBits(long bits, byte[] to, int at) {
        switch (bytes) {
            case 1 -> to[at] = (byte) bits;
            case 2 -> SHORTS_LE.set(to, at, bigEndian ? Short.reverseBytes((short) bits) : (short) bits);
            case 4 -> INTS_LE.set(to, at, bigEndian ? Integer.reverseBytes((int) bits) : (int) bits);
            default -> LONGS_LE.set(to, at, bigEndian ? Long.reverseBytes(bits) : bits);
        }
    }

    /** An integer, modulo 2^64 where it is an unsigned one of 8 bytes. */
    long integer(byte[] from, int at) {
        return integerOf(bits(from, at));
    }

    private long integerOf(long bits) {
        int unused = 64 - 8 * bytes;
        return switch (kind) {
            case BOOL -> bits == 0 ? 0 : 1;
            case INT -> bits << unused >> unused;
            default -> bits;
        };
    }

    /** As {@link #integer}, of what remains of a number when it is stored in this type. */
    long wrapped(long integer) {
        int unused = 64 - 8 * bytes;
        return integerOf(integer << unused >>> unused);
    }

    /** The number, or the nearest float64. */
    double real(byte[] from, int at) {
        long bits = bits(from, at);
        if (!isFloat()) {
            return realOf(integerOf(bits));
        }
        boolean isHalfNan = bytes == 2 && (bits & 0x7FFF) > 0x7C00;
        return isHalfNan
                ? Double.longBitsToDouble((bits & 0x8000) << 48 | 0x7FFL << 52 | (bits & 0x3FF) << 42)
                : format().valueOf(bits);
    }

    /** An integer of this type as the nearest float64. */
    double realOf(long integer) {
        // The lowest bit keeps what is cut off from being rounded wrongly.
        return isUnsignedLong() && integer < 0 ? 2.0 * ((integer >>> 1) | (integer & 1)) : integer;
    }

    /** The nearest number of this float type. */
    double rounded(double value) {
        return switch (bytes) {
            case 8 -> value;
            case 4 -> (float) value;
            default -> Double.isNaN(value) ? value : format().valueOf(format().bitsOf(value));
        };
    }

    /** Stores the nearest number of this float type. */
    void putReal(double value, byte[] to, int at) {
        putBits(Double.isNaN(value) ? nanBits(value) : format().bitsOf(value), to, at);
    }

    /** Sign and highest bits of what a NaN carries stay. */
    private long nanBits(double nan) {
        long bits = Double.doubleToRawLongBits(nan);
        return switch (bytes) {
            case 8 -> bits;
            case 4 -> Float.floatToRawIntBits((float) nan);
            default -> {
                long payload = bits >>> 42 & 0x3FF;
                yield (bits >>> 48 & 0x8000) | 0x7C00 | (payload == 0 ? 1 : payload);
            }
        };
    }

    private FloatFormat format() {
        return switch (bytes) {
            case 2 -> FloatFormat.FLOAT16;
            case 4 -> FloatFormat.FLOAT32;
            default -> FloatFormat.FLOAT64;
        };
    }

    /**
     * Stores a number of another type in this one.
     *
     * @return whether that is defined: a float that no integer of this type is near has no such number
     */
    boolean convert(NumberType other, byte[] from, int at, byte[] to, int target) {
        if (kind == other.kind && bytes == other.bytes) {
            putBits(other.bits(from, at), to, target);
        } else if (isBool()) {
            to[target] = (byte) (other.real(from, at) == 0 ? 0 : 1);
        } else if (isFloat()) {
            convertToFloat(other, from, at, to, target);
        } else if (other.isFloat()) {
            return putTruncated(other.real(from, at), to, target);
        } else {
            putBits(other.integer(from, at), to, target);
        }
        return true;
    }

    private void convertToFloat(NumberType other, byte[] from, int at, byte[] to, int target) {
        if (bytes == 4 && !other.isFloat() && !other.isUnsignedLong()) {
            putBits(Float.floatToRawIntBits((float) other.integer(from, at)), to, target); // rounded once
        } else if (bytes == 4 && other.isUnsignedLong()) {
            long integer = other.integer(from, at);
            float value = integer < 0 ? 2f * ((integer >>> 1) | (integer & 1)) : integer;
            putBits(Float.floatToRawIntBits(value), to, target);
        } else {
            putReal(other.real(from, at), to, target);
        }
    }

    /** Stores a number without its fraction; {@code false} if it is none of this integer type. */
    boolean putTruncated(double value, byte[] to, int target) {
        double whole = value < 0 ? Math.ceil(value) : Math.floor(value);
        double least = kind == DataType.Kind.INT ? -Math.scalb(1.0, 8 * bytes - 1) : 0;
        double above = Math.scalb(1.0, kind == DataType.Kind.INT ? 8 * bytes - 1 : 8 * bytes);
        boolean fits = whole >= least && whole < above; // false for NaN
        long integer = whole >= 0x1p63 ? (long) (whole - 0x1p63) + Long.MIN_VALUE : (long) whole;
        putBits(fits ? integer : 0, to, target);
        return fits;
    }

    /** For v3, where the bytes codec says in which order they are stored, and filters see them little-endian. */
    void requireLittleEndian(String codec) {
        if (bigEndian) {
            throw new UnsupportedFeatureException("Codec '" + codec + "' has the big-endian type '>"
                    + toDataType().name() + "'. In v3 elements are little-endian before they reach the codec 'bytes',"
                    + " and readers disagree on what others mean. Its chunks can only be moved as they are.");
        }
    }
}
