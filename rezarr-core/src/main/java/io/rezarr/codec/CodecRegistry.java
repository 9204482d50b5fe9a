package io.rezarr.codec;

import io.rezarr.codec.checksum.ChecksumCodecs;
import io.rezarr.codec.compress.CompressionCodecs;
import io.rezarr.codec.filter.FilterCodecs;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.DataType;
import java.util.List;
import java.util.ServiceLoader;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The filters and bytes→bytes codecs by name: those of rezarr, then those of the {@link CodecProvider}s on the class path, which are loaded when
 * a name is asked for that is not one of rezarr's.
 */
public final class CodecRegistry {
    private static final List<CodecProvider> BUILT_IN =
            List.of(new BloscCodecs(), new CompressionCodecs(), new ChecksumCodecs());

    private CodecRegistry() {}

    /**
     * The codec that metadata name.
     *
     * <p>A v3 codec that is not known is refused also if it says {@code "must_understand": false}: the bytes behind it may be
     * anything, and a reader may, but need not, ignore it.
     *
     * @param elements what it is given, as far as that is known; some codecs have its size as default
     * @return an {@link ElementFilter} if it turns elements into elements, which in v3 stands before the array→bytes codec
     * @throws UnsupportedFeatureException if the name is not known; the message has it and those that are
     * @throws io.rezarr.error.InvalidMetadataException if the configuration is wrong
     */
    public static BytesToBytesCodec bytesToBytes(CodecSpec spec, DataType elements) {
        if (FilterCodecs.names(spec.family()).contains(spec.name())) {
            return FilterCodecs.create(spec, elements);
        }
        int elementBytes = elements.elementBytes();
        for (CodecProvider provider : BUILT_IN) {
            if (provider.names(spec.family()).contains(spec.name())) {
                return provider.create(spec, elementBytes);
            }
        }
        for (CodecProvider provider : Installed.PROVIDERS) {
            if (provider.names(spec.family()).contains(spec.name())) {
                return provider.create(spec, elementBytes);
            }
        }
        throw new UnsupportedFeatureException("Codec '" + spec.name() + "' of Zarr " + versionOf(spec)
                + " is not supported; supported are " + String.join(", ", names(spec.family()))
                + ". Rewrite the array with one of these, or put a CodecProvider for it on the class path.");
    }

    /** The codec for elements of that many bytes without a meaning. */
    public static BytesToBytesCodec bytesToBytes(CodecSpec spec, int elementBytes) {
        return bytesToBytes(spec, new DataType("r" + 8L * elementBytes, DataType.Kind.RAW, elementBytes, List.of()));
    }

    /** Every name that is known in that family, sorted; of v3 the array→array and array→bytes codecs too. */
    public static SortedSet<String> names(CodecSpec.Family family) {
        SortedSet<String> names = new TreeSet<>();
        names.addAll(FilterCodecs.names(family));
        BUILT_IN.forEach(provider -> names.addAll(provider.names(family)));
        Installed.PROVIDERS.forEach(provider -> names.addAll(provider.names(family)));
        if (family == CodecSpec.Family.V3) {
            names.addAll(List.of(TransposeCodec.NAME, BytesCodec.NAME, ShardingCodec.NAME));
        }
        return names;
    }

    private static String versionOf(CodecSpec spec) {
        return spec.family() == CodecSpec.Family.V2 ? "v2" : "v3";
    }

    /** Initialised at the first use: looking through the class path costs start-up time. */
    private static final class Installed {
        static final List<CodecProvider> PROVIDERS = ServiceLoader.load(CodecProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }
}
