package io.rezarr.array;

import io.rezarr.codec.ShardIndex;
import io.rezarr.codec.ShardingCodec;
import io.rezarr.memory.Workspace;
import io.rezarr.store.Store;
import io.rezarr.store.StoreKey;
import io.rezarr.store.ValueWriter;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Inner chunks go to the store as they come. An index at the end is appended; for one at the start, its place is kept
 * and filled by the commit.
 */
final class StreamedShardWriter implements ChunkWriter.ShardWriter {
    private final Store store;
    private final StoreKey key;
    private final Store.WriteMode mode;
    private final ShardingCodec sharding;
    private final ShardPositions positions;
    /** {@code null} until the first inner chunk comes. */
    private @Nullable ValueWriter writer;

    StreamedShardWriter(Store store, StoreKey key, Store.WriteMode mode, ShardingCodec sharding) {
        this.store = store;
        this.key = key;
        this.mode = mode;
        this.sharding = sharding;
        this.positions = new ShardPositions(sharding);
    }

    @Override
    public void append(int position, ByteBuffer encoded) {
        positions.requireNext(position);
        ValueWriter target = writer == null ? begin() : writer;
        positions.add(position, target.position(), encoded.remaining());
        target.append(encoded.duplicate());
    }

    private ValueWriter begin() {
        ValueWriter begun = store.writer(key, mode);
        writer = begun;
        if (sharding.indexLocation() == ShardingCodec.IndexLocation.START) {
            begun.append(ByteBuffer.allocate(sharding.indexBytes()));
        }
        return begun;
    }

    @Override
    public long commit(Workspace workspace) {
        ValueWriter target = writer;
        ShardIndex index = positions.finish();
        if (target == null) {
            return 0;
        }
        int mark = workspace.mark();
        try {
            ByteBuffer encoded = sharding.encodeIndex(index, workspace);
            if (sharding.indexLocation() == ShardingCodec.IndexLocation.START) {
                target.writeAt(0, encoded);
            } else {
                target.append(encoded);
            }
            target.commit();
            return target.position();
        } finally {
            workspace.releaseTo(mark);
        }
    }

    @Override
    public void close() {
        if (writer != null) {
            writer.close();
        }
    }
}
