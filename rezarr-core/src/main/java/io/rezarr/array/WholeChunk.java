package io.rezarr.array;

import io.rezarr.codec.DecodedPart;
import io.rezarr.codec.NeededBytes;
import io.rezarr.codec.PartialDecoding;
import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import io.rezarr.store.Store;
import io.rezarr.store.StoreKey;
import io.rezarr.store.ValueReader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A chunk whose stored value is one unit. Immutable; holds nothing open. */
final class WholeChunk implements ChunkReader.OpenChunk {
    private final Store store;
    private final StoreKey key;
    private final long[] chunkIndex;
    private final ReadUnits layout;

    WholeChunk(Store store, StoreKey key, long[] chunkIndex, ReadUnits layout) {
        this.store = store;
        this.key = key;
        this.chunkIndex = chunkIndex;
        this.layout = layout;
    }

    @Override
    public @Nullable ByteBuffer readEncoded(long[] unitIndex, Workspace workspace) {
        requireThis(unitIndex);
        return store.get(key, layout.maxStoredBytes(), workspace);
    }

    @Override
    public @Nullable ByteBuffer read(long[] unitIndex, Workspace workspace) {
        ByteBuffer encoded = readEncoded(unitIndex, workspace);
        return encoded == null ? null : ChunkReader.decode(layout.chain(), encoded, workspace, name());
    }

    @Override
    public @Nullable DecodedPart readPart(long[] unitIndex, NeededBytes needed, Workspace workspace) {
        requireThis(unitIndex);
        if (layout.chain().partialDecoding() == PartialDecoding.NONE) {
            return readWhole(unitIndex, workspace);
        }
        try (ValueReader reader = store.reader(key)) {
            return reader == null ? null : layout.chain().decodePart(unitOf(reader), needed, workspace);
        } catch (MalformedDataException e) {
            throw e.at(name());
        }
    }

    private @Nullable DecodedPart readWhole(long[] unitIndex, Workspace workspace) {
        ByteBuffer encoded = readEncoded(unitIndex, workspace);
        if (encoded == null) {
            return null;
        }
        ByteBuffer decoded = ChunkReader.decode(layout.chain(), encoded, workspace, name());
        return new DecodedPart(decoded, 0, encoded.remaining(), decoded.remaining());
    }

    @Override
    public int partBytes(long[] unitIndex) {
        requireThis(unitIndex);
        try (ValueReader reader = store.reader(key)) {
            return reader == null ? -1 : layout.chain().partBytes(unitOf(reader));
        } catch (MalformedDataException e) {
            throw e.at(name());
        }
    }

    private StoredUnit unitOf(ValueReader reader) {
        ChunkReader.requireAcceptable(reader.bytes(), layout);
        return new StoredUnit(reader, 0, reader.bytes());
    }

    private void requireThis(long[] unitIndex) {
        if (!Arrays.equals(unitIndex, chunkIndex)) {
            throw new IllegalArgumentException(
                    "unit " + Arrays.toString(unitIndex) + " is not in chunk " + Arrays.toString(chunkIndex));
        }
    }

    private String name() {
        return ChunkReader.nameOf(store, key);
    }

    @Override
    public void close() {}
}
