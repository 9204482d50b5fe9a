package io.rezarr.array;

import io.rezarr.memory.Workspace;
import io.rezarr.store.Store;
import java.nio.ByteBuffer;

/**
 * Writes the chunks of an array, encoded: whole chunks, or shards inner chunk by inner chunk. Safe for use by many
 * threads; one shard is written by one thread at a time.
 */
public final class ChunkWriter {
    public ChunkWriter(ZarrArray array, Store.WriteMode mode) {
        throw new UnsupportedOperationException();
    }

    /** The grid of the chunks (shards). */
    public UnitGrid chunks() {
        throw new UnsupportedOperationException();
    }

    /** The grid of what is encoded at once: chunks, or inner chunks. */
    public UnitGrid units() {
        throw new UnsupportedOperationException();
    }

    /** The codecs of such a unit. */
    public io.rezarr.codec.CodecChain unitChain() {
        throw new UnsupportedOperationException();
    }

    /** Writes a whole chunk of an array that is not sharded. */
    public void writeEncoded(long[] chunkIndex, ByteBuffer encoded) {
        throw new UnsupportedOperationException();
    }

    /** Begins a shard. Nothing stands in the store if it is closed before the first inner chunk was appended. */
    public ShardWriter openShard(long[] shardIndex) {
        throw new UnsupportedOperationException();
    }

    /** A shard that is being written. Not safe for use by several threads at once. */
    public interface ShardWriter extends AutoCloseable {
        /** Appends an inner chunk; positions (see {@link io.rezarr.codec.ShardingCodec#position}) must ascend; those left out are absent. */
        void append(int position, ByteBuffer encoded);

        /** Writes the index and makes the shard readable; a shard of absent inner chunks only is not written. Returns the bytes stored. */
        long commit(Workspace workspace);

        /** Without a commit before, leaves nothing behind. */
        @Override
        void close();
    }
}
