package io.rezarr.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.StoreException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.Shape;
import io.rezarr.store.FileStore;
import io.rezarr.store.ForwardingStore;
import io.rezarr.store.MemoryStore;
import io.rezarr.store.Store;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.store.Stores;
import io.rezarr.store.ValueWriter;
import io.rezarr.testkit.FaultyStore;
import io.rezarr.testkit.FaultyStore.Fault;
import io.rezarr.testkit.GoldenStores;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init") // JUnit sets the directory
class ChunkWriterTest {
    private static final GoldenStores V3 = GoldenStores.v3();
    private static final Shape SHAPE = Shape.of(8, 8);
    private static final Shape SHARD = Shape.of(4, 4);
    private static final long[] ORIGIN = {0, 0};

    @TempDir
    Path directory;

    private final Workspace workspace = new Workspace();

    /** A store that writes only forwards, like an object store. */
    private static final class AppendOnlyStore extends ForwardingStore {
        AppendOnlyStore() {
            super(new MemoryStore());
        }

        @Override
        public boolean canWriteAt() {
            return false;
        }

        @Override
        public ValueWriter writer(StoreKey key, WriteMode mode) {
            ValueWriter writer = inner.writer(key, mode);
            return new ValueWriter() {
                @Override
                public void append(ByteBuffer bytes) {
                    writer.append(bytes);
                }

                @Override
                public long position() {
                    return writer.position();
                }

                @Override
                public void writeAt(long offset, ByteBuffer bytes) {
                    throw new UnsupportedOperationException("append only");
                }

                @Override
                public void commit() {
                    writer.commit();
                }

                @Override
                public void close() {
                    writer.close();
                }
            };
        }
    }

    private List<Store> stores() {
        return List.of(new MemoryStore(), FileStore.open(directory), new AppendOnlyStore());
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "end"})
    void shardReadsBackInnerChunkByInnerChunk(String indexLocation) {
        for (Store store : stores()) {
            ZarrArray array = GoldenArrays.of(store, SHAPE, SHARD, indexLocation);

            long stored = GoldenArrays.writeShard(array, new long[] {1, 0}, List.of(0, 2, 3));

            assertThat(store.size(new StoreKey("c/1/0"))).isEqualTo(stored);
            ChunkReader reader = new ChunkReader(array);
            ChunkReader.OpenChunk shard = Objects.requireNonNull(reader.open(new long[] {1, 0}, workspace));
            assertThat(read(shard, 2, 0)).isEqualTo(new byte[] {1, 1, 1, 1});
            assertThat(shard.read(new long[] {2, 1}, workspace)).isNull();
            assertThat(read(shard, 3, 0)).isEqualTo(new byte[] {3, 3, 3, 3});
            assertThat(read(shard, 3, 1)).isEqualTo(new byte[] {4, 4, 4, 4});
        }
    }

    private byte[] read(ChunkReader.OpenChunk shard, long... unit) {
        ByteBuffer decoded = Objects.requireNonNull(shard.read(unit, workspace));
        byte[] bytes = new byte[decoded.remaining()];
        decoded.get(bytes);
        return bytes;
    }

    @Test
    void everyStoreGetsTheSameBytes() {
        for (String indexLocation : List.of("start", "end")) {
            List<ByteBuffer> shards = stores().stream()
                    .map(store -> {
                        ZarrArray array = GoldenArrays.of(store, SHAPE, SHARD, indexLocation);
                        GoldenArrays.writeShard(array, ORIGIN, List.of(1, 2));
                        return Objects.requireNonNull(Stores.readWhole(store, new StoreKey("c/0/0"), 1000));
                    })
                    .toList();

            assertThat(shards).hasSize(3).allMatch(shards.get(0)::equals);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "end"})
    void shardWithoutInnerChunksIsNotWritten(String indexLocation) {
        for (Store store : stores()) {
            ZarrArray array = GoldenArrays.of(store, SHAPE, SHARD, indexLocation);

            assertThat(GoldenArrays.writeShard(array, ORIGIN, List.of())).isZero();
            assertThat(store.size(new StoreKey("c/0/0"))).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "end"})
    void shardThatIsNotCommittedLeavesNothing(String indexLocation) {
        for (Store store : stores()) {
            ZarrArray array = GoldenArrays.of(store, SHAPE, SHARD, indexLocation);
            try (ChunkWriter.ShardWriter shard = new ChunkWriter(array, WriteMode.DIRECT).openShard(ORIGIN)) {
                shard.append(0, ByteBuffer.allocate(4));
            }
            assertThat(store.size(new StoreKey("c/0/0"))).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "end"})
    void failureAtAnyOperationLeavesNothing(String indexLocation) {
        FaultyStore counting = FaultyStore.faultless(new MemoryStore());
        GoldenArrays.writeShard(GoldenArrays.of(counting, SHAPE, SHARD, indexLocation), ORIGIN, List.of(0, 1));
        for (int change = 0; change < counting.changes(); change++) {
            MemoryStore inner = new MemoryStore();
            FaultyStore store = FaultyStore.atChange(change, Fault.FAIL, inner);
            ZarrArray array = GoldenArrays.of(store, SHAPE, SHARD, indexLocation);

            assertThatThrownBy(() -> GoldenArrays.writeShard(array, ORIGIN, List.of(0, 1)))
                    .isInstanceOf(StoreException.class);
            assertThat(inner.size(new StoreKey("c/0/0"))).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "end"})
    void positionsMustAscend(String indexLocation) {
        for (Store store : stores()) {
            ChunkWriter writer = new ChunkWriter(GoldenArrays.of(store, SHAPE, SHARD, indexLocation), WriteMode.DIRECT);
            try (ChunkWriter.ShardWriter shard = writer.openShard(ORIGIN)) {
                ByteBuffer chunk = ByteBuffer.allocate(4);
                shard.append(1, chunk);
                assertThat(chunk.remaining()).isEqualTo(4);
                for (int position : new int[] {0, 1, 4, -1}) {
                    assertThatThrownBy(() -> shard.append(position, chunk))
                            .isInstanceOf(IllegalArgumentException.class);
                }
                shard.commit(workspace);
                assertThatThrownBy(() -> shard.append(3, chunk)).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> shard.commit(workspace)).isInstanceOf(IllegalStateException.class);
            }
            assertThat(store.size(new StoreKey("c/0/0"))).isPositive();
        }
    }

    @Test
    void shardWithCodecsAroundItIsWrittenWhole() {
        GoldenArray golden = GoldenArray.open(V3, "v3_shard_then_gzip", directory);
        ChunkWriter writer = new ChunkWriter(golden.array(), WriteMode.DIRECT);

        assertThat(writer.streamsShards()).isFalse();
        assertThat(writer.units()).isEqualTo(writer.chunks());
        assertThatThrownBy(() -> writer.openShard(ORIGIN)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @MethodSource("io.rezarr.array.ChunkReaderTest#shardedStores")
    void goldenShardsReadTheSameAfterBeingWrittenAgain(String name) {
        GoldenArray golden = GoldenArray.open(V3, name, directory);
        for (Store store : List.of(new MemoryStore(), new AppendOnlyStore())) {
            ZarrArray copy =
                    new ZarrArray(store, StorePrefix.ROOT, golden.array().metadata());
            copy(golden.array(), copy);

            assertThat(GoldenArray.readAll(copy, workspace)).isEqualTo(golden.values());
        }
    }

    /** Moves encoded units from one array to another with the same metadata. */
    private void copy(ZarrArray from, ZarrArray to) {
        ChunkReader reader = new ChunkReader(from);
        ChunkWriter writer = new ChunkWriter(to, WriteMode.DIRECT);
        for (long number = 0; number < reader.chunks().units(); number++) {
            long[] chunk = reader.chunks().index(number);
            ChunkReader.OpenChunk open = reader.open(chunk, workspace);
            if (open == null) {
                continue;
            }
            if (!writer.streamsShards()) {
                ByteBuffer encoded = open.readEncoded(chunk, workspace);
                if (encoded != null) {
                    writer.writeEncoded(chunk, encoded);
                }
                continue;
            }
            copyShard(open, chunk, reader, writer);
        }
    }

    private void copyShard(ChunkReader.OpenChunk open, long[] chunk, ChunkReader reader, ChunkWriter writer) {
        var sharding = Objects.requireNonNull(
                ReadUnits.of(reader.array().metadata(), 0).sharding());
        int innerChunks = (int) sharding.innerChunksPerShard().elements();
        try (ChunkWriter.ShardWriter shard = writer.openShard(chunk)) {
            for (int position = 0; position < innerChunks; position++) {
                long[] unit = sharding.innerIndex(position);
                for (int axis = 0; axis < unit.length; axis++) {
                    unit[axis] += chunk[axis] * sharding.innerChunksPerShard().extent(axis);
                }
                ByteBuffer encoded = open.readEncoded(unit, workspace);
                if (encoded != null) {
                    shard.append(position, encoded);
                }
            }
            shard.commit(workspace);
        }
    }
}
