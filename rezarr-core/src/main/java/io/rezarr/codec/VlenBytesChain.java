package io.rezarr.codec;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Arithmetic;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The codecs of an array of byte strings ({@code variable_length_bytes}), resolved: {@code vlen-bytes}, then bytes→bytes codecs, directly or
 * for the inner chunks of shards. Immutable, safe for use by many threads (each with a workspace of its own).
 *
 * <p>Not supported: shards in shards, codecs around shards, transposed axes.
 */
public final class VlenBytesChain {
    private final Shape unitShape;
    private final List<BytesToBytesCodec> bytesToBytes;
    private final @Nullable Shards shards;

    /** How inner chunks lie in a shard. */
    private record Shards(Shape perShard, ShardIndexCodec index, ShardingCodec.IndexLocation location) {}

    private VlenBytesChain(Shape unitShape, List<BytesToBytesCodec> bytesToBytes, @Nullable Shards shards) {
        this.unitShape = unitShape;
        this.bytesToBytes = List.copyOf(bytesToBytes);
        this.shards = shards;
    }

    /**
     * @throws UnsupportedFeatureException if the array has other elements, or a codec is not known or not supported here; the message names it
     * @throws InvalidMetadataException if a configuration is wrong
     */
    public static VlenBytesChain of(ArrayMetadata metadata) {
        if (!metadata.dataType().name().equals("bytes")) {
            throw new UnsupportedFeatureException("Data type '"
                    + metadata.dataType().name() + "' is not one of byte strings; expected 'variable_length_bytes'.");
        }
        List<CodecSpec> codecs = metadata.codecs();
        if (codecs.size() == 1 && codecs.get(0).name().equals(ShardingCodec.NAME)) {
            return sharded(codecs.get(0), metadata.chunkShape());
        }
        return new VlenBytesChain(metadata.chunkShape(), behindVlenBytes(codecs), null);
    }

    private static VlenBytesChain sharded(CodecSpec codec, Shape shardShape) {
        CodecConfiguration configuration =
                CodecConfiguration.of(codec, "chunk_shape", "codecs", "index_codecs", "index_location");
        Shape inner = Shape.of(configuration.integers("chunk_shape", 1));
        Shape perShard = quotient(shardShape, inner);
        List<Integer> axes = IntStream.range(0, perShard.rank()).boxed().toList();
        ShardIndexCodec index = ShardIndexCodec.of(configuration.codecs("index_codecs"), axes, perShard);
        String location = configuration.oneOf("index_location", List.of("start", "end"), "end");
        return new VlenBytesChain(
                inner,
                behindVlenBytes(configuration.codecs("codecs")),
                new Shards(
                        perShard,
                        index,
                        "start".equals(location)
                                ? ShardingCodec.IndexLocation.START
                                : ShardingCodec.IndexLocation.END));
    }

    private static Shape quotient(Shape shard, Shape inner) {
        long[] counts = shard.toArray();
        for (int axis = 0; axis < counts.length; axis++) {
            if (inner.rank() != counts.length || counts[axis] % inner.extent(axis) != 0) {
                throw new InvalidMetadataException("Codec 'sharding_indexed': chunk_shape " + inner
                        + " must have the axes of the shard " + shard + " and divide it.");
            }
            counts[axis] /= inner.extent(axis);
        }
        return Shape.of(counts);
    }

    private static List<BytesToBytesCodec> behindVlenBytes(List<CodecSpec> codecs) {
        if (codecs.isEmpty() || !codecs.get(0).name().equals(VlenBytes.NAME)) {
            throw new UnsupportedFeatureException("Codecs "
                    + codecs.stream().map(CodecSpec::name).toList()
                    + " of byte strings are not supported; supported are 'vlen-bytes', then bytes→bytes codecs, alone or as"
                    + " the only codec of a shard's inner chunks.");
        }
        List<BytesToBytesCodec> bytesToBytes = new ArrayList<>();
        for (CodecSpec codec : codecs.subList(1, codecs.size())) {
            bytesToBytes.add(CodecRegistry.bytesToBytes(codec, 1));
        }
        return bytesToBytes;
    }

    /** The shape of what is decoded at once: a chunk, or an inner chunk. */
    public Shape unitShape() {
        return unitShape;
    }

    /** Whether units are stored as they are, so that their stored size tells how many bytes their elements have. */
    public boolean isPlain() {
        return bytesToBytes.isEmpty();
    }

    /** How many inner chunks lie along each axis of a shard; {@code null} if the array is not sharded. */
    public @Nullable Shape unitsPerShard() {
        return shards == null ? null : shards.perShard;
    }

    /** The size of a shard's index. */
    public int indexBytes() {
        return requireShards().index.encodedBytes();
    }

    public ShardingCodec.IndexLocation indexLocation() {
        return requireShards().location;
    }

    /** As {@link ShardingCodec#decodeIndex}; the inner chunks stand in it in C order. */
    public ShardIndex decodeIndex(ByteBuffer encoded, long shardBytes, Workspace workspace) {
        return requireShards().index.decode(encoded, shardBytes, workspace);
    }

    private Shards requireShards() {
        if (shards == null) {
            throw new IllegalStateException("the array is not sharded");
        }
        return shards;
    }

    /**
     * Decodes one unit.
     *
     * @param maxBytes the most that may be decoded, at any step
     * @throws MalformedDataException if the bytes do not decode, or decode to more
     */
    public VlenBytes decode(ByteBuffer encoded, int maxBytes, Workspace workspace) {
        ByteBuffer bytes = encoded.duplicate();
        for (int i = bytesToBytes.size() - 1; i >= 0; i--) {
            bytes = bytesToBytes.get(i).decode(bytes, maxBytes, workspace);
        }
        return VlenBytes.decode(bytes, unitShape.elements());
    }

    /**
     * Encodes one unit.
     *
     * @param decoded as {@link VlenBytes} describes it: number of elements, then length and bytes of each
     */
    public ByteBuffer encode(ByteBuffer decoded, Workspace workspace) {
        ByteBuffer bytes = decoded.duplicate();
        for (BytesToBytesCodec codec : bytesToBytes) {
            bytes = codec.encode(bytes, workspace);
        }
        return bytes;
    }

    /** As {@link ShardingCodec#encodeIndex}; the inner chunks stand in it in C order. */
    public ByteBuffer encodeIndex(ShardIndex index, Workspace workspace) {
        return requireShards().index.encode(index, workspace);
    }

    /**
     * The most that encoding a unit takes: borrowed from the workspace, and contexts of codecs, which the workspace keeps; 2^63 - 1 if there is no
     * bound.
     *
     * @param decodedBytes the most that a unit has
     */
    public long encodingBytes(long decodedBytes) {
        StageSizes sizes = new StageSizes(-1, decodedBytes, bytesToBytes);
        return Arithmetic.plus(sizes.encodingBytes(), sizes.contextBytes());
    }

    /** The most that reading or writing an index takes. */
    public long indexWorkspaceBytes() {
        return shards == null ? 0 : Arithmetic.plus(shards.index.workspaceBytes(), indexBytes());
    }
}
