package io.rezarr.codec;

import io.rezarr.memory.Workspace;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.Shape;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All codecs of one chunk, resolved for its shape and data type. Immutable, safe for use by many threads (each with a
 * workspace of its own).
 */
public final class CodecChain {
    /**
     * The chain of an array's chunks (shards, when it is sharded).
     *
     * @throws io.rezarr.error.UnsupportedFeatureException if a codec or the data type is not known, by name, with those that are
     * @throws io.rezarr.error.InvalidMetadataException if a configuration is wrong, or the codecs are not in the order array→array,
     *     array→bytes, bytes→bytes
     */
    public static CodecChain of(ArrayMetadata metadata) {
        throw new UnsupportedOperationException();
    }

    public Shape chunkShape() {
        throw new UnsupportedOperationException();
    }

    /** The layout of decoded chunks. */
    public ElementLayout layout() {
        throw new UnsupportedOperationException();
    }

    /** The size of a decoded chunk; may exceed what {@link #decode} can hold (2 GiB) when the chain is sharded. */
    public long decodedBytes() {
        throw new UnsupportedOperationException();
    }

    /** The most bytes that {@link #encode} makes. */
    public long maxEncodedBytes() {
        throw new UnsupportedOperationException();
    }

    /** The bytes→bytes codecs in the order of encoding. */
    public List<BytesToBytesCodec> bytesToBytes() {
        throw new UnsupportedOperationException();
    }

    /** The sharding codec; {@code null} if chunks are not sharded. */
    public @Nullable ShardingCodec sharding() {
        throw new UnsupportedOperationException();
    }

    /**
     * Whether an inner chunk can be read without the rest of its shard: sharded, without bytes→bytes codecs around the shard, and
     * without a further shard level being skipped.
     */
    public boolean hasReadableInnerChunks() {
        throw new UnsupportedOperationException();
    }

    /**
     * Decodes one chunk, whole shards included (absent inner chunks become the fill value).
     *
     * @return {@link #decodedBytes} bytes in {@link #layout}
     * @throws io.rezarr.error.MalformedDataException if they do not decode to exactly that many
     */
    public ByteBuffer decode(ByteBuffer encoded, Workspace workspace) {
        throw new UnsupportedOperationException();
    }

    /** Encodes one chunk of {@link #decodedBytes} bytes in {@link #layout}; a sharded chain is written through its parts instead. */
    public ByteBuffer encode(ByteBuffer decoded, Workspace workspace) {
        throw new UnsupportedOperationException();
    }

    /** Checks an encoded chunk as far as it can be without decoding. */
    public void check(ByteBuffer encoded, Workspace workspace) {
        throw new UnsupportedOperationException();
    }
}
