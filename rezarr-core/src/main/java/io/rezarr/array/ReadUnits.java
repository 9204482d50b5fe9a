package io.rezarr.array;

import io.rezarr.codec.CodecChain;
import io.rezarr.codec.ShardingCodec;
import io.rezarr.metadata.ArrayMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What of an array is encoded and decoded at once: inner chunks where they can be reached alone, else whole chunks.
 *
 * @param chunks the grid of what has a key: chunks, or shards
 * @param units the grid of what is decoded at once
 * @param chain the codecs of such a unit
 * @param sharding {@code null} if units are whole chunks
 */
record ReadUnits(
        UnitGrid chunks,
        UnitGrid units,
        CodecChain chain,
        @Nullable ShardingCodec sharding) {
    /** @param maxItemBytes see {@link CodecChain#of(ArrayMetadata, long)} */
    static ReadUnits of(ArrayMetadata metadata, long maxItemBytes) {
        CodecChain chunkChain = CodecChain.of(metadata, maxItemBytes);
        UnitGrid chunks = new UnitGrid(metadata.shape(), metadata.chunkShape());
        ShardingCodec sharding = chunkChain.hasReadableInnerChunks() ? chunkChain.sharding() : null;
        if (sharding == null) {
            return new ReadUnits(chunks, chunks, chunkChain, null);
        }
        UnitGrid inner = new UnitGrid(metadata.shape(), sharding.innerShape());
        return new ReadUnits(chunks, inner, sharding.inner(), sharding);
    }

    /**
     * The most stored bytes of a unit that are accepted before they are read. A codec's own checks are stricter; this
     * keeps a wrong file of gigabytes from being loaded at all.
     */
    long maxStoredBytes() {
        return chain.maxStoredBytes();
    }
}
