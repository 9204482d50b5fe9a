package io.rezarr.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.codec.VlenBytes;
import io.rezarr.json.Json;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.V3ArrayMetadata;
import io.rezarr.store.MemoryStore;
import io.rezarr.store.Store;
import io.rezarr.store.StorePrefix;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written is read again by {@link VlenBytesReader}. */
class VlenBytesWriterTest {
    private static final String VLEN = "{\"name\": \"vlen-bytes\"}";
    private static final String ZSTD = "{\"name\": \"zstd\", \"configuration\": {\"level\": 1, \"checksum\": false}}";
    private static final String SHARD = """
            {"name": "sharding_indexed", "configuration": {"chunk_shape": [1], "codecs": [%s, %s],
             "index_codecs": [{"name": "bytes", "configuration": {"endian": "little"}}, {"name": "crc32c"}],
             "index_location": "%s"}}""";

    private final MemoryStore store = new MemoryStore();
    private final Workspace workspace = new Workspace();

    private ZarrArray array(int chunk, String codecs) {
        String document = """
                {"zarr_format": 3, "node_type": "array", "shape": [6], "data_type": "variable_length_bytes",
                 "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [%d]}},
                 "chunk_key_encoding": {"name": "default"}, "fill_value": "", "codecs": [%s]}
                """.formatted(chunk, codecs);
        ByteBuffer utf8 = ByteBuffer.wrap(document.getBytes(StandardCharsets.UTF_8));
        V3ArrayMetadata metadata = V3ArrayMetadata.parse(Json.parseObject(utf8, "zarr.json"), "zarr.json");
        return new ZarrArray(store, StorePrefix.ROOT, metadata);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private String text(ZarrArray array, long unit, int element) {
        VlenBytes values =
                Objects.requireNonNull(new VlenBytesReader(array, 1 << 20).read(new long[] {unit}, workspace));
        return StandardCharsets.UTF_8.decode(values.element(element)).toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {VLEN, VLEN + ", " + ZSTD})
    void unitsOfOneElement(String codecs) {
        ZarrArray array = array(1, codecs);
        VlenBytesWriter writer = new VlenBytesWriter(array, Store.WriteMode.DIRECT);
        ByteBuffer value = bytes("five");
        writer.writeEncoded(new long[] {5}, writer.encodeOne(value, workspace));
        assertThat(value.remaining()).isEqualTo(4);
        assertThat(text(array, 5, 0)).isEqualTo("five");
    }

    @Test
    void unitsOfSeveralElements() {
        ZarrArray array = array(3, VLEN + ", " + ZSTD);
        VlenBytesWriter writer = new VlenBytesWriter(array, Store.WriteMode.DIRECT);
        ByteBuffer unit = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        unit.putInt(3)
                .putInt(1)
                .put((byte) 'a')
                .putInt(0)
                .putInt(2)
                .put((byte) 'b')
                .put((byte) 'c');
        writer.writeEncoded(new long[] {1}, writer.encode(unit.flip(), workspace));
        assertThat(text(array, 1, 0) + "|" + text(array, 1, 1) + "|" + text(array, 1, 2))
                .isEqualTo("a||bc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "end"})
    void shardsUnitByUnit(String indexLocation) {
        ZarrArray array = array(4, SHARD.formatted(VLEN, ZSTD, indexLocation));
        VlenBytesWriter writer = new VlenBytesWriter(array, Store.WriteMode.DIRECT);
        try (ChunkWriter.ShardWriter shard = writer.openShard(new long[] {0})) {
            shard.append(1, writer.encodeOne(bytes("one"), workspace));
            shard.append(3, writer.encodeOne(bytes("three"), workspace));
            shard.commit(workspace);
        }
        assertThat(text(array, 1, 0)).isEqualTo("one");
        assertThat(text(array, 3, 0)).isEqualTo("three");
        assertThat(new VlenBytesReader(array, 1 << 20).read(new long[] {0}, workspace))
                .isNull();
    }

    @Test
    void shardThatIsNotCommittedOrEmptyLeavesNothing() {
        VlenBytesWriter writer =
                new VlenBytesWriter(array(4, SHARD.formatted(VLEN, ZSTD, "end")), Store.WriteMode.DIRECT);
        try (ChunkWriter.ShardWriter shard = writer.openShard(new long[] {0})) {
            shard.append(0, writer.encodeOne(bytes("zero"), workspace));
        }
        try (ChunkWriter.ShardWriter shard = writer.openShard(new long[] {1})) {
            shard.commit(workspace);
        }
        assertThat(store.size(writer.array().chunkKey(new long[] {0}))).isEqualTo(-1);
        assertThat(store.size(writer.array().chunkKey(new long[] {1}))).isEqualTo(-1);
    }

    @Test
    void positionsMustAscend() {
        VlenBytesWriter writer =
                new VlenBytesWriter(array(4, SHARD.formatted(VLEN, ZSTD, "end")), Store.WriteMode.DIRECT);
        try (ChunkWriter.ShardWriter shard = writer.openShard(new long[] {0})) {
            shard.append(2, writer.encodeOne(bytes("two"), workspace));
            assertThatThrownBy(() -> shard.append(1, bytes("x"))).hasMessageContaining("positions must ascend");
            assertThatThrownBy(() -> shard.append(4, bytes("x"))).hasMessageContaining("4 inner chunks");
        }
    }
}
