package io.rezarr.array;

import io.rezarr.codec.CodecChain;
import io.rezarr.codec.DecodedPart;
import io.rezarr.codec.ItemForm;
import io.rezarr.codec.NeededBytes;
import io.rezarr.codec.PartialDecoding;
import io.rezarr.codec.ShardingCodec;
import io.rezarr.error.MalformedDataException;
import io.rezarr.memory.Workspace;
import io.rezarr.store.Store;
import io.rezarr.store.StoreKey;
import java.nio.ByteBuffer;
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
        this(array, ItemForm.MAX_CHUNK_BYTES);
    }

    /**
     * Reads nothing; throws likewise.
     *
     * @param maxItemBytes the most bytes that are accepted of the items of a unit, if they are of variable size
     */
    public ChunkReader(ZarrArray array, long maxItemBytes) {
        this.array = array;
        this.layout = ReadUnits.of(array.metadata(), maxItemBytes);
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

    /** Which parts of a read unit {@link OpenChunk#readPart} decodes without the rest of it. */
    public PartialDecoding partialDecoding() {
        return layout.chain().partialDecoding();
    }

    /**
     * The decoded size of what decodes alone in a unit: 1 where any bytes do; where blocks do, that of a block in the first unit
     * that is found by looking at a few chunks all over the array (the units of one writer all have the same); 0 if only
     * whole units decode, or none was found.
     *
     * @throws MalformedDataException if the header of that unit is wrong
     */
    public int samplePartBytes(Workspace workspace) {
        return partialDecoding() == PartialDecoding.BLOCKS
                ? PartSample.blockBytes(this, workspace)
                : partialDecoding() == PartialDecoding.BYTES ? 1 : 0;
    }

    /** Whether a read unit is an inner chunk, and {@link #open} reads the index of its shard. */
    public boolean readsInnerChunks() {
        return layout.sharding() != null;
    }

    /**
     * A chunk whose units can be read. Safe for use by many threads. An open shard may hold an open file, so it is to be closed
     * when no thread reads from it any more.
     */
    public interface OpenChunk extends AutoCloseable {
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

        /**
         * No more of the decoded unit than is needed, as far as {@link ChunkReader#partialDecoding} allows, else all of it;
         * {@code null} if it is absent. Only what is read is checked: the size of the whole unit, and what is decoded.
         *
         * @param needed within the unit's decoded bytes
         * @throws MalformedDataException as {@link #read} does
         */
        @Nullable
        DecodedPart readPart(long[] unitIndex, NeededBytes needed, Workspace workspace);

        /** The bytes from one on up to another one, without it. */
        default @Nullable DecodedPart readPart(long[] unitIndex, long fromByte, long toByte, Workspace workspace) {
            return readPart(unitIndex, NeededBytes.range(fromByte, toByte), workspace);
        }

        /** The decoded size of what decodes alone in that unit, as {@link CodecChain#partBytes} tells it; -1 if it is absent. */
        int partBytes(long[] unitIndex);

        @Override
        void close();
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
            return new WholeChunk(array.store(), key, chunkIndex.clone(), layout);
        }
        return ShardedChunk.open(array.store(), key, chunkIndex.clone(), layout, sharding, workspace);
    }

    /** @throws MalformedDataException if that is more than is accepted */
    static void requireAcceptable(long storedBytes, ReadUnits layout) {
        long most = layout.maxStoredBytes();
        if (storedBytes > most) {
            throw new MalformedDataException(
                    "stored value", most, "expected at most " + most + " bytes, found " + storedBytes);
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
}
