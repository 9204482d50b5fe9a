package io.rezarr.codec.compress;

import io.rezarr.codec.BytesToBytesCodec;
import io.rezarr.codec.CodecConfiguration;
import io.rezarr.codec.CodecProvider;
import io.rezarr.metadata.CodecSpec;
import java.util.Set;

/** zstd, gzip, zlib, lz4, bz2 and lzma, by the names of v2, of v3, and by those ({@code numcodecs.…}) under which zarr-python has v2's in v3. */
public final class CompressionCodecs implements CodecProvider {
    private static final Set<String> V2 =
            Set.of(ZstdCodec.NAME, GzipCodec.NAME, ZlibCodec.NAME, Lz4Codec.NAME, Bz2Codec.NAME, LzmaCodec.NAME);
    private static final String NUMCODECS = "numcodecs.";
    private static final Set<String> V3 = Set.of(
            ZstdCodec.NAME,
            GzipCodec.NAME,
            NUMCODECS + ZstdCodec.NAME,
            NUMCODECS + GzipCodec.NAME,
            NUMCODECS + ZlibCodec.NAME,
            NUMCODECS + Lz4Codec.NAME,
            NUMCODECS + Bz2Codec.NAME,
            NUMCODECS + LzmaCodec.NAME);

    @Override
    public Set<String> names(CodecSpec.Family family) {
        return family == CodecSpec.Family.V2 ? V2 : V3;
    }

    @Override
    public BytesToBytesCodec create(CodecSpec spec, int elementBytes) {
        String name = spec.name();
        boolean specified = spec.family() == CodecSpec.Family.V3 && !name.startsWith(NUMCODECS);
        return switch (name.startsWith(NUMCODECS) ? name.substring(NUMCODECS.length()) : name) {
            case ZstdCodec.NAME -> zstd(spec, specified);
            case GzipCodec.NAME -> new GzipCodec(name, deflateLevel(spec, specified ? 0 : -1, specified ? 5 : 1));
            case ZlibCodec.NAME -> new ZlibCodec(name, deflateLevel(spec, -1, 1));
            case Lz4Codec.NAME -> lz4(spec);
            case Bz2Codec.NAME ->
                new Bz2Codec(name, CodecConfiguration.of(spec, "level").integer("level", 1, 9, 1));
            case LzmaCodec.NAME -> new LzmaCodec(name, LzmaConfig.of(spec));
            default ->
                throw new IllegalArgumentException("name is " + name + ", must be one of " + names(spec.family()));
        };
    }

    /** numcodecs takes any level, and one above the highest as the highest; v3 has a range. */
    private static ZstdCodec zstd(CodecSpec spec, boolean specified) {
        int max = specified ? ZstdCodec.MAX_LEVEL : Integer.MAX_VALUE;
        CodecConfiguration configuration = CodecConfiguration.of(spec, "level", "checksum");
        int level = configuration.integer("level", specified ? ZstdCodec.MIN_LEVEL : Integer.MIN_VALUE, max, 0);
        int usedLevel = Math.max(ZstdCodec.MIN_LEVEL, Math.min(level, ZstdCodec.MAX_LEVEL));
        return new ZstdCodec(spec.name(), usedLevel, configuration.bool("checksum", false));
    }

    private static int deflateLevel(CodecSpec spec, int min, int absent) {
        return CodecConfiguration.of(spec, "level").integer("level", min, 9, absent);
    }

    private static Lz4Codec lz4(CodecSpec spec) {
        CodecConfiguration.of(spec, "acceleration").integer("acceleration", Integer.MIN_VALUE, Integer.MAX_VALUE, 1);
        return new Lz4Codec(spec.name());
    }
}
