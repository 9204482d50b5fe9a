package io.rezarr.vectors.layout.v09;

import io.rezarr.array.VlenBytesWriter;
import io.rezarr.array.ZarrArray;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.Shape;
import io.rezarr.metadata.V3ArrayMetadata;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.node.NodeWriter;
import io.rezarr.vectors.write.ChunkValuesWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An array of byte strings with an element for each chunk of the grid. Its document, with the directory of what was written, comes last. */
final class ChunkArrayWriter implements ChunkValuesWriter {
    private final NodeWriter nodes;
    private final String path;
    private final Template09 template;
    private final JsonObject attributes;
    private final Grid09 grid;
    private final ChunkIndex chunks;
    private final OpenShards shards;
    private final VlenBytesWriter writer;
    private final BitSet written = new BitSet();

    /** @param attributes without the directory */
    ChunkArrayWriter(
            NodeWriter nodes,
            String path,
            Template09 template,
            JsonObject attributes,
            Grid09 grid,
            ChunkIndex chunks,
            OpenShards shards) {
        this.nodes = nodes;
        this.path = path;
        this.template = template;
        this.attributes = attributes;
        this.grid = grid;
        this.chunks = chunks;
        this.shards = shards;
        V3ArrayMetadata metadata = V3ArrayMetadata.parse(document(JsonArray.EMPTY), path + "/zarr.json");
        this.writer = new VlenBytesWriter(new ZarrArray(nodes.store(), nodes.prefix(path), metadata), WriteMode.DIRECT);
    }

    private JsonObject document(JsonArray nonemptyChunks) {
        return template.document(grid, Template09.attributes(attributes, grid, nonemptyChunks));
    }

    VlenBytesWriter writer() {
        return writer;
    }

    @Override
    public void write(int chunk, ByteBuffer value, Workspace workspace) {
        if (!value.hasRemaining()) {
            return;
        }
        long[] element = grid.element(chunks, chunk);
        int mark = workspace.mark();
        ByteBuffer encoded = writer.encodeOne(value, workspace);
        Shape perShard = writer.unitsPerShard();
        if (perShard == null) {
            writer.writeEncoded(element, encoded);
        } else {
            shards.append(this, chunk, element, perShard, encoded, workspace);
        }
        workspace.releaseTo(mark);
        synchronized (written) {
            written.set(chunk);
        }
    }

    /** Whether anything was written. */
    boolean isEmpty() {
        synchronized (written) {
            return written.isEmpty();
        }
    }

    /** Writes the document. */
    void finish() {
        nodes.document(path, document(directory()));
    }

    /** Keys in the order of their text, as the reference implementation has them. */
    private JsonArray directory() {
        List<String> keys = new ArrayList<>();
        synchronized (written) {
            written.stream().forEach(chunk -> keys.add(chunks.key(chunk).toString()));
        }
        Collections.sort(keys);
        return new JsonArray(keys.stream().<JsonValue>map(JsonString::new).toList());
    }

    @Nullable
    Shape unitsPerShard() {
        return writer.unitsPerShard();
    }
}
