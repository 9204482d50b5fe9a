package io.rezarr.vectors.layout.v07;

import io.rezarr.json.JsonObject;
import io.rezarr.memory.Workspace;
import io.rezarr.shuffle.Spool;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.store.ValueWriter;
import io.rezarr.vectors.node.NodeWriter;
import java.nio.ByteBuffer;
import java.util.List;

/** Writes byte arrays. */
final class BlobWriter {
    private static final String DOCUMENT = "zarr.json";
    private static final String ONLY_CHUNK = "c/0";

    private final NodeWriter nodes;

    BlobWriter(NodeWriter nodes) {
        this.nodes = nodes;
    }

    /** A part of a byte array that was put aside. */
    record Piece(long at, int bytes) {}

    void write(String path, BlobDocuments documents, ByteBuffer value, JsonObject attributes, Workspace workspace) {
        StorePrefix prefix = nodes.prefix(path);
        if (value.hasRemaining()) {
            int mark = workspace.mark();
            nodes.store().set(prefix.key(ONLY_CHUNK), documents.codecs().encode(value, workspace), WriteMode.DIRECT);
            workspace.releaseTo(mark);
        }
        nodes.store().set(prefix.key(DOCUMENT), documents.document(value.remaining(), attributes), WriteMode.DIRECT);
    }

    /**
     * Writes pieces one behind the other as one array. Without codecs, they stream through; else all are taken into memory.
     *
     * @param bytes of all pieces
     */
    void write(
            String path,
            BlobDocuments documents,
            List<Piece> pieces,
            long bytes,
            JsonObject attributes,
            Spool spool,
            Workspace workspace) {
        StorePrefix prefix = nodes.prefix(path);
        StoreKey chunk = prefix.key(ONLY_CHUNK);
        if (documents.codecs().isNone()) {
            try (ValueWriter writer = nodes.store().writer(chunk, WriteMode.DIRECT)) {
                for (Piece piece : pieces) {
                    int mark = workspace.mark();
                    writer.append(spool.read(piece.at, piece.bytes, workspace));
                    workspace.releaseTo(mark);
                }
                writer.commit();
            }
        } else {
            int mark = workspace.mark();
            ByteBuffer whole = workspace.borrowBuffer(Math.toIntExact(bytes));
            int start = whole.position();
            for (Piece piece : pieces) {
                int inner = workspace.mark();
                whole.put(spool.read(piece.at, piece.bytes, workspace));
                workspace.releaseTo(inner);
            }
            ByteBuffer encoded = documents.codecs().encode(whole.position(start), workspace);
            nodes.store().set(chunk, encoded, WriteMode.DIRECT);
            workspace.releaseTo(mark);
        }
        nodes.store().set(prefix.key(DOCUMENT), documents.document(bytes, attributes), WriteMode.DIRECT);
    }
}
