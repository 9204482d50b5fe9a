package io.rezarr.vectors.digest;

import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;

/** One text for each JSON value: members by name, without those that are null; {@code 3}, {@code 3.0} and {@code 3e0} are one number. */
final class CanonicalJson {
    /** Beyond this a number is left as it is written: its plain digits would have no end. */
    private static final int MAX_SCALE = 400;

    private CanonicalJson() {}

    static String text(JsonValue value) {
        StringBuilder text = new StringBuilder();
        append(value, text);
        return text.toString();
    }

    private static void append(JsonValue value, StringBuilder text) {
        if (value instanceof JsonObject object) {
            text.append('{');
            for (Map.Entry<String, JsonValue> member : new TreeMap<>(object.members()).entrySet()) {
                if (member.getValue() != JsonLiteral.NULL) {
                    text.append(Json.toString(new JsonString(member.getKey()))).append(':');
                    append(member.getValue(), text);
                    text.append(',');
                }
            }
            text.append('}');
        } else if (value instanceof JsonArray array) {
            text.append('[');
            for (JsonValue item : array.items()) {
                append(item, text);
                text.append(',');
            }
            text.append(']');
        } else if (value instanceof JsonNumber number) {
            text.append(number(number.text()));
        } else {
            text.append(Json.toString(value));
        }
    }

    private static String number(String text) {
        try {
            BigDecimal decimal = new BigDecimal(text);
            boolean isPlain = decimal.signum() != 0 && Math.abs((long) decimal.scale()) <= MAX_SCALE;
            if (decimal.signum() == 0) {
                return "0";
            }
            return isPlain ? decimal.stripTrailingZeros().toPlainString() : text;
        } catch (NumberFormatException token) {
            return text; // NaN, Infinity
        }
    }
}
