package io.rezarr.json;

/** A string, unescaped. May hold lone surrogates, which are written back as escapes. */
public record JsonString(String value) implements JsonValue {}
