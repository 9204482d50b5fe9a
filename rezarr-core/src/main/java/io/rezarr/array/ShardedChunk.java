package io.rezarr.array;

import io.rezarr.codec.DecodedPart;
import io.rezarr.codec.NeededBytes;
import io.rezarr.codec.ShardIndex;
import io.rezarr.codec.ShardingCodec;
import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.Shape;
import io.rezarr.store.Store;
import io.rezarr.store.StoreKey;
import io.rezarr.store.ValueReader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A shard whose index has been read; its inner chunks are read by their byte ranges from the value that was opened. */
final class ShardedChunk implements ChunkReader.OpenChunk {
    private final ValueReader value;
    private final String key;
    private final long[] shardIndex;
    private final ReadUnits layout;
    private final ShardingCodec sharding;
    private final ShardIndex index;
    private final long maxStoredBytes;

    private ShardedChunk(
            ValueReader value,
            String key,
            long[] shardIndex,
            ReadUnits layout,
            ShardingCodec sharding,
            ShardIndex index) {
        this.value = value;
        this.key = key;
        this.shardIndex = shardIndex;
        this.layout = layout;
        this.sharding = sharding;
        this.index = index;
        this.maxStoredBytes = layout.maxStoredBytes();
    }

    /** {@code null} if there is no such shard. */
    static @Nullable ShardedChunk open(
            Store store,
            StoreKey key,
            long[] shardIndex,
            ReadUnits layout,
            ShardingCodec sharding,
            Workspace workspace) {
        ValueReader value = store.reader(key);
        if (value == null) {
            return null;
        }
        String name = ChunkReader.nameOf(store, key);
        boolean opened = false;
        int mark = workspace.mark();
        try {
            ShardIndex index = readIndex(value, name, sharding, workspace);
            opened = true;
            return new ShardedChunk(value, name, shardIndex, layout, sharding, index);
        } finally {
            workspace.releaseTo(mark);
            if (!opened) {
                value.close();
            }
        }
    }

    private static ShardIndex readIndex(ValueReader value, String name, ShardingCodec sharding, Workspace workspace) {
        int indexBytes = sharding.indexBytes();
        long shardBytes = value.bytes();
        if (shardBytes < indexBytes) {
            throw new MalformedDataException(
                            "shard index",
                            0,
                            "expected a shard of at least " + indexBytes + " bytes, which its index has, found "
                                    + shardBytes)
                    .at(name);
        }
        long offset = sharding.indexLocation() == ShardingCodec.IndexLocation.START ? 0 : shardBytes - indexBytes;
        byte[] encoded = workspace.borrow(indexBytes);
        value.read(offset, encoded, 0, indexBytes);
        try {
            return sharding.decodeIndex(ByteBuffer.wrap(encoded, 0, indexBytes), shardBytes, workspace);
        } catch (MalformedDataException e) {
            throw e.at(name);
        }
    }

    @Override
    public @Nullable ByteBuffer readEncoded(long[] unitIndex, Workspace workspace) {
        StoredUnit unit = storedUnit(unitIndex);
        if (unit == null) {
            return null;
        }
        int bytes = (int) unit.bytes();
        byte[] encoded = workspace.borrow(bytes);
        unit.read(0, encoded, 0, bytes);
        return ByteBuffer.wrap(encoded, 0, bytes);
    }

    /** {@code null} if the inner chunk is absent. */
    private @Nullable StoredUnit storedUnit(long[] unitIndex) {
        int position = sharding.position(innerIndexOf(unitIndex));
        if (index.isAbsent(position)) {
            return null;
        }
        long length = index.length(position);
        if (length > maxStoredBytes || length > Workspace.MAX_ARRAY_BYTES) {
            throw new MalformedDataException(
                            "shard index",
                            index.offset(position),
                            "expected an inner chunk of at most " + maxStoredBytes + " bytes, found " + length)
                    .at(nameOf(unitIndex));
        }
        return new StoredUnit(value, index.offset(position), length);
    }

    @Override
    public @Nullable ByteBuffer read(long[] unitIndex, Workspace workspace) {
        ByteBuffer encoded = readEncoded(unitIndex, workspace);
        if (encoded == null) {
            return null;
        }
        try {
            return layout.chain().decode(encoded, workspace);
        } catch (MalformedDataException e) {
            throw e.at(nameOf(unitIndex));
        }
    }

    @Override
    public @Nullable DecodedPart readPart(long[] unitIndex, NeededBytes needed, Workspace workspace) {
        StoredUnit unit = storedUnit(unitIndex);
        if (unit == null) {
            return null;
        }
        try {
            return layout.chain().decodePart(unit, needed, workspace);
        } catch (MalformedDataException e) {
            throw e.at(nameOf(unitIndex));
        }
    }

    @Override
    public int partBytes(long[] unitIndex) {
        StoredUnit unit = storedUnit(unitIndex);
        if (unit == null) {
            return -1;
        }
        try {
            return layout.chain().partBytes(unit);
        } catch (MalformedDataException e) {
            throw e.at(nameOf(unitIndex));
        }
    }

    @Override
    public void close() {
        value.close();
    }

    private String nameOf(long[] unitIndex) {
        return key + " inner chunk " + Shape.of(innerIndexOf(unitIndex));
    }

    private long[] innerIndexOf(long[] unitIndex) {
        Shape perShard = sharding.innerChunksPerShard();
        long[] inner = new long[shardIndex.length];
        for (int axis = 0; axis < inner.length; axis++) {
            long along = perShard.extent(axis);
            inner[axis] = unitIndex[axis] - shardIndex[axis] * along;
            if (inner[axis] < 0 || inner[axis] >= along) {
                throw new IllegalArgumentException(
                        "unit " + Arrays.toString(unitIndex) + " is not in shard " + Arrays.toString(shardIndex));
            }
        }
        return inner;
    }
}
