package io.rezarr.array;

import io.rezarr.codec.ShardIndex;
import io.rezarr.codec.ShardingCodec;
import io.rezarr.memory.Workspace;
import io.rezarr.store.Store;
import io.rezarr.store.StoreKey;
import io.rezarr.store.ValueWriter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * For an index at the start in a store that cannot go back to fill it in: the whole shard is kept in memory until the
 * commit.
 */
final class GatheredShardWriter implements ChunkWriter.ShardWriter {
    private final Store store;
    private final StoreKey key;
    private final Store.WriteMode mode;
    private final ShardingCodec sharding;
    private final ShardPositions positions;
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();

    GatheredShardWriter(Store store, StoreKey key, Store.WriteMode mode, ShardingCodec sharding) {
        this.store = store;
        this.key = key;
        this.mode = mode;
        this.sharding = sharding;
        this.positions = new ShardPositions(sharding);
    }

    @Override
    public void append(int position, ByteBuffer encoded) {
        positions.requireNext(position);
        positions.add(position, (long) sharding.indexBytes() + gathered.size(), encoded.remaining());
        gathered.write(encoded.array(), encoded.arrayOffset() + encoded.position(), encoded.remaining());
    }

    @Override
    public long commit(Workspace workspace) {
        boolean empty = positions.isEmpty();
        ShardIndex index = positions.finish();
        if (empty) {
            return 0;
        }
        int mark = workspace.mark();
        try (ValueWriter writer = store.writer(key, mode)) {
            writer.append(sharding.encodeIndex(index, workspace));
            writer.append(ByteBuffer.wrap(gathered.toByteArray()));
            writer.commit();
            return writer.position();
        } finally {
            workspace.releaseTo(mark);
        }
    }

    @Override
    public void close() {
        gathered.reset();
    }
}
