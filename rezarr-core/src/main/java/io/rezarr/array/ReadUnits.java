package io.rezarr.array;

import io.rezarr.codec.CodecChain;
import io.rezarr.codec.ShardingCodec;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.Shape;
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
     * Of an array of byte strings, whose elements are in C order in each unit, and units in each shard.
     *
     * @throws UnsupportedFeatureException if it has other elements, or transposed axes
     */
    static ReadUnits ofByteStrings(ArrayMetadata metadata, long maxItemBytes) {
        if (!metadata.dataType().name().equals("bytes")) {
            throw new UnsupportedFeatureException("Data type '"
                    + metadata.dataType().name() + "' is not one of byte strings; expected 'variable_length_bytes'.");
        }
        ReadUnits units = of(metadata, maxItemBytes);
        if (units.chain().layout().isTransposed()) {
            throw new UnsupportedFeatureException(
                    "Codec 'transpose' of byte strings is not supported here; supported are"
                            + " 'vlen-bytes', then bytes→bytes codecs, alone or as the only codec of a shard's inner chunks.");
        }
        return units;
    }

    /** How many units lie along each axis of a shard; {@code null} if units are whole chunks. */
    @Nullable
    Shape unitsPerShard() {
        return sharding == null ? null : sharding.innerChunksPerShard();
    }

    /**
     * The most stored bytes of a unit that are accepted before they are read. A codec's own checks are stricter; this
     * keeps a wrong file of gigabytes from being loaded at all.
     */
    long maxStoredBytes() {
        return chain.maxStoredBytes();
    }
}
