package io.rezarr.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.codec.DecodedPart;
import io.rezarr.codec.NeededBytes;
import io.rezarr.codec.PartialDecoding;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.Shape;
import io.rezarr.store.FileStore;
import io.rezarr.store.MemoryStore;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.store.StoreKey;
import io.rezarr.testkit.FaultyStore;
import io.rezarr.testkit.FaultyStore.Operation;
import io.rezarr.testkit.GoldenStores;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // JUnit sets the directory
class PartialReadTest {
    @TempDir
    Path directory;

    private final Workspace workspace = new Workspace();

    private static ChunkReader.OpenChunk open(ChunkReader reader, long... chunk) {
        try (Workspace workspace = new Workspace()) {
            return Objects.requireNonNull(reader.open(chunk, workspace));
        }
    }

    @Test
    void partOfEveryGoldenUnitIsTheSliceOfTheWholeOne() {
        Map<PartialDecoding, Integer> compared = new EnumMap<>(PartialDecoding.class);
        Random random = new Random(1);
        for (GoldenStores stores : List.of(GoldenStores.v2(), GoldenStores.v3())) {
            for (String name : stores.names()) {
                boolean chosen = name.contains("blosc") || name.contains("shard") || name.hashCode() % 3 == 0;
                if (chosen && GoldenArray.isArray(stores, name)) {
                    ChunkReader reader = readerOf(stores, name);
                    if (reader != null) {
                        compareParts(reader, name, random);
                        compared.merge(reader.partialDecoding(), 1, Integer::sum);
                    }
                }
            }
        }
        assertThat(compared.get(PartialDecoding.NONE)).isGreaterThan(10);
        assertThat(compared.get(PartialDecoding.BYTES)).isGreaterThan(10);
        assertThat(compared.get(PartialDecoding.BLOCKS)).isGreaterThan(50);
    }

    /** {@code null} if a codec, the type or the grid is not known. */
    private @Nullable ChunkReader readerOf(GoldenStores stores, String name) {
        try {
            return new ChunkReader(GoldenArray.open(stores, name, directory).array());
        } catch (UnsupportedFeatureException e) {
            return null;
        }
    }

    private void compareParts(ChunkReader reader, String name, Random random) {
        for (int i = 0; i < 4 && reader.units().units() > 0; i++) {
            long[] unit =
                    reader.units().index(random.nextInt((int) reader.units().units()));
            long[] chunk = unit.clone();
            for (int axis = 0; axis < chunk.length; axis++) {
                chunk[axis] = unit[axis]
                        * reader.units().unitShape().extent(axis)
                        / reader.chunks().unitShape().extent(axis);
            }
            try (ChunkReader.OpenChunk open = reader.open(chunk, workspace)) {
                if (open != null) {
                    comparePart(open, unit, needed((int) reader.unitChain().decodedBytes(), random), name);
                }
            }
            workspace.releaseTo(0);
        }
    }

    private static NeededBytes needed(int decodedBytes, Random random) {
        int first = random.nextInt(decodedBytes);
        int run = 1 + random.nextInt(decodedBytes - first);
        int stride = run + random.nextInt(50);
        return new NeededBytes(first, run, stride, 1 + (decodedBytes - first - run) / stride);
    }

    private void comparePart(ChunkReader.OpenChunk open, long[] unit, NeededBytes needed, String name) {
        ByteBuffer whole = open.read(unit, workspace);
        DecodedPart part = open.readPart(unit, needed, workspace);
        assertThat(part == null).as(name).isEqualTo(whole == null);
        if (whole == null || part == null) {
            return;
        }
        for (long run = 0; run < needed.runs(); run++) {
            int from = (int) (needed.first() + run * needed.strideBytes());
            ByteBuffer expected = whole.slice(whole.position() + from, (int) needed.runBytes());
            int at = part.bytes().position() + (int) (from - part.firstByte());
            assertThat(part.bytes().slice(at, expected.remaining()).mismatch(expected))
                    .as(name + ", " + needed)
                    .isEqualTo(-1);
        }
    }

    @Test
    void rangeOfARawChunkIsReadAlone() {
        FaultyStore store = FaultyStore.faultless(new MemoryStore());
        ZarrArray array = GoldenArrays.of(store, Shape.of(8), Shape.of(4), "");
        store.set(new StoreKey("c/0"), ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), WriteMode.DIRECT);
        ChunkReader reader = new ChunkReader(array);
        int before = store.log().size();

        DecodedPart part = Objects.requireNonNull(open(reader, 0).readPart(new long[] {0}, 1, 3, workspace));

        assertThat(part.bytes()).isEqualTo(ByteBuffer.wrap(new byte[] {2, 3}));
        assertThat(part.firstByte()).isEqualTo(1);
        assertThat(part.storedBytes()).isEqualTo(2);
        assertThat(part.decodedBytes()).isEqualTo(2);
        assertThat(store.log().subList(before, store.log().size()))
                .containsExactly(new Operation("size", "c/0"), new Operation("getRange", "c/0"));
        assertThat(open(reader, 1).readPart(new long[] {1}, 1, 3, workspace)).isNull();
        assertThat(reader.samplePartBytes(workspace)).isEqualTo(1);
    }

    @Test
    void rawChunkOfAnotherSizeIsRefusedThoughThePartIsThere() {
        MemoryStore store = new MemoryStore();
        ZarrArray array = GoldenArrays.of(store, Shape.of(8), Shape.of(4), "");
        for (int bytes : new int[] {3, 5}) {
            store.set(new StoreKey("c/0"), ByteBuffer.allocate(bytes), WriteMode.DIRECT);

            assertThatThrownBy(() -> open(new ChunkReader(array), 0).readPart(new long[] {0}, 0, 1, workspace))
                    .isInstanceOf(MalformedDataException.class)
                    .hasMessageContaining("memory:/c/0")
                    .hasMessageContaining("expected 4 bytes")
                    .hasMessageContaining("found " + bytes);
        }
        store.set(new StoreKey("c/0"), ByteBuffer.allocate(1 << 20), WriteMode.DIRECT);
        assertThatThrownBy(() -> open(new ChunkReader(array), 0).readPart(new long[] {0}, 0, 1, workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("expected at most")
                .hasMessageContaining("found 1048576");
    }

    @Test
    void partBeyondTheUnitIsAMistake() {
        ZarrArray array = GoldenArrays.of(new MemoryStore(), Shape.of(8), Shape.of(4), "");
        array.store().set(new StoreKey("c/0"), ByteBuffer.allocate(4), WriteMode.DIRECT);

        assertThatThrownBy(() -> open(new ChunkReader(array), 0).readPart(new long[] {0}, 2, 5, workspace))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new NeededBytes(0, 4, 3, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> NeededBytes.range(3, 3)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void partOfAnInnerChunkIsReadFromItsShard() {
        FaultyStore store = FaultyStore.faultless(new MemoryStore());
        ZarrArray sharded = GoldenArrays.of(store, Shape.of(8), Shape.of(4), "end");
        GoldenArrays.writeShard(sharded, new long[] {0}, List.of(1));
        int before = store.log().size();
        try (ChunkReader.OpenChunk shard = open(new ChunkReader(sharded), 0)) {
            DecodedPart part = Objects.requireNonNull(shard.readPart(new long[] {1}, 1, 2, workspace));

            assertThat(part.bytes()).isEqualTo(ByteBuffer.wrap(new byte[] {2}));
            assertThat(part.firstByte()).isEqualTo(1);
            assertThat(shard.readPart(new long[] {0}, 1, 2, workspace)).isNull();
        }
        assertThat(store.log().subList(before, store.log().size())).hasSize(3);
    }

    @Test
    void sizeOfBlocksIsThatOfTheFirstUnitThatIsFound() {
        ZarrArray blosc = GoldenArray.open(GoldenStores.v2(), "v2_comp_blosc_blocksize", directory)
                .array();
        ChunkReader reader = new ChunkReader(blosc);
        long decodedBytes = reader.unitChain().decodedBytes();

        assertThat(reader.partialDecoding()).isEqualTo(PartialDecoding.BLOCKS);
        assertThat((long) reader.samplePartBytes(workspace)).isBetween(128L, decodedBytes - 1);
        ZarrArray empty = new ZarrArray(new MemoryStore(), blosc.prefix(), blosc.metadata());
        assertThat(new ChunkReader(empty).samplePartBytes(workspace)).isZero();
    }

    @Test
    void wrongBlockHeaderNamesItsChunk() {
        ZarrArray blosc = GoldenArray.open(GoldenStores.v2(), "v2_blosc_multiblock_lz4", directory)
                .array();
        MemoryStore store = new MemoryStore();
        ZarrArray broken = new ZarrArray(store, blosc.prefix(), blosc.metadata());
        long[] first = new long[broken.metadata().shape().rank()];
        store.set(broken.chunkKey(first), ByteBuffer.allocate(100), WriteMode.DIRECT);

        assertThatThrownBy(() -> new ChunkReader(broken).samplePartBytes(workspace))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("memory:/" + broken.chunkKey(first))
                .hasMessageContaining("version of the format is 0, expected 2");
    }

    @Test
    void openShardsBeyondThoseThatMayHoldAFileAreReadTheSame() {
        FileStore store = FileStore.open(directory.resolve("s"));
        ZarrArray sharded = GoldenArrays.of(store, Shape.of(400), Shape.of(4), "start");
        ChunkReader reader = new ChunkReader(sharded);
        for (int i = 0; i < 100; i++) {
            GoldenArrays.writeShard(sharded, new long[] {i}, List.of(i % 2));
        }
        ChunkReader.OpenChunk[] shards = new ChunkReader.OpenChunk[100];
        for (int i = 0; i < 100; i++) {
            shards[i] = open(reader, i);
        }
        for (int i = 0; i < 100; i++) {
            long[] unit = {2L * i + i % 2};
            assertThat(shards[i].read(unit, workspace)).isEqualTo(ByteBuffer.wrap(new byte[] {
                (byte) (i % 2 + 1), (byte) (i % 2 + 1)
            }));
            shards[i].close();
        }
    }
}
