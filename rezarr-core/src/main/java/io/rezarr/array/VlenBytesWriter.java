package io.rezarr.array;

import io.rezarr.codec.ShardIndex;
import io.rezarr.codec.ShardingCodec;
import io.rezarr.codec.VlenBytesChain;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.Shape;
import io.rezarr.store.Store;
import io.rezarr.store.ValueWriter;
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

    private final ZarrArray array;
    private final Store.WriteMode mode;
    private final VlenBytesChain chain;
    private final UnitGrid units;

    /** Writes nothing yet; throws as {@link VlenBytesReader#VlenBytesReader} does. */
    public VlenBytesWriter(ZarrArray array, Store.WriteMode mode) {
        this.array = array;
        this.mode = mode;
        this.chain = VlenBytesChain.of(array.metadata());
        this.units = new UnitGrid(array.metadata().shape(), chain.unitShape());
    }

    public ZarrArray array() {
        return array;
    }

    /** The grid of what is encoded at once. */
    public UnitGrid units() {
        return units;
    }

    /** How many units lie along each axis of a shard; {@code null} if the array is not sharded. */
    public @Nullable Shape unitsPerShard() {
        return chain.unitsPerShard();
    }

    /** The most that {@link #encode} and {@link #encodeOne} take for a unit of that many bytes. */
    public long workspaceBytes(long unitBytes) {
        long whole = Workspace.sizeFor(unitBytes + OVERHEAD_BYTES);
        long encoding = chain.encodingBytes(unitBytes + OVERHEAD_BYTES);
        long sum = whole + encoding + chain.indexWorkspaceBytes();
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    /**
     * Encodes a unit of several elements.
     *
     * @param elements as {@link io.rezarr.codec.VlenBytes} describes it
     */
    public ByteBuffer encode(ByteBuffer elements, Workspace workspace) {
        return chain.encode(elements, workspace);
    }

    /** Encodes a unit of one element, all remaining bytes; the buffer is not changed. */
    public ByteBuffer encodeOne(ByteBuffer element, Workspace workspace) {
        ByteBuffer unit = workspace
                .borrowBuffer(Math.addExact(OVERHEAD_BYTES, element.remaining()))
                .order(ByteOrder.LITTLE_ENDIAN);
        int start = unit.position();
        unit.putInt(1).putInt(element.remaining()).put(element.duplicate());
        return chain.encode(unit.position(start), workspace);
    }

    /**
     * Writes a whole encoded unit.
     *
     * @throws IllegalStateException if units lie in shards
     */
    public void writeEncoded(long[] unitIndex, ByteBuffer encoded) {
        if (chain.unitsPerShard() != null) {
            throw new IllegalStateException("units of this array lie in shards");
        }
        array.store().set(array.chunkKey(unitIndex), encoded, mode);
    }

    /**
     * Begins a shard. Nothing stands in the store if it is closed before the first unit was appended.
     *
     * @throws IllegalStateException if the array is not sharded
     * @throws UnsupportedFeatureException if its index comes first, in a store that cannot go back to fill it in
     */
    public Shard openShard(long[] shardIndex) {
        Shape perShard = chain.unitsPerShard();
        if (perShard == null) {
            throw new IllegalStateException("the array is not sharded");
        }
        if (isIndexFirst() && !array.store().canWriteAt()) {
            throw new UnsupportedFeatureException("'" + array.prefix()
                    + "' has shards with their index at the start, which '"
                    + array.store().location()
                    + "' cannot write. Supported there is the end.");
        }
        return new Shard(shardIndex, Math.toIntExact(perShard.elements()));
    }

    private boolean isIndexFirst() {
        return chain.indexLocation() == ShardingCodec.IndexLocation.START;
    }

    /** A shard that is being written. Not safe for use by several threads at once. */
    public final class Shard implements AutoCloseable {
        private final long[] shardIndex;
        private final ShardIndex index;
        private int last = -1;
        private @Nullable ValueWriter writer;

        private Shard(long[] shardIndex, int units) {
            this.shardIndex = shardIndex.clone();
            this.index = new ShardIndex(units);
        }

        /**
         * Appends an encoded unit, all remaining bytes; the buffer is not changed.
         *
         * @param position of the unit in the shard in C order; positions must ascend
         */
        public void append(int position, ByteBuffer encoded) {
            if (position <= last || position >= index.innerChunks()) {
                throw new IllegalArgumentException("position " + position + " after " + last + " in a shard of "
                        + index.innerChunks() + " inner chunks; positions must ascend");
            }
            ValueWriter target = writer == null ? begin() : writer;
            index.set(position, target.position(), encoded.remaining());
            target.append(encoded.duplicate());
            last = position;
        }

        private ValueWriter begin() {
            ValueWriter begun = array.store().writer(array.chunkKey(shardIndex), mode);
            writer = begun;
            if (isIndexFirst()) {
                begun.append(ByteBuffer.allocate(chain.indexBytes()));
            }
            return begun;
        }

        /** Writes the index and makes the shard readable; one without units is not written. */
        public void commit(Workspace workspace) {
            ValueWriter target = writer;
            if (target == null) {
                return;
            }
            int mark = workspace.mark();
            ByteBuffer encoded = chain.encodeIndex(index, workspace);
            if (isIndexFirst()) {
                target.writeAt(0, encoded);
            } else {
                target.append(encoded);
            }
            target.commit();
            workspace.releaseTo(mark);
        }

        /** Without a commit before, leaves nothing behind. */
        @Override
        public void close() {
            if (writer != null) {
                writer.close();
            }
        }
    }
}
