package io.rezarr.plan;

import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.CodecSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether two chains of codecs make bytes that the other one decodes, whatever their metadata call them: v2 names are
 * translated to those of v3, and what only the encoder needs (levels, and whatever a frame says of itself) is left out.
 */
final class CodecMatch {
    /** Names of numcodecs (v2 ids among them) for bytes that have a name of their own in v3. */
    private static final Map<String, String> V3_NAMES = Map.of(
            "numcodecs.blosc", "blosc",
            "numcodecs.zstd", "zstd",
            "numcodecs.gzip", "gzip",
            "numcodecs.vlen-utf8", "vlen-utf8",
            "numcodecs.vlen-bytes", "vlen-bytes");

    /** Their configuration is for the encoder only. */
    private static final Set<String> SELF_DESCRIBING =
            Set.of("blosc", "zstd", "gzip", "numcodecs.lz4", "numcodecs.zlib", "numcodecs.bz2");

    private static final String SHARDING = "sharding_indexed";

    private CodecMatch() {}

    /**
     * The codecs from the elements of a unit on, transposes and plain bytes left out: these are its layout. Behind filters a shard is one of
     * them, since it is coded whole.
     */
    static List<CodecSpec> ofUnit(ArrayMetadata metadata) {
        List<CodecSpec> codecs = metadata.codecs();
        for (CodecSpec codec : codecs) {
            JsonValue inner = codec.configuration().member("codecs");
            if (isV3(codec, SHARDING) && inner != null) {
                codecs = CodecSpec.listOf(inner, SHARDING, "/configuration/codecs");
                break;
            }
            if (!isV3(codec, "transpose")) {
                break;
            }
        }
        return codecs.stream()
                .filter(codec -> !isV3(codec, "transpose") && !isV3(codec, "bytes"))
                .toList();
    }

    private static boolean isV3(CodecSpec codec, String name) {
        return codec.family() == CodecSpec.Family.V3 && codec.name().equals(name);
    }

    /** Whether units of both sides hold bytes that decode in the same way. */
    static boolean unitsMatch(ArrayMetadata source, ArrayMetadata destination) {
        return normalised(ofUnit(source)).equals(normalised(ofUnit(destination)));
    }

    /** Whether the only difference is that zlib streams have to become gzip members. */
    static boolean isZlibToGzip(ArrayMetadata source, ArrayMetadata destination) {
        List<CodecSpec> from = normalised(ofUnit(source));
        List<CodecSpec> to = normalised(ofUnit(destination));
        return from.size() == 1
                && to.size() == 1
                && from.get(0).name().equals("numcodecs.zlib")
                && to.get(0).name().equals("gzip");
    }

    private static List<CodecSpec> normalised(List<CodecSpec> codecs) {
        return codecs.stream().map(CodecMatch::normalised).toList();
    }

    private static CodecSpec normalised(CodecSpec codec) {
        String own = codec.family() == CodecSpec.Family.V2 ? "numcodecs." + codec.name() : codec.name();
        String name = V3_NAMES.getOrDefault(own, own);
        return CodecSpec.v3(name, SELF_DESCRIBING.contains(name) ? JsonObject.EMPTY : codec.configuration());
    }
}
