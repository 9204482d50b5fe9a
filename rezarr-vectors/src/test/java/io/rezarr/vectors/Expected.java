package io.rezarr.vectors;

import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.DataType;
import io.rezarr.metadata.DataType.Kind;
import io.rezarr.vectors.LogicalLevel.Values;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the reference implementation read, in the forms that the tests compare. */
final class Expected {
    private Expected() {}

    static JsonObject object(@Nullable JsonValue value) {
        return (JsonObject) Objects.requireNonNull(value, "expected an object");
    }

    static List<JsonValue> items(@Nullable JsonValue value) {
        return ((JsonArray) Objects.requireNonNull(value, "expected an array")).items();
    }

    static String text(@Nullable JsonValue value) {
        return ((JsonString) Objects.requireNonNull(value, "expected a string")).value();
    }

    static List<Integer> integers(JsonValue value) {
        return items(value).stream()
                .map(item -> Integer.valueOf(((JsonNumber) item).text()))
                .toList();
    }

    static List<List<Integer>> lists(@Nullable JsonValue value) {
        return items(value).stream().map(Expected::integers).toList();
    }

    static List<List<Long>> ids(@Nullable JsonValue value) {
        return items(value).stream()
                .map(group -> items(group).stream()
                        .map(id -> Long.valueOf(((JsonNumber) id).text()))
                        .toList())
                .toList();
    }

    /** A row as JSON, in one spelling of numbers: a list, or the number itself if it has one column. */
    static String row(DataType type, byte @Nullable [] row) {
        if (row == null) {
            return "null";
        }
        ByteBuffer bytes = ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN);
        List<String> numbers = new ArrayList<>();
        for (int at = 0; at < row.length; at += type.elementBytes()) {
            numbers.add(number(type, bytes, at));
        }
        return numbers.size() == 1 ? numbers.get(0) : numbers.toString();
    }

    private static String number(DataType type, ByteBuffer bytes, int at) {
        if (type.kind() == Kind.FLOAT) {
            double value = switch (type.elementBytes()) {
                case 2 -> half(bytes.getShort(at));
                case 4 -> bytes.getFloat(at);
                default -> bytes.getDouble(at);
            };
            return Double.toString(value);
        }
        boolean signed = type.kind() == Kind.INT;
        return switch (type.elementBytes()) {
            case 1 -> Integer.toString(signed ? bytes.get(at) : Byte.toUnsignedInt(bytes.get(at)));
            case 2 -> Integer.toString(signed ? bytes.getShort(at) : Short.toUnsignedInt(bytes.getShort(at)));
            case 4 -> signed ? Integer.toString(bytes.getInt(at)) : Integer.toUnsignedString(bytes.getInt(at));
            default -> signed ? Long.toString(bytes.getLong(at)) : Long.toUnsignedString(bytes.getLong(at));
        };
    }

    private static double half(short bits) {
        int exponent = bits >> 10 & 31;
        double fraction = exponent == 0 ? (bits & 1023) / 1024.0 : 1 + (bits & 1023) / 1024.0;
        return (bits < 0 ? -1 : 1) * Math.scalb(fraction, Math.max(exponent, 1) - 15);
    }

    /** The rows that JSON has, each in the spelling of {@link #row}. */
    static List<String> rows(DataType type, @Nullable JsonValue values) {
        return items(values).stream().map(value -> spelled(type, value)).toList();
    }

    private static String spelled(DataType type, JsonValue value) {
        if (value instanceof JsonArray list) {
            List<String> numbers =
                    list.items().stream().map(item -> spelled(type, item)).toList();
            return numbers.size() == 1 ? numbers.get(0) : numbers.toString();
        }
        if (value instanceof JsonLiteral literal) {
            return switch (literal) {
                case TRUE -> "1";
                case FALSE -> "0";
                case NULL -> "null";
            };
        }
        if (value instanceof JsonString string) {
            return switch (string.value().toLowerCase(Locale.ROOT)) {
                case "nan" -> "NaN";
                case "inf", "infinity" -> "Infinity";
                case "-inf", "-infinity" -> "-Infinity";
                default -> throw new IllegalArgumentException(Json.toString(value));
            };
        }
        String number = ((JsonNumber) value).text();
        return type.kind() == Kind.FLOAT ? Double.toString(Double.parseDouble(number)) : number;
    }

    /** Rows in the spelling of {@link #row}, in the order of some vertices. */
    static List<String> rows(Values values, List<Integer> order) {
        return order.stream()
                .map(vertex -> row(values.type(), values.rows().get(vertex)))
                .toList();
    }

    static List<String> rows(Values values) {
        return values.rows().stream().map(row -> row(values.type(), row)).toList();
    }
}
