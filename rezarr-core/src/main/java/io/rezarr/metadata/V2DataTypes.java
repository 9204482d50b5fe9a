package io.rezarr.metadata;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.DataType.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The data types of v2: NumPy's array protocol type strings, and lists of fields.
 *
 * @see <a href="https://zarr-specs.readthedocs.io/en/latest/v2/v2.0.html#data-type-encoding">Zarr v2, data type encoding</a>
 */
final class V2DataTypes {
    private static final Pattern TYPE =
            Pattern.compile("([<>|])([a-zA-Z])([0-9]{0,10})(?:\\[([0-9]{0,9})([a-zA-Zμ]+)])?");
    private static final String SUPPORTED =
            "Supported are b1, i1-i8, u1-u8, f2, f4, f8, c8, c16, M8, m8, S, U, V with a byte"
                    + " order of '<', '>' or '|' in front, '|O', and lists of fields.";

    private V2DataTypes() {}

    /** @param variableName what a type of {@code |O} is called, which only its filters tell */
    static ElementType parse(JsonPlace dtype, String variableName) {
        if (dtype.value() instanceof JsonArray) {
            return struct(dtype);
        }
        String text = dtype.string("a type string such as '<f4', or a list of fields");
        if (text.equals("|O")) {
            return new ElementType.Scalar(variableName, Kind.VARIABLE, 0, 0, false);
        }
        return scalar(dtype, text);
    }

    private static ElementType struct(JsonPlace dtype) {
        StructBuilder struct = new StructBuilder(dtype);
        for (int i = 0; i < dtype.array().items().size(); i++) {
            JsonPlace field = dtype.item(i);
            int parts = field.array().items().size();
            if (parts != 2 && parts != 3) {
                throw field.invalid("a field as [name, type] or [name, type, lengths]");
            }
            ElementType type = parse(field.item(1), "object");
            if (type.bytes() == 0) {
                throw field.item(1).unsupported("fields of variable size", "Use fields of fixed size.");
            }
            struct.add(nameOf(field.item(0)), parts == 3 ? repeated(field.item(2), type) : type, field);
        }
        return struct.build();
    }

    /** A name, or NumPy's pair of title and name. */
    private static String nameOf(JsonPlace name) {
        boolean titled = name.value() instanceof JsonArray pair && pair.items().size() == 2;
        return (titled ? name.item(1) : name).string("the name of a field");
    }

    private static ElementType repeated(JsonPlace place, ElementType item) {
        List<Integer> lengths = new ArrayList<>();
        if (place.value() instanceof JsonNumber) {
            lengths.add((int) place.integer(1, Integer.MAX_VALUE));
        } else {
            for (int i = 0; i < place.array().items().size(); i++) {
                lengths.add((int) place.item(i).integer(1, Integer.MAX_VALUE));
            }
        }
        long bytes = item.bytes();
        for (int length : lengths) {
            bytes *= length;
            if (bytes > Integer.MAX_VALUE) {
                throw place.unsupported("elements of more than 2147483647 bytes", "Use smaller elements.");
            }
        }
        return lengths.isEmpty() ? item : new ElementType.Repeated(item, lengths, (int) bytes);
    }

    private static ElementType scalar(JsonPlace dtype, String text) {
        Matcher matcher = TYPE.matcher(text);
        if (!matcher.matches()) {
            throw unknown(dtype);
        }
        char order = matcher.group(1).charAt(0);
        char letter = matcher.group(2).charAt(0);
        long size = matcher.group(3).isEmpty() ? 0 : Long.parseLong(matcher.group(3));
        boolean timed = letter == 'M' || letter == 'm';
        if (matcher.group(5) != null && !timed) {
            throw unknown(dtype);
        }
        String step = matcher.group(5) == null ? "" : timeStep(dtype, matcher.group(4), matcher.group(5));
        ElementType.Scalar type = sized(dtype, letter, size, step, order == '>');
        if (order == '|' && type.width() > 1) {
            throw dtype.invalid("a byte order: '<' or '>' in place of '|'");
        }
        return type;
    }

    private static ElementType.Scalar sized(JsonPlace dtype, char letter, long size, String step, boolean bigEndian) {
        return switch (letter + Long.toString(size)) {
            case "b1" -> new ElementType.Scalar("bool", Kind.BOOL, 1, 0, false);
            case "i1", "i2", "i4", "i8" -> number("int" + 8 * size, Kind.INT, (int) size, (int) size, bigEndian);
            case "u1", "u2", "u4", "u8" -> number("uint" + 8 * size, Kind.UINT, (int) size, (int) size, bigEndian);
            case "f2", "f4", "f8" -> number("float" + 8 * size, Kind.FLOAT, (int) size, (int) size, bigEndian);
            case "c8", "c16" -> number("complex" + 8 * size, Kind.COMPLEX, (int) size, (int) size / 2, bigEndian);
            case "M8" -> number("numpy.datetime64" + step, Kind.DATETIME, 8, 8, bigEndian);
            case "m8" -> number("numpy.timedelta64" + step, Kind.TIMEDELTA, 8, 8, bigEndian);
            default -> text(dtype, letter, size, bigEndian);
        };
    }

    private static ElementType.Scalar number(String name, Kind kind, int bytes, int width, boolean bigEndian) {
        return new ElementType.Scalar(name, kind, bytes, width, bigEndian && width > 1);
    }

    private static ElementType.Scalar text(JsonPlace dtype, char letter, long size, boolean bigEndian) {
        if (letter != 'S' && letter != 'U' && letter != 'V') {
            throw unknown(dtype);
        }
        long bytes = letter == 'U' ? 4 * size : size;
        if (bytes == 0 || bytes > Integer.MAX_VALUE) {
            throw dtype.unsupported("elements of " + bytes + " bytes", "Elements have 1 to 2147483647 bytes.");
        }
        return switch (letter) {
            case 'S' -> new ElementType.Scalar("S" + size, Kind.BYTES, (int) bytes, 0, false);
            case 'U' -> new ElementType.Scalar("U" + size, Kind.UNICODE, (int) bytes, 4, bigEndian);
            default -> new ElementType.Scalar("r" + 8 * bytes, Kind.RAW, (int) bytes, 0, false);
        };
    }

    private static String timeStep(JsonPlace dtype, String scale, String unit) {
        if (!TimeUnits.isKnown(unit)) {
            throw unknown(dtype);
        }
        long factor = scale.isEmpty() ? 1 : Long.parseLong(scale);
        if (factor == 0) {
            throw dtype.invalid("a multiple of the unit of at least 1");
        }
        return TimeUnits.step(factor, unit);
    }

    private static UnsupportedFeatureException unknown(JsonPlace dtype) {
        return dtype.unsupported("an unknown data type, " + Json.excerpt(dtype.required("a type")), SUPPORTED);
    }

    /**
     * The type as v2 writes it, all numbers in one byte order.
     *
     * @return {@code null} if v2 has no such type
     */
    static @Nullable JsonValue write(ElementType type, boolean bigEndian) {
        if (type instanceof ElementType.Struct struct) {
            return fields(struct, bigEndian);
        }
        if (type instanceof ElementType.Repeated) {
            return null; // stands in a field only
        }
        ElementType.Scalar scalar = (ElementType.Scalar) type;
        String code = code(scalar);
        if (code == null) {
            return null;
        }
        String order = scalar.width() <= 1 ? "|" : bigEndian ? ">" : "<";
        return new JsonString(order + code);
    }

    private static @Nullable JsonValue fields(ElementType.Struct struct, boolean bigEndian) {
        List<JsonValue> fields = new ArrayList<>();
        for (ElementType.Field field : struct.fields()) {
            boolean repeated = field.type() instanceof ElementType.Repeated;
            ElementType item = field.type() instanceof ElementType.Repeated r ? r.item() : field.type();
            JsonValue type = write(item, bigEndian);
            if (type == null) {
                return null;
            }
            List<JsonValue> parts = new ArrayList<>(List.of(new JsonString(field.name()), type));
            if (repeated) {
                parts.add(lengths((ElementType.Repeated) field.type()));
            }
            fields.add(new JsonArray(parts));
        }
        return new JsonArray(fields);
    }

    private static JsonArray lengths(ElementType.Repeated type) {
        return JsonArray.ofLongs(
                type.lengths().stream().mapToLong(Integer::longValue).toArray());
    }

    private static @Nullable String code(ElementType.Scalar type) {
        return switch (type.kind()) {
            case BOOL -> "b1";
            case INT -> type.name().equals("int" + 8 * type.bytes()) ? "i" + type.bytes() : null;
            case UINT -> type.name().equals("uint" + 8 * type.bytes()) ? "u" + type.bytes() : null;
            case FLOAT -> type.name().equals("float" + 8 * type.bytes()) ? "f" + type.bytes() : null;
            case COMPLEX ->
                switch (type.name()) {
                    case "complex64", "complex_float32" -> "c8";
                    case "complex128", "complex_float64" -> "c16";
                    default -> null;
                };
            case DATETIME -> "M8" + bracketed(type);
            case TIMEDELTA -> "m8" + bracketed(type);
            case BYTES -> "S" + type.bytes();
            case UNICODE -> "U" + type.bytes() / 4;
            case RAW -> "V" + type.bytes();
            case VARIABLE -> type.name().equals("string") || type.name().equals("bytes") ? "O" : null;
            case STRUCT, UNKNOWN -> null;
        };
    }

    private static String bracketed(ElementType.Scalar type) {
        return type.timeStep().isEmpty() ? "" : "[" + type.timeStep() + "]";
    }

    /** What {@code |O} is called: after the codec among the filters (or the compressor) that turns objects into bytes. */
    static String variableName(List<CodecSpec> filtersAndCompressor) {
        for (CodecSpec codec : filtersAndCompressor) {
            switch (codec.name()) {
                case "vlen-utf8" -> {
                    return "string";
                }
                case "vlen-bytes" -> {
                    return "bytes";
                }
                case "vlen-array" -> {
                    return codec.configuration().member("dtype") instanceof JsonString item
                            ? "vlen-array[" + numberName(item.value()) + "]"
                            : "vlen-array";
                }
                case "json2", "msgpack2", "pickle", "categorize" -> {
                    return "object[" + codec.name() + "]";
                }
                default -> {}
            }
        }
        return "object";
    }

    /** The name of a number in the terms of v3, without its byte order; as it stands if it is none. */
    private static String numberName(String type) {
        Matcher matcher = Pattern.compile("[<>|]([biufc])(1|2|4|8|16)").matcher(type);
        if (!matcher.matches()) {
            return type;
        }
        int bits = 8 * Integer.parseInt(matcher.group(2));
        return switch (matcher.group(1)) {
            case "b" -> "bool";
            case "i" -> "int" + bits;
            case "u" -> "uint" + bits;
            case "f" -> "float" + bits;
            default -> "complex" + bits;
        };
    }
}
