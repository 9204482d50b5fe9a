package io.rezarr.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.MalformedDataException;
import io.rezarr.error.StoreException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.Shape;
import io.rezarr.store.MemoryStore;
import io.rezarr.store.Store;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.store.StoreKey;
import io.rezarr.testkit.FaultyStore;
import io.rezarr.testkit.FaultyStore.Operation;
import io.rezarr.testkit.GoldenStores;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@SuppressWarnings("NullAway.Init") // JUnit sets the directory
class ChunkReaderTest {
    private static final GoldenStores V2 = GoldenStores.v2();
    private static final GoldenStores V3 = GoldenStores.v3();

    @TempDir
    Path directory;

    private final Workspace workspace = new Workspace();

    /** All sharded ones that need no codec beyond the basic. */
    static Stream<String> shardedStores() {
        return V3.names().stream()
                .filter(name -> V3.tags(name).contains("shard"))
                .filter(name -> !V3.tags(name).contains("vlen") && !name.contains("blosc"));
    }

    @ParameterizedTest
    @MethodSource("shardedStores")
    void shardedValuesAreTheGoldenOnes(String name) {
        GoldenArray golden = GoldenArray.open(V3, name, directory);

        assertThat(GoldenArray.readAll(golden.array(), workspace)).isEqualTo(golden.values());
    }

    @Test
    void plainValuesAreTheGoldenOnes() {
        int compared = 0;
        for (Map.Entry<GoldenStores, String> stores : List.of(Map.entry(V2, "v2_"), Map.entry(V3, "v3_"))) {
            for (String name : stores.getKey().names()) {
                List<String> tags = stores.getKey().tags(name);
                if (tags.stream()
                        .anyMatch(List.of("0d", "gap-first", "gap-middle", "order-F", "transpose")::contains)) {
                    compared += comparePlain(stores.getKey(), name) ? 1 : 0;
                }
            }
        }
        assertThat(compared).isGreaterThan(10);
    }

    /** Whether it could be compared: its codecs are known here. */
    private boolean comparePlain(GoldenStores stores, String name) {
        if (stores.expectedBytes(name).length == 0) {
            return false;
        }
        GoldenArray golden;
        try {
            golden = GoldenArray.open(stores, name, directory);
            new ChunkReader(golden.array()).unitChain();
        } catch (RuntimeException e) {
            return false;
        }
        assertThat(GoldenArray.readAll(golden.array(), workspace)).as(name).isEqualTo(golden.values());
        return true;
    }

    static Stream<String> brokenShards() {
        return Stream.of(
                "shard_index_offset_out",
                "shard_index_length_out",
                "shard_index_huge",
                "shard_index_half_empty",
                "shard_index_crc",
                "shard_truncated",
                "shard_tiny",
                "shard_empty_file",
                "shard_inner_wrong_size");
    }

    @ParameterizedTest
    @MethodSource("brokenShards")
    void brokenShardIsAnErrorThatNamesItsKey(String name) {
        ZarrArray array = GoldenArrays.broken(name, directory);

        assertThatThrownBy(() -> GoldenArray.readAll(array, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining(array.store().location() + "/c/")
                .hasMessageContaining("Restore it");
    }

    @Test
    void brokenInnerChunkIsNamed() {
        ZarrArray array = GoldenArrays.broken("shard_inner_wrong_size", directory);

        assertThatThrownBy(() -> GoldenArray.readAll(array, workspace)).hasMessageContaining("inner chunk (");
    }

    @Test
    void brokenChunkIsAnErrorThatNamesItsKey() {
        for (String name : List.of("chunk_truncated_raw", "chunk_too_long_raw", "chunk_empty_file", "crc32c_chunk")) {
            ZarrArray array = GoldenArrays.broken(name, directory);

            assertThatThrownBy(() -> GoldenArray.readAll(array, workspace))
                    .as(name)
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining(array.store().location() + "/");
        }
    }

    @Test
    void chunkThatIsNoFileIsAnErrorNotAGap() {
        for (String name : List.of("chunk_is_directory", "chunk_symlink_dangling")) {
            ZarrArray array = GoldenArrays.broken(name, directory);

            assertThatThrownBy(() -> GoldenArray.readAll(array, workspace))
                    .as(name)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("c/1");
        }
    }

    @Test
    void wrongFileOfGreatSizeIsRefusedUnread() {
        MemoryStore store = new MemoryStore();
        ZarrArray array = GoldenArrays.of(store, Shape.of(8), Shape.of(4), "");
        store.set(new StoreKey("c/0"), ByteBuffer.allocate(1 << 20), WriteMode.DIRECT);

        ChunkReader.OpenChunk chunk = Objects.requireNonNull(new ChunkReader(array).open(new long[] {0}, workspace));

        assertThatThrownBy(() -> chunk.read(new long[] {0}, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("c/0")
                .hasMessageContaining("found 1048576");
    }

    @Test
    void openingAChunkCostsNothingAndAShardTwoRequests() {
        FaultyStore store = FaultyStore.faultless(new MemoryStore());
        ZarrArray plain = GoldenArrays.of(store, Shape.of(8), Shape.of(4), "");
        assertThat(new ChunkReader(plain).open(new long[] {0}, workspace)).isNotNull();
        assertThat(store.log()).isEmpty();

        ZarrArray sharded = GoldenArrays.of(store, Shape.of(8), Shape.of(4), "end");
        ChunkReader reader = new ChunkReader(sharded);
        assertThat(reader.open(new long[] {0}, workspace)).isNull();
        GoldenArrays.writeShard(sharded, new long[] {0}, List.of(1));
        int before = store.log().size();
        ChunkReader.OpenChunk shard = Objects.requireNonNull(reader.open(new long[] {0}, workspace));
        assertThat(shard.read(new long[] {0}, workspace)).isNull();
        assertThat(shard.read(new long[] {1}, workspace)).isNotNull();
        assertThat(store.log().subList(before, store.log().size()))
                .containsExactly(
                        new Operation("size", "c/0"),
                        new Operation("getRange", "c/0"),
                        new Operation("getRange", "c/0"));
    }

    @Test
    void openedShardKeepsNothingOfTheWorkspace() {
        Store store = new MemoryStore();
        ZarrArray sharded = GoldenArrays.of(store, Shape.of(8), Shape.of(4), "start");
        GoldenArrays.writeShard(sharded, new long[] {1}, List.of(0, 1));

        ChunkReader.OpenChunk shard = Objects.requireNonNull(new ChunkReader(sharded).open(new long[] {1}, workspace));

        assertThat(workspace.mark()).isZero();
        assertThatThrownBy(() -> shard.read(new long[] {0}, workspace))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not in shard");
    }
}
