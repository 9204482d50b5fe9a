package io.rezarr.array;

import io.rezarr.codec.CodecChain;
import io.rezarr.codec.ItemForm;
import io.rezarr.codec.ShardingCodec;
import io.rezarr.memory.Workspace;
import io.rezarr.store.Store;
import io.rezarr.store.StoreKey;
import java.nio.ByteBuffer;

/**
 * Writes the chunks of an array, encoded: whole chunks, or shards inner chunk by inner chunk. Safe for use by many
 * threads; one shard is written by one thread at a time.
 */
public final class ChunkWriter {
    private final ZarrArray array;
    private final Store.WriteMode mode;
    private final ReadUnits layout;

    /** Writes nothing yet; throws as {@link ChunkReader#ChunkReader} does. */
    public ChunkWriter(ZarrArray array, Store.WriteMode mode) {
        this(array, mode, ItemForm.MAX_CHUNK_BYTES);
    }

    /**
     * Writes nothing yet; throws likewise.
     *
     * @param maxItemBytes the most bytes that the items of a unit have, if they are of variable size
     */
    public ChunkWriter(ZarrArray array, Store.WriteMode mode, long maxItemBytes) {
        this(array, mode, ReadUnits.of(array.metadata(), maxItemBytes));
    }

    ChunkWriter(ZarrArray array, Store.WriteMode mode, ReadUnits layout) {
        this.array = array;
        this.mode = mode;
        this.layout = layout;
    }

    public ZarrArray array() {
        return array;
    }

    /** The grid of the chunks (shards). */
    public UnitGrid chunks() {
        return layout.chunks();
    }

    /** The grid of what is encoded at once: inner chunks if {@link #streamsShards}, else chunks. */
    public UnitGrid units() {
        return layout.units();
    }

    /** The codecs of such a unit. */
    public CodecChain unitChain() {
        return layout.chain();
    }

    /**
     * Whether a chunk is a shard that is written inner chunk by inner chunk ({@link #openShard}). If not, a chunk is
     * encoded as a whole by {@link #unitChain}, also when it is a shard with codecs around it.
     */
    public boolean streamsShards() {
        return layout.sharding() != null;
    }

    /** Writes a whole encoded chunk. */
    public void writeEncoded(long[] chunkIndex, ByteBuffer encoded) {
        array.store().set(array.chunkKey(chunkIndex), encoded, mode);
    }

    /**
     * Begins a shard. Nothing stands in the store if it is closed before the first inner chunk was appended.
     *
     * @throws IllegalStateException if shards are not streamed
     */
    public ShardWriter openShard(long[] shardIndex) {
        ShardingCodec sharding = layout.sharding();
        if (sharding == null) {
            throw new IllegalStateException("chunks of this array are written whole");
        }
        StoreKey key = array.chunkKey(shardIndex);
        boolean indexFirst = sharding.indexLocation() == ShardingCodec.IndexLocation.START;
        return indexFirst && !array.store().canWriteAt()
                ? new GatheredShardWriter(array.store(), key, mode, sharding)
                : new StreamedShardWriter(array.store(), key, mode, sharding);
    }

    /** A shard that is being written. Not safe for use by several threads at once. */
    public interface ShardWriter extends AutoCloseable {
        /**
         * Appends an inner chunk, all remaining bytes; the buffer is not changed. Those left out are absent.
         *
         * @param position see {@link ShardingCodec#position}; positions must ascend
         */
        void append(int position, ByteBuffer encoded);

        /**
         * Writes the index and makes the shard readable; a shard of absent inner chunks only is not written.
         *
         * @return the bytes stored
         */
        long commit(Workspace workspace);

        /** Without a commit before, leaves nothing behind. */
        @Override
        void close();
    }
}
