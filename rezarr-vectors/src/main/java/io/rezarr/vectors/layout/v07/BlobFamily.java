package io.rezarr.vectors.layout.v07;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonValue;
import io.rezarr.memory.Workspace;
import io.rezarr.shuffle.Spool;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.write.ChunkValuesWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A group with a byte array for each chunk, or for each shard of several chunks. Its document is written by the level. */
final class BlobFamily implements ChunkValuesWriter {
    private final String path;
    private final BlobWriter blobs;
    private final BlobDocuments documents;
    private final ChunkIndex chunks;
    /** {@code null} if each chunk has its own array. */
    private final @Nullable PrivateShards shards;

    private final Supplier<Spool> spool;
    private final long maxShardBytes;
    private final Map<Integer, List<Slice>> open = new ConcurrentHashMap<>();
    private final LongAdder values = new LongAdder();

    /** A value in the spool. */
    private record Slice(int chunk, BlobWriter.Piece piece) {}

    BlobFamily(
            String path,
            BlobWriter blobs,
            BlobDocuments documents,
            ChunkIndex chunks,
            @Nullable PrivateShards shards,
            Supplier<Spool> spool,
            long maxShardBytes) {
        this.path = path;
        this.blobs = blobs;
        this.documents = documents;
        this.chunks = chunks;
        this.shards = shards;
        this.spool = spool;
        this.maxShardBytes = maxShardBytes;
    }

    String path() {
        return path;
    }

    BlobDocuments documents() {
        return documents;
    }

    boolean isEmpty() {
        return values.sum() == 0;
    }

    @Override
    public void write(int chunk, ByteBuffer value, Workspace workspace) {
        if (!value.hasRemaining()) {
            return;
        }
        values.increment();
        if (shards == null) {
            writeOwn(chunk, value, workspace);
            return;
        }
        long at = spool.get().append(value, workspace);
        open.computeIfAbsent(shards.unitOf(chunk), unit -> new ArrayList<>())
                .add(new Slice(chunk, new BlobWriter.Piece(at, value.remaining())));
    }

    private void writeOwn(int chunk, ByteBuffer value, Workspace workspace) {
        blobs.write(path + "/" + chunks.key(chunk), documents, value, JsonObject.EMPTY, workspace);
    }

    /** Writes the shard of a unit. One that would be too large becomes arrays of its chunks, which readers take as well. */
    void endUnit(int unit, Workspace workspace) {
        List<Slice> slices = open.remove(unit);
        if (slices == null || shards == null) {
            return;
        }
        long bytes = slices.stream().mapToLong(slice -> slice.piece.bytes()).sum();
        if (bytes > maxShardBytes) {
            for (Slice slice : slices) {
                int mark = workspace.mark();
                writeOwn(slice.chunk, read(slice, workspace), workspace);
                workspace.releaseTo(mark);
            }
            return;
        }
        int mark = workspace.mark();
        ByteBuffer shard = workspace.borrowBuffer((int) bytes);
        int start = shard.position();
        Map<String, JsonValue> index = new LinkedHashMap<>();
        for (Slice slice : slices) {
            int inner = workspace.mark();
            index.put(
                    chunks.key(slice.chunk).toString(),
                    JsonArray.ofLongs(shard.position() - start, slice.piece.bytes()));
            shard.put(read(slice, workspace));
            workspace.releaseTo(inner);
        }
        String name = path + "/" + shards.nameOf(unit);
        blobs.write(
                name,
                documents,
                shard.position(start),
                JsonObject.EMPTY.with("shard_index", new JsonObject(index)),
                workspace);
        workspace.releaseTo(mark);
    }

    private ByteBuffer read(Slice slice, Workspace workspace) {
        return spool.get().read(slice.piece.at(), slice.piece.bytes(), workspace);
    }

    int openUnits() {
        return open.size();
    }
}
