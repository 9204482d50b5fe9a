package io.rezarr.vectors.node;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.CodecSpec;
import java.util.ArrayList;
import java.util.List;

/** Documents of arrays: those of the source with another shape, and new ones in the manner of the reference implementation. */
public final class ArrayDocuments {
    private ArrayDocuments() {}

    /** A document with other sizes. */
    public static JsonObject sized(JsonObject document, long[] shape, long[] chunkShape) {
        JsonObject grid = JsonObject.EMPTY
                .with("name", new JsonString("regular"))
                .with("configuration", JsonObject.EMPTY.with("chunk_shape", JsonArray.ofLongs(chunkShape)));
        return document.with("shape", JsonArray.ofLongs(shape)).with("chunk_grid", grid);
    }

    /** An array of byte strings behind zstd, as the reference implementation has it of what does not lie by chunks. */
    public static JsonObject byteStrings() {
        return array("variable_length_bytes", new JsonString(""), List.of(vlenBytes(), zstd()));
    }

    /** An array of int64 behind zstd. */
    public static JsonObject longs() {
        return numbers("int64", JsonNumber.of(0));
    }

    /** An array of numbers, or booleans, behind zstd. */
    public static JsonObject numbers(String type, JsonValue fill) {
        JsonObject little = JsonObject.EMPTY.with("endian", new JsonString("little"));
        return array(type, fill, List.of(CodecSpec.v3("bytes", little), zstd()));
    }

    static CodecSpec vlenBytes() {
        return CodecSpec.v3("vlen-bytes", JsonObject.EMPTY);
    }

    private static CodecSpec zstd() {
        return CodecSpec.v3(
                "zstd", JsonObject.EMPTY.with("level", JsonNumber.of(0)).with("checksum", JsonLiteral.FALSE));
    }

    /** Of no size yet. */
    private static JsonObject array(String type, JsonValue fill, List<CodecSpec> codecs) {
        JsonObject separator = JsonObject.EMPTY.with("separator", new JsonString("/"));
        JsonObject keys =
                JsonObject.EMPTY.with("name", new JsonString("default")).with("configuration", separator);
        return JsonObject.EMPTY
                .with("shape", JsonArray.EMPTY)
                .with("data_type", new JsonString(type))
                .with("chunk_grid", JsonObject.EMPTY)
                .with("chunk_key_encoding", keys)
                .with("fill_value", fill)
                .with("codecs", codecs(codecs))
                .with("attributes", JsonObject.EMPTY)
                .with("zarr_format", JsonNumber.of(3))
                .with("node_type", new JsonString("array"))
                .with("storage_transformers", JsonArray.EMPTY);
    }

    /** A list of codecs; {@code vlen-bytes} has a configuration although it is empty, which zarr-python wants. */
    public static JsonArray codecs(List<CodecSpec> codecs) {
        List<JsonValue> items = new ArrayList<>();
        for (CodecSpec codec : codecs) {
            JsonObject document = codec.document();
            items.add(
                    codec.name().equals("vlen-bytes") && !document.has("configuration")
                            ? document.with("configuration", JsonObject.EMPTY)
                            : document);
        }
        return new JsonArray(items);
    }
}
