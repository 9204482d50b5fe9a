package io.rezarr.array;

import io.rezarr.codec.ShardingCodec;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Arithmetic;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.Shape;
import io.rezarr.store.Store;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Writes arrays of byte strings, a unit at a time: a chunk, or an inner chunk of a shard. The counterpart of {@link VlenBytesReader}. Safe for use
 * by many threads, each with its own workspace; one shard is written by one thread at a time.
 */
public final class VlenBytesWriter {
    /** What stands in front of the bytes of the only element of a unit: the number of elements, and its length. */
    public static final int OVERHEAD_BYTES = 2 * Integer.BYTES;

    private final ReadUnits layout;
    private final ChunkWriter writer;

    /** Writes nothing yet; throws as {@link VlenBytesReader#VlenBytesReader} does. */
    public VlenBytesWriter(ZarrArray array, Store.WriteMode mode) {
        this.layout = ReadUnits.ofByteStrings(array.metadata(), Integer.MAX_VALUE);
        this.writer = new ChunkWriter(array, mode, layout);
    }

    public ZarrArray array() {
        return writer.array();
    }

    /** The grid of what is encoded at once. */
    public UnitGrid units() {
        return layout.units();
    }

    /** How many units lie along each axis of a shard; {@code null} if the array is not sharded. */
    public @Nullable Shape unitsPerShard() {
        return layout.unitsPerShard();
    }

    /** The most that {@link #encode} and {@link #encodeOne} take for a unit of that many bytes. */
    public long workspaceBytes(long unitBytes) {
        long whole = Workspace.sizeFor(unitBytes + OVERHEAD_BYTES);
        ShardingCodec sharding = layout.sharding();
        long index = sharding == null ? 0 : sharding.indexWorkspaceBytes();
        return Arithmetic.plus(whole + index, layout.chain().itemEncodingBytes(unitBytes + OVERHEAD_BYTES));
    }

    /**
     * Encodes a unit of several elements.
     *
     * @param elements as {@link io.rezarr.codec.VlenBytes} describes it
     */
    public ByteBuffer encode(ByteBuffer elements, Workspace workspace) {
        return layout.chain().encode(elements, workspace);
    }

    /** Encodes a unit of one element, all remaining bytes; the buffer is not changed. */
    public ByteBuffer encodeOne(ByteBuffer element, Workspace workspace) {
        ByteBuffer unit = workspace
                .borrowBuffer(Math.addExact(OVERHEAD_BYTES, element.remaining()))
                .order(ByteOrder.LITTLE_ENDIAN);
        int start = unit.position();
        unit.putInt(1).putInt(element.remaining()).put(element.duplicate());
        return layout.chain().encode(unit.position(start), workspace);
    }

    /**
     * Writes a whole encoded unit.
     *
     * @throws IllegalStateException if units lie in shards
     */
    public void writeEncoded(long[] unitIndex, ByteBuffer encoded) {
        if (layout.sharding() != null) {
            throw new IllegalStateException("units of this array lie in shards");
        }
        writer.writeEncoded(unitIndex, encoded);
    }

    /**
     * Begins a shard, as {@link ChunkWriter#openShard} does.
     *
     * @throws IllegalStateException if the array is not sharded
     * @throws UnsupportedFeatureException if its index comes first, in a store that cannot go back to fill it in: inner chunks may be of any
     *     size, so that they are not gathered in memory
     */
    public ChunkWriter.ShardWriter openShard(long[] shardIndex) {
        ShardingCodec sharding = layout.sharding();
        if (sharding != null
                && sharding.indexLocation() == ShardingCodec.IndexLocation.START
                && !array().store().canWriteAt()) {
            throw new UnsupportedFeatureException("'" + array().prefix()
                    + "' has shards with their index at the start, which '"
                    + array().store().location()
                    + "' cannot write. Supported there is the end.");
        }
        return writer.openShard(shardIndex);
    }
}
