package io.rezarr.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.codec.CodecRegistry;
import io.rezarr.codec.VlenBytes;
import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.Json;
import io.rezarr.memory.MemoryBudget;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.V3ArrayMetadata;
import io.rezarr.store.MemoryStore;
import io.rezarr.store.Store;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.testkit.Specs;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Arrays of byte strings, one element a unit. Those that the reference implementations write are read in rezarr-vectors. */
class VlenBytesReaderTest {
    private static final String VLEN = "{\"name\": \"vlen-bytes\"}";
    private static final String ZSTD = "{\"name\": \"zstd\", \"configuration\": {\"level\": 1, \"checksum\": false}}";

    private final MemoryStore store = new MemoryStore();
    private final Workspace workspace = new Workspace();

    private VlenBytesReader reader(int chunk, String codecs, int maxBytes) {
        return reader("6", Integer.toString(chunk), codecs, maxBytes);
    }

    private VlenBytesReader reader(String shape, String chunk, String codecs, int maxBytes) {
        String document = """
                {"zarr_format": 3, "node_type": "array", "shape": [%s], "data_type": "variable_length_bytes",
                 "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [%s]}},
                 "chunk_key_encoding": {"name": "default"}, "fill_value": "", "codecs": [%s]}
                """.formatted(shape, chunk, codecs);
        ByteBuffer utf8 = ByteBuffer.wrap(document.getBytes(StandardCharsets.UTF_8));
        V3ArrayMetadata metadata = V3ArrayMetadata.parse(Json.parseObject(utf8, "zarr.json"), "zarr.json");
        return new VlenBytesReader(new ZarrArray(store, StorePrefix.ROOT, metadata), maxBytes);
    }

    private static ByteBuffer element(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer chunk = ByteBuffer.allocate(8 + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
        return chunk.putInt(1).putInt(bytes.length).put(bytes).flip();
    }

    private void put(String key, ByteBuffer value) {
        store.set(new StoreKey(key), value, Store.WriteMode.DIRECT);
    }

    private static String text(@Nullable VlenBytes values) {
        return StandardCharsets.UTF_8
                .decode(Objects.requireNonNull(values).element(0))
                .toString();
    }

    @Test
    void plainAndCompressedUnitsAreRead() {
        put("c/2", element("two"));
        assertThat(text(reader(1, VLEN, 1 << 20).read(new long[] {2}, workspace)))
                .isEqualTo("two");
        ByteBuffer zstd = CodecRegistry.bytesToBytes(Specs.v3("zstd", "level", 1, "checksum", false), 1)
                .encode(element("packed"), workspace);
        put("c/3", zstd);
        assertThat(text(reader(1, VLEN + ", " + ZSTD, 1 << 20).read(new long[] {3}, workspace)))
                .isEqualTo("packed");
    }

    /** zlib does not say how much there will be. */
    @Test
    void ofTheMemoryThatIsAcceptedOnlyWhatIsNeededIsTaken() {
        String zlib = "{\"name\": \"numcodecs.zlib\", \"configuration\": {\"level\": 1}}";
        for (String value : List.of("short", "much the same ".repeat(300_000))) {
            put(
                    "c/4",
                    CodecRegistry.bytesToBytes(Specs.v3("numcodecs.zlib", "level", 1), 1)
                            .encode(element(value), workspace));
            try (Workspace small = new Workspace(MemoryBudget.of(30 << 20))) {
                assertThat(text(reader(1, VLEN + ", " + zlib, 1 << 30).read(new long[] {4}, small)))
                        .isEqualTo(value);
            }
        }
    }

    @Test
    void absentUnitIsNull() {
        VlenBytesReader reader = reader(1, VLEN, 1 << 20);
        assertThat(reader.read(new long[] {0}, workspace)).isNull();
        assertThat(reader.storedBytes(new long[] {0}, workspace)).isEqualTo(-1);
    }

    @Test
    void innerChunksOfAShardAreReadAlone() {
        ByteBuffer first = element("a");
        ByteBuffer second = element("bc");
        ByteBuffer shard = ByteBuffer.allocate(67).order(ByteOrder.LITTLE_ENDIAN);
        shard.put(first.duplicate()).put(second.duplicate());
        shard.putLong(0).putLong(9).putLong(-1).putLong(-1).putLong(9).putLong(10);
        put("c/1", shard.flip());
        String sharding = """
                {"name": "sharding_indexed", "configuration": {"chunk_shape": [1], "codecs": [%s],
                 "index_codecs": [{"name": "bytes", "configuration": {"endian": "little"}}]}}""".formatted(VLEN);
        VlenBytesReader reader = reader(3, sharding, 1 << 20);
        assertThat(text(reader.read(new long[] {3}, workspace))).isEqualTo("a");
        assertThat(reader.read(new long[] {4}, workspace)).isNull();
        assertThat(text(reader.read(new long[] {5}, workspace))).isEqualTo("bc");
        assertThat(reader.storedBytes(new long[] {5}, workspace)).isEqualTo(10);
        assertThat(reader.read(new long[] {0}, workspace)).isNull();
    }

    @Test
    void moreBytesThanAreAcceptedAreRefusedByTheirKey() {
        put("c/0", element("0123456789"));
        assertThatThrownBy(() -> reader(1, VLEN, 17).read(new long[] {0}, workspace))
                .isInstanceOf(InfeasiblePlanException.class)
                .hasMessageContaining("memory:/c/0")
                .hasMessageContaining("18 bytes, more than the 17")
                .hasMessageContaining("-m");
    }

    @Test
    void otherElementsAndCodecsAreRefusedByName() {
        assertThatThrownBy(() -> reader(1, "{\"name\": \"bytes\"}", 99))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("Data type 'bytes' with codecs [bytes] cannot be decoded");
        assertThatThrownBy(() -> reader(1, VLEN + ", {\"name\": \"lzma3\"}", 99))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("lzma3");
    }

    @Test
    void transposedAxesAreRefused() {
        String transpose = "{\"name\": \"transpose\", \"configuration\": {\"order\": [1, 0]}}, ";
        assertThatThrownBy(() -> reader("6, 2", "3, 2", transpose + VLEN, 99))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("Codec 'transpose' of byte strings is not supported");
    }

    @Test
    void aShardOfMoreElementsThanCanBeCountedIsRefused() {
        String sharding = """
                {"name": "sharding_indexed", "configuration": {"chunk_shape": [%d], "codecs": [%s],
                 "index_codecs": [{"name": "bytes", "configuration": {"endian": "little"}}]}}""".formatted(1L << 59, VLEN);
        assertThatThrownBy(() -> reader("6", Long.toString(1L << 61), sharding, 99))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("Use smaller chunks");
    }

    @Test
    void aUnitBeyondTheGridIsTheCallersMistake() {
        assertThatThrownBy(() -> reader(1, VLEN, 99).read(new long[] {6}, workspace))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessageContaining("unit [6] of a grid of (6)");
    }
}
