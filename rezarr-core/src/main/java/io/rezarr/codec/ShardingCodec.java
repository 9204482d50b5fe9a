package io.rezarr.codec;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Arithmetic;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.Shape;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A chunk (the shard) that is stored as inner chunks and an index of where each lies.
 *
 * <p>Encoded form: the inner chunks, in any order, with anything between them or none, and the index behind or before all of them. Name in v3:
 * {@code sharding_indexed}; configuration {@code {"chunk_shape": [32, 32], "codecs": [...], "index_codecs": [...], "index_location": "end"}}.
 *
 * <p>Shapes and indices are in the axes of the array, also behind a transpose; only {@link #position} knows that the
 * index follows the transposed axes.
 *
 * @see <a href="https://zarr-specs.readthedocs.io/en/latest/v3/codecs/sharding-indexed/index.html">Zarr v3, sharding codec</a>
 */
public final class ShardingCodec implements Codec {
    static final String NAME = "sharding_indexed";

    /** Where in the shard its index lies. */
    public enum IndexLocation {
        START,
        END
    }

    private final List<Integer> storedAxes;
    private final Shape innerChunksPerShard;
    private final int innerChunks;
    private final CodecChain inner;
    private final ShardIndexCodec indexCodec;
    private final IndexLocation indexLocation;
    private final ShardScatter scatter;
    private final long maxShardBytes;

    private ShardingCodec(
            List<Integer> storedAxes,
            Shape innerChunksPerShard,
            CodecChain inner,
            ShardIndexCodec indexCodec,
            IndexLocation indexLocation,
            ShardScatter scatter,
            long maxShardBytes) {
        this.storedAxes = storedAxes;
        this.innerChunksPerShard = innerChunksPerShard;
        this.innerChunks = (int) innerChunksPerShard.elements();
        this.inner = inner;
        this.indexCodec = indexCodec;
        this.indexLocation = indexLocation;
        this.scatter = scatter;
        this.maxShardBytes = maxShardBytes;
    }

    /**
     * @param storedAxes the axes of the array, from the slowest to the fastest in the shard
     * @param inner whose chunk shape divides the shard's
     * @param fillElement one element, little-endian
     */
    static ShardingCodec of(
            Shape shardShape,
            List<Integer> storedAxes,
            CodecChain inner,
            byte[] fillElement,
            List<CodecSpec> indexCodecs,
            IndexLocation indexLocation) {
        long[] counts = shardShape.toArray();
        for (int axis = 0; axis < counts.length; axis++) {
            counts[axis] /= inner.chunkShape().extent(axis);
        }
        Shape innerChunksPerShard = Shape.of(counts);
        ShardIndexCodec indexCodec = ShardIndexCodec.of(indexCodecs, storedAxes, innerChunksPerShard);
        return new ShardingCodec(
                storedAxes,
                innerChunksPerShard,
                inner,
                indexCodec,
                indexLocation,
                ShardScatter.of(shardShape, inner.chunkShape(), inner.layout(), fillElement),
                maxShardBytes(innerChunksPerShard, inner, indexCodec));
    }

    private static long maxShardBytes(Shape innerChunksPerShard, CodecChain inner, ShardIndexCodec indexCodec) {
        try {
            long chunkBytes = Math.multiplyExact(innerChunksPerShard.elements(), inner.maxEncodedBytes());
            return Math.addExact(chunkBytes, indexCodec.encodedBytes());
        } catch (ArithmeticException e) {
            throw new InvalidMetadataException(
                    "A shard of " + innerChunksPerShard + " inner chunks of up to " + inner.maxEncodedBytes()
                            + " bytes may have 2^63 bytes or more. Use smaller shards.",
                    e);
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    /** The shape of an inner chunk; divides the shard's. */
    public Shape innerShape() {
        return inner.chunkShape();
    }

    /** How many inner chunks lie along each axis of a shard. */
    public Shape innerChunksPerShard() {
        return innerChunksPerShard;
    }

    /** The codecs of an inner chunk, its layout in the axes of the array. */
    public CodecChain inner() {
        return inner;
    }

    public IndexLocation indexLocation() {
        return indexLocation;
    }

    /** The size of the encoded index. */
    public int indexBytes() {
        return indexCodec.encodedBytes();
    }

    /** Where an inner chunk stands in the index, and in the order in which inner chunks are written (C order). */
    public int position(long[] innerIndex) {
        long position = 0;
        for (int axis : storedAxes) {
            position = position * innerChunksPerShard.extent(axis)
                    + java.util.Objects.checkIndex(innerIndex[axis], innerChunksPerShard.extent(axis));
        }
        return (int) position;
    }

    /** The same of an inner chunk that is known by its index in the grid of those of all shards. */
    public int positionOfUnit(long[] unitIndex) {
        long[] inner = unitIndex.clone();
        for (int axis = 0; axis < inner.length; axis++) {
            inner[axis] %= innerChunksPerShard.extent(axis);
        }
        return position(inner);
    }

    /** The inner chunk at a position; the inverse of {@link #position}. */
    public long[] innerIndex(int position) {
        long rest = java.util.Objects.checkIndex(position, innerChunks);
        long[] index = new long[storedAxes.size()];
        for (int i = storedAxes.size() - 1; i >= 0; i--) {
            int axis = storedAxes.get(i);
            index[axis] = rest % innerChunksPerShard.extent(axis);
            rest /= innerChunksPerShard.extent(axis);
        }
        return index;
    }

    /**
     * Decodes and checks an index. Inner chunks may lie in any order, and overlap.
     *
     * @param encoded {@link #indexBytes} bytes
     * @param shardBytes the size of the stored shard, index included, which bounds all offsets
     * @throws MalformedDataException if it is no index, or an inner chunk lies outside the shard
     */
    public ShardIndex decodeIndex(ByteBuffer encoded, long shardBytes, Workspace workspace) {
        return indexCodec.decode(encoded, shardBytes, workspace);
    }

    /** Encodes an index to {@link #indexBytes} bytes. */
    public ByteBuffer encodeIndex(ShardIndex index, Workspace workspace) {
        return indexCodec.encode(index, workspace);
    }

    /** The most bytes of a shard that rezarr writes. */
    long maxShardBytes() {
        return maxShardBytes;
    }

    /** Decodes all inner chunks to one chunk in the layout of {@link #inner}. */
    ByteBuffer decodeShard(ByteBuffer shard, int decodedBytes, Workspace workspace) {
        ShardIndex index = indexOf(shard, workspace);
        ByteBuffer decoded = workspace.borrowBuffer(decodedBytes);
        for (int position = 0; position < innerChunks; position++) {
            int offset = decoded.position() + scatter.offset(innerIndex(position));
            if (index.isAbsent(position)) {
                scatter.fill(decoded, offset);
                continue;
            }
            int mark = workspace.mark();
            scatter.scatter(decodeInner(shard, index, position, workspace), decoded, offset);
            workspace.releaseTo(mark);
        }
        return decoded;
    }

    private ByteBuffer decodeInner(ByteBuffer shard, ShardIndex index, int position, Workspace workspace) {
        try {
            return inner.decode(innerChunk(shard, index, position), workspace);
        } catch (MalformedDataException e) {
            throw inInnerChunk(index, position, e);
        }
    }

    /** Checks the index, and every inner chunk as far as it can be without decoding. */
    void checkShard(ByteBuffer shard, Workspace workspace) {
        ShardIndex index = indexOf(shard, workspace);
        for (int position = 0; position < innerChunks; position++) {
            if (!index.isAbsent(position)) {
                int mark = workspace.mark();
                try {
                    inner.check(innerChunk(shard, index, position), workspace);
                } catch (MalformedDataException e) {
                    throw inInnerChunk(index, position, e);
                }
                workspace.releaseTo(mark);
            }
        }
    }

    /** Encodes a chunk in the layout of {@link #inner} to a shard without the inner chunks that are all fill value. */
    ByteBuffer encodeShard(ByteBuffer decoded, Workspace workspace) {
        if (maxShardBytes > Workspace.MAX_ARRAY_BYTES) {
            throw new UnsupportedFeatureException("A shard of " + innerChunksPerShard + " inner chunks may have "
                    + maxShardBytes + " bytes encoded, more than the " + Workspace.MAX_ARRAY_BYTES
                    + " that are coded at once. Use smaller shards inside other codecs.");
        }
        ByteBuffer shard = workspace.borrowBuffer((int) maxShardBytes);
        ShardIndex index = new ShardIndex(innerChunks);
        int start = shard.position();
        int indexAtStart = indexLocation == IndexLocation.START ? indexBytes() : 0;
        shard.position(start + indexAtStart);
        for (int position = 0; position < innerChunks; position++) {
            int mark = workspace.mark();
            appendInner(decoded, position, shard, start, index, workspace);
            workspace.releaseTo(mark);
        }
        int mark = workspace.mark();
        int indexStart = indexAtStart > 0 ? start : shard.position();
        shard.put(indexStart, encodeIndex(index, workspace), 0, indexBytes());
        workspace.releaseTo(mark);
        int end = indexAtStart > 0 ? shard.position() : shard.position() + indexBytes();
        return shard.position(start).limit(end);
    }

    private void appendInner(
            ByteBuffer decoded, int position, ByteBuffer shard, int shardStart, ShardIndex index, Workspace workspace) {
        ByteBuffer chunk = workspace.borrowBuffer((int) inner.decodedBytes());
        scatter.gather(decoded, decoded.position() + scatter.offset(innerIndex(position)), chunk);
        if (!scatter.isFill(chunk)) {
            ByteBuffer encoded = inner.encode(chunk, workspace);
            index.set(position, shard.position() - (long) shardStart, encoded.remaining());
            shard.put(encoded.duplicate());
        }
    }

    /** The most that reading or writing an index borrows, the encoded index included. */
    public long indexWorkspaceBytes() {
        return Arithmetic.plus(Workspace.sizeFor(indexBytes()), indexCodec.workspaceBytes());
    }

    /** The most that {@link #decodeShard} borrows. */
    long decodingBytes(long decodedBytes) {
        return sum(Workspace.sizeFor(decodedBytes), indexInMemoryBytes(), inner.decodingBytes());
    }

    /** The most that {@link #encodeShard} borrows. */
    long encodingBytes() {
        long chunk = Workspace.sizeFor(inner.decodedBytes());
        return sum(Workspace.sizeFor(maxShardBytes), chunk, indexInMemoryBytes(), inner.encodingBytes());
    }

    private long indexInMemoryBytes() {
        return indexCodec.workspaceBytes() + 2L * Long.BYTES * innerChunks;
    }

    private static long sum(long... bytes) {
        long sum = 0;
        for (long term : bytes) {
            sum = Arithmetic.plus(sum, term);
        }
        return sum;
    }

    private ShardIndex indexOf(ByteBuffer shard, Workspace workspace) {
        int shardBytes = shard.remaining();
        if (shardBytes < indexBytes()) {
            throw new MalformedDataException(
                    NAME, 0, "expected at least the " + indexBytes() + " bytes of the index, found " + shardBytes);
        }
        int start = indexLocation == IndexLocation.START ? 0 : shardBytes - indexBytes();
        return decodeIndex(shard.slice(shard.position() + start, indexBytes()), shardBytes, workspace);
    }

    private static ByteBuffer innerChunk(ByteBuffer shard, ShardIndex index, int position) {
        return shard.slice(shard.position() + (int) index.offset(position), (int) index.length(position));
    }

    private MalformedDataException inInnerChunk(ShardIndex index, int position, MalformedDataException cause) {
        return new MalformedDataException(
                NAME,
                index.offset(position),
                "inner chunk " + Shape.of(innerIndex(position)) + " of " + index.length(position) + " bytes: "
                        + cause.getMessage(),
                cause);
    }
}
