package io.rezarr.vectors.layout.v07;

import io.rezarr.json.JsonObject;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.ChunkValues;
import io.rezarr.vectors.node.NodeTree;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A group with a byte array for each chunk, named by the chunk's key. Chunks may also lie together in arrays {@code __shard_NNNNNN}, whose
 * attribute {@code shard_index} says where; that is not the sharding of Zarr.
 */
final class ArrayGroup implements ChunkValues {
    static final String SHARD = "__shard_";

    private final NodeTree nodes;
    private final String path;
    private final ChunkIndex chunks;
    private final Map<ChunkKey, Slice> sharded;

    /** A part of a shard. */
    private record Slice(String shard, long offset, int length) {}

    private ArrayGroup(NodeTree nodes, String path, ChunkIndex chunks, Map<ChunkKey, Slice> sharded) {
        this.nodes = nodes;
        this.path = path;
        this.chunks = chunks;
        this.sharded = sharded;
    }

    /** @param rank how many coordinates a chunk has; members with other names are no chunks */
    static ArrayGroup open(NodeTree nodes, String path, int rank) {
        Map<ChunkKey, Slice> sharded = new HashMap<>();
        List<ChunkKey> keys = new ArrayList<>();
        List<String> shards = new ArrayList<>();
        nodes.store().listNames(nodes.prefix(path), name -> {
            ChunkKey key = ChunkKey.parse(name);
            if (key != null && key.rank() == rank) {
                keys.add(key);
            } else if (name.startsWith(SHARD)) {
                shards.add(name);
            }
        });
        for (String shard : shards) {
            addSlices(nodes, path + "/" + shard, rank, sharded);
        }
        keys.addAll(sharded.keySet());
        return new ArrayGroup(nodes, path, ChunkIndex.of(rank, keys), sharded);
    }

    private static void addSlices(NodeTree nodes, String shard, int rank, Map<ChunkKey, Slice> slices) {
        JsonPlace index = nodes.attributes(shard).member("shard_index");
        JsonObject entries = index.object();
        for (String name : entries.members().keySet()) {
            JsonPlace place = index.member(name);
            ChunkKey key = ChunkKey.parse(name);
            if (key == null || key.rank() != rank || place.array().items().size() != 2) {
                throw place.invalid("under the key of a chunk of " + rank + " numbers an offset and a length");
            }
            long offset = place.item(0).integer(0, Long.MAX_VALUE);
            int length = (int) place.item(1).integer(0, Integer.MAX_VALUE);
            slices.put(key, new Slice(shard, offset, length));
        }
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public ChunkIndex chunks() {
        return chunks;
    }

    /** A key's own array goes before a shard, as the reference implementation reads them. */
    private @Nullable Blob find(ChunkKey key) {
        return Blob.find(nodes, path + "/" + key);
    }

    @Override
    public @Nullable ByteBuffer read(ChunkKey key, Workspace workspace) {
        Blob blob = find(key);
        if (blob != null) {
            return blob.read(workspace);
        }
        Slice slice = sharded.get(key);
        Blob shard = slice == null ? null : Blob.find(nodes, slice.shard);
        return slice == null || shard == null ? null : shard.read(slice.offset, slice.length, workspace);
    }

    @Override
    public List<CodecSpec> codecs() {
        if (chunks.size() == 0) {
            return List.of();
        }
        ChunkKey first = chunks.key(0);
        Slice slice = sharded.get(first);
        Blob blob = find(first);
        Blob stored = blob == null && slice != null ? Blob.find(nodes, slice.shard) : blob;
        return stored == null ? List.of() : stored.codecs();
    }

    @Override
    public long bytes(ChunkKey key, Workspace workspace) {
        Blob blob = find(key);
        if (blob != null) {
            return blob.size();
        }
        Slice slice = sharded.get(key);
        return slice == null ? -1 : slice.length;
    }
}
