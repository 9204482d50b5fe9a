package io.rezarr.plan;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether two chains of codecs make bytes that the other one decodes, whatever their metadata call them. v2 names are
 * translated to those of v3; what only the encoder needs (levels, and whatever a frame says of itself) is left out unless it was asked for.
 */
final class CodecMatch {
    /** v2 ids, and the numcodecs names of v3, that have a v3 name of their own for the same bytes. */
    private static final Map<String, String> V3_NAMES = Map.of(
            "blosc", "blosc",
            "zstd", "zstd",
            "gzip", "gzip",
            "numcodecs.blosc", "blosc",
            "numcodecs.zstd", "zstd",
            "numcodecs.gzip", "gzip");

    /** Their configuration is for the encoder only. */
    private static final Set<String> SELF_DESCRIBING =
            Set.of("blosc", "zstd", "gzip", "numcodecs.lz4", "numcodecs.zlib", "numcodecs.bz2");

    private static final String SHARDING = "sharding_indexed";

    private CodecMatch() {}

    /** The codecs from the elements of a unit on, transposes and plain bytes left out: these are its layout. */
    static List<CodecSpec> ofUnit(ArrayMetadata metadata) {
        List<CodecSpec> codecs = metadata.codecs();
        for (CodecSpec codec : codecs) {
            if (isSharding(codec) && codec.configuration().member("codecs") instanceof JsonArray inner) {
                codecs = specs(inner);
                break;
            }
        }
        return codecs.stream().filter(codec -> !isLayout(codec)).toList();
    }

    private static boolean isSharding(CodecSpec codec) {
        return codec.family() == CodecSpec.Family.V3 && codec.name().equals(SHARDING);
    }

    private static boolean isLayout(CodecSpec codec) {
        return codec.family() == CodecSpec.Family.V3
                && (codec.name().equals("transpose") || codec.name().equals("bytes"));
    }

    private static List<CodecSpec> specs(JsonArray codecs) {
        List<CodecSpec> specs = new ArrayList<>();
        for (JsonValue item : codecs.items()) {
            if (item instanceof JsonString name) {
                specs.add(CodecSpec.v3(name.value(), JsonObject.EMPTY));
            } else if (item instanceof JsonObject object && object.member("name") instanceof JsonString name) {
                JsonObject configuration =
                        object.member("configuration") instanceof JsonObject given ? given : JsonObject.EMPTY;
                specs.add(CodecSpec.v3(name.value(), configuration));
            }
        }
        return specs;
    }

    /** Whether units of both sides hold the same bytes for the same decoded unit; with {@code encoderCounts}, made the same way. */
    static boolean unitsMatch(ArrayMetadata source, ArrayMetadata destination, boolean encoderCounts) {
        return normalised(ofUnit(source), source.dataType(), encoderCounts)
                .equals(normalised(ofUnit(destination), destination.dataType(), encoderCounts));
    }

    /** Whether the only difference is that zlib streams have to become gzip members. */
    static boolean isZlibToGzip(ArrayMetadata source, ArrayMetadata destination) {
        List<CodecSpec> from = ofUnit(source);
        List<CodecSpec> to = ofUnit(destination);
        return from.size() == 1
                && to.size() == 1
                && normalised(from.get(0), source.dataType(), false).name().equals("numcodecs.zlib")
                && normalised(to.get(0), destination.dataType(), false).name().equals("gzip");
    }

    private static List<CodecSpec> normalised(List<CodecSpec> codecs, DataType type, boolean encoderCounts) {
        return codecs.stream()
                .map(codec -> normalised(codec, type, encoderCounts))
                .toList();
    }

    private static CodecSpec normalised(CodecSpec codec, DataType type, boolean encoderCounts) {
        String known = codec.family() == CodecSpec.Family.V2 || codec.name().startsWith("numcodecs.")
                ? V3_NAMES.get(codec.name())
                : null;
        String name = known != null
                ? known
                : codec.family() == CodecSpec.Family.V2 ? "numcodecs." + codec.name() : codec.name();
        if (SELF_DESCRIBING.contains(name) && !encoderCounts) {
            return CodecSpec.v3(name, JsonObject.EMPTY);
        }
        JsonObject configuration = codec.configuration().without("id");
        if (name.equals("blosc")) {
            configuration = blosc(configuration, type);
        } else if (name.equals("zstd") && !configuration.has("checksum")) {
            configuration = configuration.with("checksum", io.rezarr.json.JsonLiteral.FALSE);
        }
        return CodecSpec.v3(name, configuration);
    }

    /** The v3 form: shuffle by name, automatic shuffle and type size resolved; a type size that shuffles nothing left out. */
    private static JsonObject blosc(JsonObject configuration, DataType type) {
        JsonObject v3 = configuration;
        if (configuration.member("shuffle") instanceof JsonNumber number) {
            String shuffle = switch (number.text()) {
                case "0" -> "noshuffle";
                case "2" -> "bitshuffle";
                case "-1" -> type.elementBytes() == 1 ? "bitshuffle" : "shuffle";
                default -> "shuffle";
            };
            v3 = v3.with("shuffle", new JsonString(shuffle))
                    .with("typesize", JsonNumber.of(Math.max(1, type.elementBytes())));
        }
        if (!v3.has("blocksize")) {
            v3 = v3.with("blocksize", JsonNumber.of(0));
        }
        boolean shuffles = !new JsonString("noshuffle").equals(v3.member("shuffle"));
        return shuffles ? v3 : v3.without("typesize");
    }
}
