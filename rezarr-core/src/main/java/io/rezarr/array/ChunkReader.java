package io.rezarr.array;

import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the read units of an array: its chunks, or, when it is sharded so that they can be read alone, its inner
 * chunks. Safe for use by many threads, each with its own workspace.
 *
 * <p>Order of work: {@link #open} a chunk (one request when sharded: the index), then its units in any order.
 */
public final class ChunkReader {
    public ChunkReader(ZarrArray array) {
        throw new UnsupportedOperationException();
    }

    /** The grid of the chunks (shards). */
    public UnitGrid chunks() {
        throw new UnsupportedOperationException();
    }

    /** The grid of the read units. */
    public UnitGrid units() {
        throw new UnsupportedOperationException();
    }

    /** The codecs of a read unit. */
    public io.rezarr.codec.CodecChain unitChain() {
        throw new UnsupportedOperationException();
    }

    /** A chunk whose units can be read. Safe for use by many threads. */
    public interface OpenChunk {
        /**
         * The stored bytes of one read unit; {@code null} if it is absent.
         *
         * @param unitIndex in the grid of read units, of a unit inside this chunk
         */
        @Nullable
        ByteBuffer readEncoded(long[] unitIndex, Workspace workspace);

        /** The decoded unit in the layout of {@link ChunkReader#unitChain}; {@code null} if it is absent. Errors name the key. */
        @Nullable
        ByteBuffer read(long[] unitIndex, Workspace workspace);
    }

    /** @return {@code null} if the chunk (shard) is known to be absent; for an array that is not sharded this costs nothing and is never {@code null} */
    public @Nullable OpenChunk open(long[] chunkIndex, Workspace workspace) {
        throw new UnsupportedOperationException();
    }
}
