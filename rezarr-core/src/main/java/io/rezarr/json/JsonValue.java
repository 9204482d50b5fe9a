package io.rezarr.json;

/** One JSON value. Immutable, equal by value; a number is equal to another only if it is written the same. */
public sealed interface JsonValue permits JsonObject, JsonArray, JsonString, JsonNumber, JsonLiteral {}
