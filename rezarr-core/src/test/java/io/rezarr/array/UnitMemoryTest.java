package io.rezarr.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.codec.CodecChain;
import io.rezarr.error.MalformedDataException;
import io.rezarr.json.Json;
import io.rezarr.memory.MemoryBudget;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.V3ArrayMetadata;
import io.rezarr.store.FileStore;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.store.StorePrefix;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Units that compress well, badly and not at all pass through workspaces that may hold just what is told beforehand. */
@SuppressWarnings("NullAway.Init") // JUnit sets the directory
class UnitMemoryTest {
    private static final int UNITS = 24;
    private static final String BYTES = "{\"name\": \"bytes\", \"configuration\": {\"endian\": \"little\"}}";
    private static final String CRC32C = "{\"name\": \"crc32c\"}";
    private static final String ZSTD = "{\"name\": \"zstd\", \"configuration\": {\"level\": 1, \"checksum\": true}}";
    private static final String GZIP = "{\"name\": \"gzip\", \"configuration\": {\"level\": 1}}";

    @TempDir
    Path directory;

    static Stream<Arguments> chains() {
        List<Arguments> chains = new ArrayList<>();
        List<String> codecs = List.of(
                BYTES,
                BYTES + "," + CRC32C,
                BYTES + "," + ZSTD,
                BYTES + "," + GZIP,
                BYTES + "," + ZSTD + "," + CRC32C,
                BYTES + "," + GZIP + "," + ZSTD,
                BYTES + "," + blosc("lz4", "shuffle"),
                BYTES + "," + blosc("lz4hc", "bitshuffle"),
                BYTES + "," + blosc("zstd", "bitshuffle"),
                BYTES + "," + blosc("zlib", "shuffle"),
                BYTES + "," + blosc("snappy", "noshuffle"),
                BYTES + "," + blosc("blosclz", "shuffle"));
        for (String chain : codecs) {
            for (int elements : new int[] {1, 1000, 40_000, 300_000}) {
                chains.add(Arguments.of(chain, elements, 0));
                chains.add(Arguments.of(chain, elements, elements < 1000 ? 4096 : 4));
            }
        }
        return chains.stream();
    }

    private static String blosc(String cname, String shuffle) {
        return """
                {"name": "blosc", "configuration":
                 {"cname": "%s", "clevel": 3, "shuffle": "%s", "typesize": 4, "blocksize": 0}}""".formatted(cname, shuffle);
    }

    /** @param perShard 0 for chunks without shards */
    private ZarrArray array(String codecs, int elements, int perShard) {
        String sharded = """
                {"name": "sharding_indexed", "configuration": {"chunk_shape": [%d], "codecs": [%s],
                 "index_codecs": [%s, %s]}}""".formatted(elements, codecs, BYTES, CRC32C);
        String json =
                """
                {"zarr_format": 3, "node_type": "array", "shape": [%d], "data_type": "int32",
                 "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [%d]}},
                 "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
                 "fill_value": 0, "codecs": [%s], "attributes": {}}""".formatted(UNITS * elements, Math.max(1, perShard) * elements, perShard > 0 ? sharded : codecs);
        ByteBuffer document = ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8));
        return new ZarrArray(
                FileStore.open(directory),
                StorePrefix.ROOT,
                V3ArrayMetadata.parse(Json.parseObject(document, "zarr.json"), "zarr.json"));
    }

    @ParameterizedTest
    @MethodSource("chains")
    void unitsAreWrittenAndReadWithinTheBounds(String codecs, int elements, int perShard) {
        ZarrArray array = array(codecs, elements, perShard);
        UnitMemory memory = UnitMemory.of(CodecChain.of(array.metadata()));

        try (Workspace tight = workspaceOf(memory.writingBytes() + memory.contextBytes())) {
            write(array, tight);
        }
        try (Workspace tight = workspaceOf(memory.readingBytes() + memory.contextBytes())) {
            readBack(array, tight);
        }
    }

    private static Workspace workspaceOf(long bytes) {
        return new Workspace(MemoryBudget.of(Math.max(1, bytes)));
    }

    private static void write(ZarrArray array, Workspace workspace) {
        ChunkWriter writer = new ChunkWriter(array, WriteMode.DIRECT);
        ChunkWriter.ShardWriter shard = null;
        int perShard = (int) (writer.chunks().unitShape().extent(0)
                / writer.units().unitShape().extent(0));
        for (int unit = 0; unit < UNITS; unit++) {
            int mark = workspace.mark();
            ByteBuffer encoded = writer.unitChain().encode(data(unit, writer.unitChain()), workspace);
            if (!writer.streamsShards()) {
                writer.writeEncoded(new long[] {unit}, encoded);
            } else {
                shard = unit % perShard == 0 ? writer.openShard(new long[] {unit / perShard}) : shard;
                Objects.requireNonNull(shard, "a shard begins with its first unit")
                        .append(unit % perShard, encoded);
            }
            workspace.releaseTo(mark);
            if (shard != null && (unit % perShard == perShard - 1 || unit == UNITS - 1)) {
                shard.commit(workspace);
                shard.close();
                workspace.releaseTo(mark);
            }
        }
    }

    private static void readBack(ZarrArray array, Workspace workspace) {
        ChunkReader reader = new ChunkReader(array);
        long perShard = reader.chunks().unitShape().extent(0)
                / reader.units().unitShape().extent(0);
        for (int unit = 0; unit < UNITS; unit++) {
            int mark = workspace.mark();
            ChunkReader.OpenChunk chunk = Objects.requireNonNull(reader.open(new long[] {unit / perShard}, workspace));
            assertThat(chunk.read(new long[] {unit}, workspace)).isEqualTo(data(unit, reader.unitChain()));
            workspace.releaseTo(mark);
        }
    }

    /** From one value everywhere to noise, so that encoded sizes are of many classes. */
    private static ByteBuffer data(int unit, CodecChain chain) {
        Random random = new Random(unit);
        byte[] bytes = new byte[(int) chain.decodedBytes()];
        int noise = (int) ((long) bytes.length * (unit * 7 % UNITS) / (UNITS - 1));
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = i < noise ? (byte) random.nextInt() : (byte) (unit + 1);
        }
        return ByteBuffer.wrap(bytes);
    }

    @Test
    void storedUnitBeyondTheBoundIsRefusedUnread() {
        ZarrArray array = array(BYTES, 300_000, 0);
        CodecChain chain = CodecChain.of(array.metadata());
        assertThat(chain.maxStoredBytes()).isEqualTo(1_200_000 + 150_000 + 65_536);
        array.store()
                .set(array.chunkKey(new long[] {0}), ByteBuffer.allocate(chain.maxStoredBytes() + 1), WriteMode.ATOMIC);
        ChunkReader reader = new ChunkReader(array);
        try (Workspace tight = workspaceOf(UnitMemory.of(chain).readingBytes())) {
            ChunkReader.OpenChunk chunk = Objects.requireNonNull(reader.open(new long[] {0}, tight));
            assertThatThrownBy(() -> chunk.read(new long[] {0}, tight))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("expected at most 1415536 bytes, found 1415537");
        }
    }
}
