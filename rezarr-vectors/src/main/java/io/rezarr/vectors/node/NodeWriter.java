package io.rezarr.vectors.node;

import io.rezarr.array.ZarrNode;
import io.rezarr.error.StoreException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonValue;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.Document;
import io.rezarr.metadata.NodeMetadata;
import io.rezarr.metadata.V3GroupMetadata;
import io.rezarr.store.ByteRange;
import io.rezarr.store.Store;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.store.StoreEntry;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.store.ValueWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes nodes below the root of a store that nobody reads yet, by path. Safe for use by many threads.
 *
 * @param root what the keys of the store's root begin with
 */
public record NodeWriter(Store store, StorePrefix root) {
    private static final int INDENT = 2;
    private static final int PIECE_BYTES = 1 << 20;

    public StorePrefix prefix(String path) {
        return path.isEmpty() ? root : new StorePrefix(root.value() + path + "/");
    }

    /** Writes the document of a node. */
    public void document(String path, JsonValue zarrJson) {
        store.set(prefix(path).key(Document.ZARR_JSON), Json.write(zarrJson, INDENT), WriteMode.DIRECT);
    }

    /** Writes the document of a group. */
    public void group(String path, JsonObject attributes) {
        document(path, new V3GroupMetadata(attributes).document());
    }

    /** Likewise, with what else the source's document has. */
    public void group(String path, JsonObject attributes, NodeTree source, String sourcePath) {
        ZarrNode node = source.find(sourcePath);
        @Nullable NodeMetadata template = node == null ? null : node.metadata();
        if (template instanceof V3GroupMetadata group) {
            // What is consolidated there are the source's documents.
            document(path, group.withAttributes(attributes).document().without("consolidated_metadata"));
        } else {
            group(path, attributes);
        }
    }

    /** Copies all values below a path as they are, documents last; hidden ones not. */
    public void copy(NodeTree source, String sourcePath, String path, Workspace workspace) {
        copy(source.store(), source.prefix(sourcePath), prefix(path), workspace);
    }

    private void copy(Store from, StorePrefix source, StorePrefix target, Workspace workspace) {
        List<StoreEntry> children = new ArrayList<>();
        from.list(source, children::add);
        boolean hasDocument = false;
        for (StoreEntry child : children) {
            if (child.name().startsWith(".")) {
                continue;
            }
            if (child.kind() == StoreEntry.Kind.PREFIX) {
                copy(from, source.child(child.name()), target.child(child.name()), workspace);
            } else if (child.name().equals(Document.ZARR_JSON)) {
                hasDocument = true;
            } else {
                copyValue(from, source.key(child.name()), target.key(child.name()), workspace);
            }
        }
        if (hasDocument) {
            copyValue(from, source.key(Document.ZARR_JSON), target.key(Document.ZARR_JSON), workspace);
        }
    }

    /** Copies one value, piece by piece. */
    public void copyValue(Store from, StoreKey source, StoreKey target, Workspace workspace) {
        long size = from.size(source);
        try (ValueWriter writer = store.writer(target, WriteMode.DIRECT)) {
            for (long offset = 0; offset < size; offset += PIECE_BYTES) {
                int mark = workspace.mark();
                ByteRange range = new ByteRange(offset, (int) Math.min(PIECE_BYTES, size - offset));
                var piece = from.get(source, range, workspace);
                if (piece == null) {
                    throw StoreException.vanished(from.location() + "/" + source);
                }
                writer.append(piece);
                workspace.releaseTo(mark);
            }
            writer.commit();
        }
    }
}
