package io.rezarr.codec;

import io.rezarr.metadata.Shape;

/**
 * A chunk (the shard) that is stored as inner chunks and an index of where each lies.
 *
 * <p>Shapes and indices are in the axes of the array, also behind a transpose; only {@link #position} knows that the
 * index follows the transposed axes.
 *
 * @see <a href="https://zarr-specs.readthedocs.io/en/latest/v3/codecs/sharding-indexed/index.html">Zarr v3, sharding codec</a>
 */
public final class ShardingCodec implements Codec {
    public enum IndexLocation {
        START,
        END
    }

    @Override
    public String name() {
        return "sharding_indexed";
    }

    /** The shape of an inner chunk; divides the shard's. */
    public Shape innerShape() {
        throw new UnsupportedOperationException();
    }

    /** How many inner chunks lie along each axis of a shard. */
    public Shape innerChunksPerShard() {
        throw new UnsupportedOperationException();
    }

    /** The codecs of an inner chunk, its layout in the axes of the array. */
    public CodecChain inner() {
        throw new UnsupportedOperationException();
    }

    public IndexLocation indexLocation() {
        throw new UnsupportedOperationException();
    }

    /** The size of the encoded index. */
    public int indexBytes() {
        throw new UnsupportedOperationException();
    }

    /** Where an inner chunk stands in the index, and in the order in which inner chunks are written (C order). */
    public int position(long[] innerIndex) {
        throw new UnsupportedOperationException();
    }

    /** The inner chunk at a position; the inverse of {@link #position}. */
    public long[] innerIndex(int position) {
        throw new UnsupportedOperationException();
    }

    /**
     * Decodes and checks an index.
     *
     * @param encoded {@link #indexBytes} bytes
     * @param shardBytes the size of the stored shard, index included, which bounds all offsets
     */
    public ShardIndex decodeIndex(java.nio.ByteBuffer encoded, long shardBytes, io.rezarr.memory.Workspace workspace) {
        throw new UnsupportedOperationException();
    }

    public java.nio.ByteBuffer encodeIndex(ShardIndex index, io.rezarr.memory.Workspace workspace) {
        throw new UnsupportedOperationException();
    }
}
