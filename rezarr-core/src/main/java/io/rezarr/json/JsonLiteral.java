package io.rezarr.json;

/** {@code true}, {@code false} or {@code null}. */
public enum JsonLiteral implements JsonValue {
    TRUE,
    FALSE,
    NULL;

    public static JsonLiteral of(boolean value) {
        return value ? TRUE : FALSE;
    }
}
