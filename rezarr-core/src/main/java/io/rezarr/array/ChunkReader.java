package io.rezarr.array;

import io.rezarr.codec.CodecChain;
import io.rezarr.codec.ShardingCodec;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.StoreException;
import io.rezarr.memory.Workspace;
import io.rezarr.store.Store;
import io.rezarr.store.StoreKey;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the read units of an array: its chunks, or, when it is sharded so that they can be read alone, its inner
 * chunks. Safe for use by many threads, each with its own workspace.
 *
 * <p>Order of work: {@link #open} a chunk (size and index when sharded), then its units in any order.
 *
 * <p>A stored unit is refused unread if it has more than {@link CodecChain#maxStoredBytes}.
 */
public final class ChunkReader {
    private final ZarrArray array;
    private final ReadUnits layout;

    /**
     * Reads nothing.
     *
     * @throws io.rezarr.error.UnsupportedFeatureException if a codec or the data type is not known
     * @throws io.rezarr.error.InvalidMetadataException if the codecs make no chain
     */
    public ChunkReader(ZarrArray array) {
        this.array = array;
        this.layout = ReadUnits.of(array.metadata());
    }

    public ZarrArray array() {
        return array;
    }

    /** The grid of the chunks (shards). */
    public UnitGrid chunks() {
        return layout.chunks();
    }

    /** The grid of the read units. */
    public UnitGrid units() {
        return layout.units();
    }

    /** The codecs of a read unit. */
    public CodecChain unitChain() {
        return layout.chain();
    }

    /** Whether a read unit is an inner chunk, and {@link #open} reads the index of its shard. */
    public boolean readsInnerChunks() {
        return layout.sharding() != null;
    }

    /** A chunk whose units can be read. Safe for use by many threads. */
    public interface OpenChunk {
        /**
         * The stored bytes of one read unit; {@code null} if it is absent.
         *
         * @param unitIndex in the grid of read units, of a unit inside this chunk
         * @throws MalformedDataException if it has more bytes than are accepted, or its shard ends before it
         */
        @Nullable
        ByteBuffer readEncoded(long[] unitIndex, Workspace workspace);

        /**
         * The decoded unit in the layout of {@link ChunkReader#unitChain}; {@code null} if it is absent.
         *
         * @throws MalformedDataException if it does not decode; the message names the key, and the inner chunk
         */
        @Nullable
        ByteBuffer read(long[] unitIndex, Workspace workspace);
    }

    /**
     * Opens a chunk. For an array without readable inner chunks this costs nothing and is never {@code null}; otherwise
     * the index of the shard is read.
     *
     * @return {@code null} if the shard is absent
     * @throws MalformedDataException if the shard's index is wrong
     */
    public @Nullable OpenChunk open(long[] chunkIndex, Workspace workspace) {
        StoreKey key = array.chunkKey(chunkIndex);
        ShardingCodec sharding = layout.sharding();
        if (sharding == null) {
            return new WholeChunk(key, chunkIndex.clone());
        }
        return ShardedChunk.open(array.store(), key, chunkIndex.clone(), layout, sharding, workspace);
    }

    /** The stored value is the unit. */
    private final class WholeChunk implements OpenChunk {
        private final StoreKey key;
        private final long[] chunkIndex;

        WholeChunk(StoreKey key, long[] chunkIndex) {
            this.key = key;
            this.chunkIndex = chunkIndex;
        }

        @Override
        public @Nullable ByteBuffer readEncoded(long[] unitIndex, Workspace workspace) {
            if (!Arrays.equals(unitIndex, chunkIndex)) {
                throw new IllegalArgumentException(
                        "unit " + Arrays.toString(unitIndex) + " is not in chunk " + Arrays.toString(chunkIndex));
            }
            return array.store().get(key, layout.maxStoredBytes(), workspace);
        }

        @Override
        public @Nullable ByteBuffer read(long[] unitIndex, Workspace workspace) {
            ByteBuffer encoded = readEncoded(unitIndex, workspace);
            return encoded == null ? null : decode(layout.chain(), encoded, workspace, nameOf(array.store(), key));
        }
    }

    static ByteBuffer decode(CodecChain chain, ByteBuffer encoded, Workspace workspace, String name) {
        try {
            return chain.decode(encoded, workspace);
        } catch (MalformedDataException e) {
            throw e.at(name);
        }
    }

    /** A key in full, for messages. */
    static String nameOf(Store store, StoreKey key) {
        return store.location() + "/" + key;
    }

    static StoreException vanished(Store store, StoreKey key) {
        return new StoreException("'" + nameOf(store, key)
                + "' was there and is gone: something else changes the store. Try again when it is left alone.");
    }
}
