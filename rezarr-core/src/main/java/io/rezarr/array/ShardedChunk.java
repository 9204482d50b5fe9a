package io.rezarr.array;

import io.rezarr.codec.ShardIndex;
import io.rezarr.codec.ShardingCodec;
import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.Shape;
import io.rezarr.store.ByteRange;
import io.rezarr.store.Store;
import io.rezarr.store.StoreKey;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A shard whose index has been read; its inner chunks are read by their byte ranges. Immutable. */
final class ShardedChunk implements ChunkReader.OpenChunk {
    private final Store store;
    private final StoreKey key;
    private final long[] shardIndex;
    private final ReadUnits layout;
    private final ShardingCodec sharding;
    private final ShardIndex index;
    private final long maxStoredBytes;

    private ShardedChunk(
            Store store, StoreKey key, long[] shardIndex, ReadUnits layout, ShardingCodec sharding, ShardIndex index) {
        this.store = store;
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
        long shardBytes = store.size(key);
        if (shardBytes < 0) {
            return null;
        }
        int mark = workspace.mark();
        try {
            ShardIndex index = readIndex(store, key, shardBytes, sharding, workspace);
            return new ShardedChunk(store, key, shardIndex, layout, sharding, index);
        } finally {
            workspace.releaseTo(mark);
        }
    }

    private static ShardIndex readIndex(
            Store store, StoreKey key, long shardBytes, ShardingCodec sharding, Workspace workspace) {
        int indexBytes = sharding.indexBytes();
        String name = ChunkReader.nameOf(store, key);
        if (shardBytes < indexBytes) {
            throw new MalformedDataException(
                            "shard index",
                            0,
                            "expected a shard of at least " + indexBytes + " bytes, which its index has, found "
                                    + shardBytes)
                    .at(name);
        }
        long offset = sharding.indexLocation() == ShardingCodec.IndexLocation.START ? 0 : shardBytes - indexBytes;
        ByteBuffer encoded = store.get(key, new ByteRange(offset, indexBytes), workspace);
        if (encoded == null) {
            throw ChunkReader.vanished(store, key);
        }
        try {
            return sharding.decodeIndex(encoded, shardBytes, workspace);
        } catch (MalformedDataException e) {
            throw e.at(name);
        }
    }

    @Override
    public @Nullable ByteBuffer readEncoded(long[] unitIndex, Workspace workspace) {
        int position = sharding.position(innerIndexOf(unitIndex));
        if (index.isAbsent(position)) {
            return null;
        }
        long length = index.length(position);
        if (length > maxStoredBytes || length > Integer.MAX_VALUE - 8) {
            throw new MalformedDataException(
                            "shard index",
                            index.offset(position),
                            "expected an inner chunk of at most " + maxStoredBytes + " bytes, found " + length)
                    .at(nameOf(unitIndex));
        }
        ByteBuffer encoded = store.get(key, new ByteRange(index.offset(position), (int) length), workspace);
        if (encoded == null) {
            throw ChunkReader.vanished(store, key);
        }
        return encoded;
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

    private String nameOf(long[] unitIndex) {
        return ChunkReader.nameOf(store, key) + " inner chunk " + Shape.of(innerIndexOf(unitIndex));
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
