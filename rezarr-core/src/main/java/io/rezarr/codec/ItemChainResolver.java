package io.rezarr.codec;

import static io.rezarr.codec.ChainResolver.isV3;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.DataType;
import io.rezarr.metadata.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Makes a {@link CodecChain} of the codecs of an array of items of variable size, as {@link ChainResolver} does of others. */
final class ItemChainResolver {
    private final DataType type;
    private final long maxItemBytes;

    /** @param maxItemBytes of the items of one chunk */
    ItemChainResolver(DataType type, long maxItemBytes) {
        this.type = type;
        this.maxItemBytes = maxItemBytes;
    }

    CodecChain resolve(List<CodecSpec> codecs, Shape chunkShape) {
        return resolve(
                codecs,
                chunkShape,
                IntStream.range(0, chunkShape.rank()).boxed().toList());
    }

    /** @param axes of the array, from the slowest to the fastest of what the first codec is given */
    private CodecChain resolve(List<CodecSpec> codecs, Shape chunkShape, List<Integer> axes) {
        List<Integer> stored = axes;
        int first = 0;
        while (first < codecs.size() && isV3(codecs.get(first), TransposeCodec.NAME)) {
            long[] order = ChainResolver.orderOf(codecs.get(first++), stored.size());
            stored = ChainResolver.transposed(stored, order);
        }
        if (first == codecs.size()) {
            throw undecodable(codecs);
        }
        CodecSpec serialiser = codecs.get(first);
        List<CodecSpec> behind = codecs.subList(first + 1, codecs.size());
        return isV3(serialiser, ShardingCodec.NAME)
                ? sharded(serialiser, behind, chunkShape, stored)
                : plain(serialiser, behind, chunkShape, stored, codecs);
    }

    private CodecChain plain(
            CodecSpec serialiser,
            List<CodecSpec> behind,
            Shape chunkShape,
            List<Integer> stored,
            List<CodecSpec> codecs) {
        ItemForm form = ItemForm.of(serialiser);
        if (form == null) {
            throw undecodable(codecs);
        }
        if (!form.fits(type.name())) {
            throw new InvalidMetadataException(
                    "Codec '" + serialiser.name() + "' does not encode elements of data type '" + type.name() + "'.");
        }
        List<BytesToBytesCodec> bytesToBytes = new ArrayList<>();
        for (CodecSpec codec : behind) {
            bytesToBytes.add(CodecRegistry.bytesToBytes(codec, 1));
        }
        ElementLayout layout = new ElementLayout(ItemForm.SLOT_BYTES, stored, List.of());
        return new CodecChain(chunkShape, layout, slotBytes(chunkShape), form, maxItemBytes, bytesToBytes);
    }

    private static long slotBytes(Shape chunkShape) {
        try {
            return Math.multiplyExact(chunkShape.elements(), (long) ItemForm.SLOT_BYTES);
        } catch (ArithmeticException e) {
            throw new InvalidMetadataException(
                    "A chunk of " + chunkShape + " items has more of them than can be held. Use smaller chunks.", e);
        }
    }

    private CodecChain sharded(CodecSpec codec, List<CodecSpec> behind, Shape shardShape, List<Integer> stored) {
        long slotBytes = slotBytes(shardShape);
        CodecConfiguration configuration =
                CodecConfiguration.of(codec, "chunk_shape", "codecs", "index_codecs", "index_location");
        Shape innerShape = ChainResolver.innerShapeOf(configuration.integers("chunk_shape", 1), shardShape, stored);
        CodecChain inner = resolve(configuration.codecs("codecs"), innerShape, stored);
        if (inner.sharding() != null || !behind.isEmpty()) {
            throw new UnsupportedFeatureException(
                    "Shards of '" + type.name() + "' inside other codecs or shards are not supported; supported are"
                            + " compressors and checksums inside one level of shards.");
        }
        String location = configuration.oneOf("index_location", List.of("start", "end"), "end");
        ShardingCodec sharding = ShardingCodec.of(
                shardShape,
                stored,
                inner,
                new byte[ItemForm.SLOT_BYTES],
                configuration.codecs("index_codecs"),
                "start".equals(location) ? ShardingCodec.IndexLocation.START : ShardingCodec.IndexLocation.END);
        return new CodecChain(shardShape, inner.layout(), slotBytes, sharding, List.of());
    }

    private UnsupportedFeatureException undecodable(List<CodecSpec> codecs) {
        return new UnsupportedFeatureException("Data type '" + type.name() + "' with codecs "
                + codecs.stream().map(CodecSpec::name).toList()
                + " cannot be decoded; of elements of variable size those are supported that 'vlen-utf8' and 'vlen-bytes'"
                + " encode, and in v2 'vlen-array' of numbers.");
    }
}
