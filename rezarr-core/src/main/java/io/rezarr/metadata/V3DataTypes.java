package io.rezarr.metadata;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.DataType.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The data types of v3: those of the core specification, and the extensions that zarr-python, tensorstore and zarrs write. One that
 * is not known is no error: chunks of it can be moved, not decoded.
 *
 * @see <a href="https://zarr-specs.readthedocs.io/en/latest/v3/data-types/index.html">Zarr v3, data types</a>
 * @see <a href="https://github.com/zarr-developers/zarr-extensions/tree/main/data-types">Registered extensions</a>
 */
final class V3DataTypes {
    static final String DATETIME = "numpy.datetime64";
    static final String TIMEDELTA = "numpy.timedelta64";
    static final String UTF32 = "fixed_length_utf32";
    static final String TERMINATED_BYTES = "null_terminated_bytes";
    static final String RAW_BYTES = "raw_bytes";
    static final String STRUCTURED = "structured";
    static final String STRING = "string";
    static final String VARIABLE_BYTES = "variable_length_bytes";

    private static final Pattern RAW_BITS = Pattern.compile("r([0-9]{1,11})");

    private V3DataTypes() {}

    static ElementType parse(JsonPlace place) {
        if (place.value() instanceof JsonString name) {
            return parse(place, name.value(), place);
        }
        if (place.value() instanceof JsonObject) {
            String name = place.member("name").string("the name of a data type");
            return parse(place, name, place.member("configuration"));
        }
        throw place.invalid("the name of a data type, or an object with name and configuration");
    }

    /** @param configuration the place itself if there is none since the type is a bare name */
    private static ElementType parse(JsonPlace place, String name, JsonPlace configuration) {
        ElementType plain = plain(name);
        if (plain != null) {
            return plain;
        }
        Matcher bits = RAW_BITS.matcher(name);
        if (bits.matches()) {
            return rawBits(place, Long.parseLong(bits.group(1)));
        }
        return switch (name) {
            case DATETIME -> timed(configuration, name, Kind.DATETIME);
            case TIMEDELTA -> timed(configuration, name, Kind.TIMEDELTA);
            case UTF32 -> utf32(configuration);
            case TERMINATED_BYTES -> {
                int bytes = lengthBytes(configuration);
                yield new ElementType.Scalar("S" + bytes, Kind.BYTES, bytes, 0, false);
            }
            case RAW_BYTES -> rawBits(configuration, 8L * lengthBytes(configuration));
            case STRUCTURED, "struct" -> struct(configuration, name);
            default -> unknown(name);
        };
    }

    private static ElementType unknown(String name) {
        return new ElementType.Scalar(name, Kind.UNKNOWN, 0, 0, false);
    }

    /** The types without a configuration; {@code null} if it is none of them. */
    private static @Nullable ElementType plain(String name) {
        return switch (name) {
            case "bool" -> new ElementType.Scalar(name, Kind.BOOL, 1, 0, false);
            case "int2", "int4", "int8" -> number(name, Kind.INT, 1, 1);
            case "int16" -> number(name, Kind.INT, 2, 2);
            case "int32" -> number(name, Kind.INT, 4, 4);
            case "int64" -> number(name, Kind.INT, 8, 8);
            case "uint2", "uint4", "uint8" -> number(name, Kind.UINT, 1, 1);
            case "uint16" -> number(name, Kind.UINT, 2, 2);
            case "uint32" -> number(name, Kind.UINT, 4, 4);
            case "uint64" -> number(name, Kind.UINT, 8, 8);
            case "float16", "bfloat16" -> number(name, Kind.FLOAT, 2, 2);
            case "float32" -> number(name, Kind.FLOAT, 4, 4);
            case "float64" -> number(name, Kind.FLOAT, 8, 8);
            case "float4_e2m1fn",
                    "float6_e2m3fn",
                    "float6_e3m2fn",
                    "float8_e3m4",
                    "float8_e4m3",
                    "float8_e4m3b11fnuz",
                    "float8_e4m3fn",
                    "float8_e4m3fnuz",
                    "float8_e5m2",
                    "float8_e5m2fnuz",
                    "float8_e8m0fnu" -> number(name, Kind.FLOAT, 1, 1);
            case "complex_float16", "complex_bfloat16" -> number(name, Kind.COMPLEX, 4, 2);
            case "complex64", "complex_float32" -> number("complex64", Kind.COMPLEX, 8, 4);
            case "complex128", "complex_float64" -> number("complex128", Kind.COMPLEX, 16, 8);
            case STRING -> new ElementType.Scalar("string", Kind.VARIABLE, 0, 0, false);
            case "bytes", VARIABLE_BYTES -> new ElementType.Scalar("bytes", Kind.VARIABLE, 0, 0, false);
            default -> null;
        };
    }

    private static ElementType number(String name, Kind kind, int bytes, int width) {
        return new ElementType.Scalar(name, kind, bytes, width, false);
    }

    private static ElementType rawBits(JsonPlace place, long bits) {
        if (bits == 0 || bits % 8 != 0) {
            throw place.invalid("raw bits of a multiple of 8 such as r16");
        }
        if (bits / 8 > Integer.MAX_VALUE) {
            throw place.unsupported("elements of " + bits / 8 + " bytes", "Elements have at most 2147483647.");
        }
        return new ElementType.Scalar("r" + bits, Kind.RAW, (int) (bits / 8), 0, false);
    }

    private static int lengthBytes(JsonPlace configuration) {
        return (int) configuration.member("length_bytes").integer(1, Integer.MAX_VALUE);
    }

    private static ElementType utf32(JsonPlace configuration) {
        int bytes = lengthBytes(configuration);
        if (bytes % 4 != 0) {
            throw configuration.member("length_bytes").invalid("a multiple of 4");
        }
        return new ElementType.Scalar("U" + bytes / 4, Kind.UNICODE, bytes, 4, false);
    }

    private static ElementType timed(JsonPlace configuration, String name, Kind kind) {
        JsonPlace unit = configuration.member("unit");
        String text = unit.string("a unit such as 's' or 'ns'");
        if (!TimeUnits.isKnown(text) && !text.equals(TimeUnits.GENERIC)) {
            throw unit.invalid("one of Y, M, W, D, h, m, s, ms, us, ns, ps, fs, as and generic");
        }
        long factor = configuration.member("scale_factor").integer(1, Integer.MAX_VALUE);
        return new ElementType.Scalar(name + TimeUnits.step(factor, text), kind, 8, 8, false);
    }

    private static ElementType struct(JsonPlace configuration, String name) {
        JsonPlace fields = configuration.member("fields");
        StructBuilder struct = new StructBuilder(fields);
        for (int i = 0; i < fields.array().items().size(); i++) {
            JsonPlace field = fields.item(i);
            boolean pair =
                    field.value() instanceof JsonArray items && items.items().size() == 2;
            if (!pair && !(field.value() instanceof JsonObject)) {
                throw field.invalid("a field as an object with name and data_type, or as [name, type]");
            }
            JsonPlace fieldType = pair ? field.item(1) : field.member("data_type");
            ElementType type = parse(fieldType);
            if (type.kind() == Kind.VARIABLE) {
                throw fieldType.invalid("a type of fixed size");
            }
            if (type.kind() == Kind.UNKNOWN) {
                return unknown(name + " of " + type.name());
            }
            struct.add((pair ? field.item(0) : field.member("name")).string("the name of a field"), type, field);
        }
        return struct.build();
    }

    /**
     * The type as zarr-python 3.1 writes it.
     *
     * @return {@code null} if v3 has no such type
     */
    static @Nullable JsonValue write(ElementType type) {
        if (type instanceof ElementType.Struct struct) {
            return structured(struct);
        }
        if (!(type instanceof ElementType.Scalar scalar)) {
            return null; // sub-arrays
        }
        return switch (scalar.kind()) {
            case BOOL, INT, UINT, FLOAT, COMPLEX, UNKNOWN -> new JsonString(scalar.name());
            case DATETIME -> timed(DATETIME, scalar.timeStep());
            case TIMEDELTA -> timed(TIMEDELTA, scalar.timeStep());
            case BYTES -> sized(TERMINATED_BYTES, scalar.bytes());
            case UNICODE -> sized(UTF32, scalar.bytes());
            case RAW -> sized(RAW_BYTES, scalar.bytes());
            case VARIABLE ->
                switch (scalar.name()) {
                    case "string" -> new JsonString(STRING);
                    case "bytes" -> new JsonString(VARIABLE_BYTES);
                    default -> null;
                };
            case STRUCT -> null;
        };
    }

    private static JsonObject timed(String name, String step) {
        Map<String, JsonValue> configuration = new LinkedHashMap<>();
        configuration.put("unit", new JsonString(TimeUnits.unitOf(step)));
        configuration.put("scale_factor", JsonNumber.of(TimeUnits.factorOf(step)));
        return V3Documents.named(name, new JsonObject(configuration));
    }

    private static JsonObject sized(String name, int bytes) {
        return V3Documents.named(name, new JsonObject(Map.of("length_bytes", JsonNumber.of(bytes))));
    }

    private static @Nullable JsonObject structured(ElementType.Struct struct) {
        List<JsonValue> fields = new ArrayList<>();
        for (ElementType.Field field : struct.fields()) {
            JsonValue type = write(field.type());
            if (type == null) {
                return null;
            }
            fields.add(new JsonArray(List.of(new JsonString(field.name()), type)));
        }
        return V3Documents.named(STRUCTURED, new JsonObject(Map.of("fields", new JsonArray(fields))));
    }
}
