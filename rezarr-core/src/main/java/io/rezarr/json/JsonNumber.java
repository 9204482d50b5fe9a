package io.rezarr.json;

/**
 * A number as it was written: {@code 1e-300}, {@code 18446744073709551615}, and the tokens {@code NaN},
 * {@code Infinity}, {@code -Infinity} that Python writes although JSON has no such thing.
 *
 * @param text exactly the characters of the document
 */
public record JsonNumber(String text) implements JsonValue {
    public static JsonNumber of(long value) {
        return new JsonNumber(Long.toString(value));
    }
}
