package io.rezarr.codec;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.metadata.ByteRun;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.DataType;
import io.rezarr.metadata.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes a {@link CodecChain} of a list of codecs: checks their order, composes transposes, resolves shards into chains of their own. */
final class ChainResolver {
    private static final String MIXED = "mixed";

    private final DataType type;
    private final List<ByteRun> mixedBigEndian;
    private final byte[] fillElement;

    private ChainResolver(DataType type, List<ByteRun> mixedBigEndian, byte[] fillElement) {
        this.type = type;
        this.mixedBigEndian = mixedBigEndian;
        this.fillElement = fillElement;
    }

    static ChainResolver of(DataType type, List<ByteRun> mixedBigEndian, byte[] fillElement) {
        if (!type.isFixedSize()) {
            throw new UnsupportedFeatureException("Data type '" + type.name()
                    + "' cannot be decoded; supported are types whose elements all have one size:"
                    + " booleans, numbers, datetimes, strings and bytes of fixed length, structs of these.");
        }
        if (fillElement.length != type.elementBytes()) {
            throw new IllegalArgumentException("fillElement has " + fillElement.length + " bytes, must have "
                    + type.elementBytes() + " as " + type.name());
        }
        return new ChainResolver(type, List.copyOf(mixedBigEndian), fillElement.clone());
    }

    CodecChain resolve(List<CodecSpec> codecs, Shape chunkShape) {
        List<Integer> axes = IntStream.range(0, chunkShape.rank()).boxed().toList();
        return resolve(codecs, chunkShape, axes);
    }

    /** @param axes of the array, from the slowest to the fastest of what the first codec is given */
    private CodecChain resolve(List<CodecSpec> codecs, Shape chunkShape, List<Integer> axes) {
        List<Integer> stored = axes;
        ElementFilters filters = new ElementFilters(type, fillElement);
        List<BytesToBytesCodec> bytesToBytes = new ArrayList<>();
        CodecSpec serialiser = null;
        for (CodecSpec codec : codecs) {
            if (isV3(codec, TransposeCodec.NAME)) {
                requireBefore(codec, serialiser);
                List<Integer> transposed = transposed(stored, orderOf(codec, stored.size()));
                if (!transposed.equals(stored)) {
                    filters.requireElementwise("codec 'transpose'");
                }
                stored = transposed;
            } else if (isV3(codec, BytesCodec.NAME) || isV3(codec, ShardingCodec.NAME)) {
                requireBefore(codec, serialiser);
                serialiser = codec;
            } else {
                BytesToBytesCodec resolved = CodecRegistry.bytesToBytes(codec, filters.elements());
                if (resolved instanceof ElementFilter filter && codec.family() == CodecSpec.Family.V3) {
                    requireBefore(codec, serialiser);
                    filters.add(filter);
                } else {
                    bytesToBytes.add(resolved);
                    requireBehind(codec, serialiser);
                }
            }
        }
        if (serialiser == null) {
            throw new InvalidMetadataException("Codecs " + namesOf(codecs)
                    + ": there is no array→bytes codec, expected exactly one of 'bytes' and 'sharding_indexed'.");
        }
        return chainOf(serialiser, chunkShape, stored, filters, bytesToBytes);
    }

    private CodecChain chainOf(
            CodecSpec serialiser,
            Shape chunkShape,
            List<Integer> stored,
            ElementFilters filters,
            List<BytesToBytesCodec> bytesToBytes) {
        long decodedBytes = decodedBytesOf(chunkShape);
        if (isV3(serialiser, BytesCodec.NAME)) {
            BytesCodec bytes = new BytesCodec(bigEndianRunsOf(serialiser, filters.elements()));
            filters.requireByteOrder(bytes.bigEndian());
            ElementLayout layout = new ElementLayout(type.elementBytes(), stored, bytes.bigEndian());
            return new CodecChain(chunkShape, layout, decodedBytes, null, filters.before(bytesToBytes));
        }
        filters.requireShape();
        ChainResolver inside = new ChainResolver(filters.elements(), mixedBigEndian, filters.fillElement());
        ShardingCodec sharding = inside.shardingOf(serialiser, chunkShape, stored);
        ElementLayout inner = sharding.inner().layout();
        if (filters.isEmpty()) {
            return new CodecChain(chunkShape, inner, decodedBytes, sharding, bytesToBytes);
        }
        filters.requireByteOrder(inner.bigEndian());
        if (!inner.axisOrder().equals(stored)) {
            filters.requireElementwise("transposed inner chunks");
        }
        List<BytesToBytesCodec> behind = new ArrayList<>(List.of(new ShardOfFiltered(sharding)));
        behind.addAll(bytesToBytes);
        ElementLayout layout = new ElementLayout(type.elementBytes(), inner.axisOrder(), inner.bigEndian());
        return new CodecChain(chunkShape, layout, decodedBytes, null, filters.before(behind));
    }

    private long decodedBytesOf(Shape chunkShape) {
        try {
            return Math.multiplyExact(chunkShape.elements(), (long) type.elementBytes());
        } catch (ArithmeticException e) {
            throw new InvalidMetadataException(
                    "A chunk of " + chunkShape + " elements of " + type.elementBytes()
                            + " bytes has 2^63 bytes or more. Use smaller chunks.",
                    e);
        }
    }

    private List<ByteRun> bigEndianRunsOf(CodecSpec bytes, DataType elements) {
        CodecConfiguration configuration = CodecConfiguration.of(bytes, "endian");
        List<String> choices = mixedBigEndian.isEmpty() ? List.of("little", "big") : List.of("little", "big", MIXED);
        String endian = configuration.oneOf("endian", choices, null);
        // zarr-python writes structured types without endian; their numbers are little-endian then.
        if (endian == null && !elements.numbers().isEmpty() && elements.kind() != DataType.Kind.STRUCT) {
            throw new InvalidMetadataException("Codec 'bytes': configuration member 'endian' must be 'little' or 'big'"
                    + " for data type '" + elements.name() + "', found none.");
        }
        if (endian == null || endian.equals("little")) {
            return List.of();
        }
        return endian.equals(MIXED) ? mixedBigEndian : elements.numbers();
    }

    private ShardingCodec shardingOf(CodecSpec codec, Shape shardShape, List<Integer> stored) {
        CodecConfiguration configuration =
                CodecConfiguration.of(codec, "chunk_shape", "codecs", "index_codecs", "index_location");
        Shape innerShape = innerShapeOf(configuration.integers("chunk_shape", 1), shardShape, stored);
        CodecChain inner = resolve(configuration.codecs("codecs"), innerShape, stored);
        String location = configuration.oneOf("index_location", List.of("start", "end"), "end");
        return ShardingCodec.of(
                shardShape,
                stored,
                inner,
                fillElement,
                configuration.codecs("index_codecs"),
                "start".equals(location) ? ShardingCodec.IndexLocation.START : ShardingCodec.IndexLocation.END);
    }

    /** The inner chunk's shape in the axes of the array: the metadata have it in those that are stored. */
    static Shape innerShapeOf(long[] storedExtents, Shape shardShape, List<Integer> stored) {
        if (storedExtents.length != shardShape.rank()) {
            throw new InvalidMetadataException(
                    "Codec 'sharding_indexed': chunk_shape " + Shape.of(storedExtents) + " has " + storedExtents.length
                            + " axes, the shard " + shardShape + " has " + shardShape.rank() + ".");
        }
        long[] extents = new long[storedExtents.length];
        for (int i = 0; i < extents.length; i++) {
            long shardExtent = shardShape.extent(stored.get(i));
            if (shardExtent % storedExtents[i] != 0) {
                throw new InvalidMetadataException("Codec 'sharding_indexed': chunk_shape " + Shape.of(storedExtents)
                        + " must divide the shard's shape, but " + storedExtents[i] + " does not divide " + shardExtent
                        + " (axis " + i + ").");
            }
            extents[stored.get(i)] = storedExtents[i];
        }
        return Shape.of(extents);
    }

    static long[] orderOf(CodecSpec codec, int rank) {
        CodecConfiguration configuration = CodecConfiguration.of(codec, "order");
        long[] order = configuration.integers("order", 0);
        boolean[] seen = new boolean[rank];
        boolean permutation = order.length == rank;
        for (int i = 0; i < order.length && permutation; i++) {
            permutation = order[i] < rank && !seen[(int) order[i]];
            if (permutation) {
                seen[(int) order[i]] = true;
            }
        }
        if (!permutation) {
            throw configuration.wrong(
                    "order", "a permutation of the axes 0 to " + (rank - 1), configuration.member("order"));
        }
        return order;
    }

    static List<Integer> transposed(List<Integer> axes, long[] order) {
        List<Integer> transposed = new ArrayList<>(order.length);
        for (long axis : order) {
            transposed.add(axes.get((int) axis));
        }
        return List.copyOf(transposed);
    }

    private static void requireBefore(CodecSpec codec, @Nullable CodecSpec serialiser) {
        if (serialiser != null) {
            throw new InvalidMetadataException(
                    "Codec '" + codec.name() + "' stands behind '" + serialiser.name()
                            + "', which makes bytes already; expected are array→array codecs, one array→bytes codec, bytes→bytes codecs.");
        }
    }

    private static void requireBehind(CodecSpec codec, @Nullable CodecSpec serialiser) {
        if (serialiser == null) {
            throw new InvalidMetadataException("Codec '" + codec.name()
                    + "' stands before an array→bytes codec ('bytes' or 'sharding_indexed');"
                    + " expected are array→array codecs, one array→bytes codec, bytes→bytes codecs.");
        }
    }

    static boolean isV3(CodecSpec codec, String name) {
        return codec.family() == CodecSpec.Family.V3 && codec.name().equals(name);
    }

    private static List<String> namesOf(List<CodecSpec> codecs) {
        return codecs.stream().map(CodecSpec::name).toList();
    }
}
