package io.rezarr.cli;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.rechunk.StoreInfo;
import io.rezarr.rechunk.StoreInfo.ArrayInfo;
import io.rezarr.rechunk.StoreInfo.GroupInfo;
import io.rezarr.rechunk.StoreInfo.NodeInfo;
import io.rezarr.rechunk.StoredChunks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code info --json} prints for programs: an object for each node, the one that was asked for first. */
final class InfoJson {
    private InfoJson() {}

    static JsonObject of(StoreInfo info) {
        return JsonObject.EMPTY
                .with("location", new JsonString(info.location()))
                .with(
                        "nodes",
                        new JsonArray(info.nodes().stream()
                                .<JsonValue>map(InfoJson::node)
                                .toList()));
    }

    private static JsonObject node(NodeInfo node) {
        JsonObject json = JsonObject.EMPTY
                .with("path", new JsonString(node.path()))
                .with("kind", new JsonString(node instanceof ArrayInfo ? "array" : "group"))
                .with("format", new JsonString(node.metadata().format().toString()));
        json = node instanceof ArrayInfo array ? array(json, array) : group(json, (GroupInfo) node);
        return json.with("attributes", node.metadata().attributes()).with("oddities", strings(node.oddities()));
    }

    private static JsonObject group(JsonObject json, GroupInfo group) {
        return json.with("arrays", JsonNumber.of(group.arrays()))
                .with("groups", JsonNumber.of(group.groups()))
                .with("consolidated_metadata", new JsonString(Choice.wordOf(group.consolidated())));
    }

    private static JsonObject array(JsonObject json, ArrayInfo array) {
        ArrayMetadata metadata = array.metadata();
        StoredChunks stored = array.stored();
        long decoded = LayoutText.decodedBytes(metadata);
        JsonObject described = json;
        for (var member : RechunkJson.ofMetadata(metadata).members().entrySet()) {
            described = described.with(member.getKey(), member.getValue());
        }
        return described
                .with("dimension_names", names(metadata.dimensionNames()))
                .with("fill_value", metadata.fillValue().document())
                .with(
                        "chunk_key_example",
                        new JsonString(metadata.chunkKeyEncoding()
                                .keyOf(new long[metadata.shape().rank()])))
                .with("decoded_bytes", decoded < 0 ? JsonLiteral.NULL : JsonNumber.of(decoded))
                .with("stored_objects", known(stored.objects()))
                .with("stored_bytes", known(stored.bytes()))
                .with("grid_chunks", JsonNumber.of(stored.chunks()))
                .with("absent_chunks", known(stored.absentChunks()))
                .with("inner_chunks", known(stored.innerChunks()))
                .with("stored_inner_chunks", known(stored.storedInnerChunks()));
    }

    private static JsonValue known(long count) {
        return count < 0 ? JsonLiteral.NULL : JsonNumber.of(count);
    }

    private static JsonValue names(@Nullable List<@Nullable String> names) {
        if (names == null) {
            return JsonLiteral.NULL;
        }
        return new JsonArray(names.stream()
                .<JsonValue>map(name -> name == null ? JsonLiteral.NULL : new JsonString(name))
                .toList());
    }

    static JsonArray strings(List<String> texts) {
        return new JsonArray(texts.stream().<JsonValue>map(JsonString::new).toList());
    }
}
