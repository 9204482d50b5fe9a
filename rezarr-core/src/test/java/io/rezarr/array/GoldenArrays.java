package io.rezarr.array;

import io.rezarr.json.Json;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.Shape;
import io.rezarr.metadata.V3ArrayMetadata;
import io.rezarr.store.FileStore;
import io.rezarr.store.Store;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.store.StorePrefix;
import io.rezarr.testkit.GoldenStores;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Arrays for tests of reading and writing chunks. */
final class GoldenArrays {
    private static final GoldenStores BROKEN = GoldenStores.broken();

    private GoldenArrays() {}

    /** The array at the root of a broken store. */
    static ZarrArray broken(String name, Path directory) {
        FileStore store = FileStore.open(BROKEN.unpack(name, directory));
        return (ZarrArray) Hierarchy.open(store, StorePrefix.ROOT, null, warning -> {});
    }

    /**
     * A v3 array of uint8 whose metadata are not written.
     *
     * @param indexLocation of shards of inner chunks of extent 2; empty: not sharded
     */
    static ZarrArray of(Store store, Shape shape, Shape chunks, String indexLocation) {
        String inner = Arrays.toString(new long[chunks.rank()]).replace("0", "2");
        String codecs = indexLocation.isEmpty() ? "{\"name\": \"bytes\"}" : """
                  {"name": "sharding_indexed", "configuration": {"chunk_shape": %s, "index_location": "%s",
                   "codecs": [{"name": "bytes"}], "index_codecs":
                   [{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "crc32c"}]}}""".formatted(inner, indexLocation);
        String json = """
                {"zarr_format": 3, "node_type": "array", "shape": %s, "data_type": "uint8",
                 "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": %s}},
                 "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
                 "fill_value": 7, "codecs": [%s], "attributes": {}}""".formatted(Arrays.toString(shape.toArray()), Arrays.toString(chunks.toArray()), codecs);
        ByteBuffer document = ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8));
        return new ZarrArray(
                store, StorePrefix.ROOT, V3ArrayMetadata.parse(Json.parseObject(document, "zarr.json"), "zarr.json"));
    }

    /** Writes a shard whose inner chunks at those positions have the position plus 1 in every byte. */
    static long writeShard(ZarrArray array, long[] shard, List<Integer> positions) {
        ChunkWriter writer = new ChunkWriter(array, WriteMode.DIRECT);
        int bytes = (int) writer.unitChain().decodedBytes();
        try (ChunkWriter.ShardWriter open = writer.openShard(shard);
                Workspace workspace = new Workspace()) {
            for (int position : positions) {
                byte[] chunk = new byte[bytes];
                Arrays.fill(chunk, (byte) (position + 1));
                open.append(position, ByteBuffer.wrap(chunk));
            }
            return open.commit(workspace);
        }
    }
}
