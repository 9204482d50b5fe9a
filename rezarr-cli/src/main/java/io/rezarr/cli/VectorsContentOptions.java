package io.rezarr.cli;

import io.rezarr.rechunk.ByteSize;
import io.rezarr.vectors.api.VectorRechunkRequest;
import io.rezarr.vectors.api.VectorRechunkRequest.Existing;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.rechunk.ChunkLimit;
import io.rezarr.vectors.rechunk.VectorRunOptions.DeadRows;
import io.rezarr.vectors.rechunk.VectorRunOptions.Mode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code vectors rechunk}, {@code rebin} and {@code upgrade} have in common: what becomes of the content. */
final class VectorsContentOptions {
    private static final String AUTO = "auto";
    private static final String LINKS = "links";
    private static final Pattern COUNT = Pattern.compile("([0-9]{1,15})([KMG]?)");

    @Option(
            names = "--streaming",
            description =
                    "The source is read again for each part of the result that fits in memory: no scratch files between steps, "
                            + "only for manifests, inner chunks of shards, and links that cross chunks at layout 0.7.")
    private boolean streaming;

    @Option(names = "--drop-dead-rows", description = "Leave out rows that are in no fragment. Default: they are kept.")
    private boolean dropDeadRows;

    @Option(
            names = {"-z", "--codec"},
            paramLabel = "CODEC",
            description = {
                "keep | none | zstd[:LEVEL] | gzip[:LEVEL] | zlib[:LEVEL] | lz4 | blosc[:CNAME[:LEVEL[:SHUFFLE]]] | JSON, for every family of chunks.",
                "Default: keep, family by family."
            })
    private @Nullable String codec;

    @Option(
            names = {"-s", "--shards"},
            paramLabel = "keep|none|N,N,...",
            description = "Shards, in chunks. Default: keep, family by family.")
    private @Nullable String shards;

    @Mixin
    VectorsRewriteOptions rewrite = new VectorsRewriteOptions();

    /** As {@link VectorsRewriteOptions#request}, with what is to become of the content. */
    VectorRechunkRequest request(String source, @Nullable String destination, boolean place, CommonOptions common) {
        return rewrite.request(source, destination, place, common)
                .withExisting(rewrite.overwrite() ? Existing.OVERWRITE : Existing.REFUSE)
                .withMode(streaming ? Mode.STREAMING : Mode.SHUFFLE)
                .withDeadRows(dropDeadRows ? DeadRows.DROP : DeadRows.KEEP)
                .withCodec(codec)
                .withShards(shards);
    }

    /** A request with what {@code --chunk-shape} says: a shape, or how full the fullest chunk of the one that is to be chosen may be. */
    static VectorRechunkRequest withChunkShape(
            VectorRechunkRequest request, @Nullable String text, CommonOptions common) {
        if (text == null || !text.startsWith(AUTO)) {
            return request.withChunkShape(vector("--chunk-shape", text, common));
        }
        if (text.equals(AUTO)) {
            return request.withChunkLimit(ChunkLimit.USUAL);
        }
        String limit = text.substring(AUTO.length());
        if (!limit.startsWith(":") || limit.length() == 1) {
            throw common.usage("--chunk-shape " + text
                    + ": expected auto, auto:SIZE such as auto:16MiB, or auto:Nlinks such as auto:8Mlinks");
        }
        return request.withChunkLimit(limit(text, limit.substring(1), common));
    }

    private static ChunkLimit limit(String option, String limit, CommonOptions common) {
        if (!limit.endsWith(LINKS)) {
            return new ChunkLimit(ChunkLimit.Unit.BYTES, Math.max(1, ByteSize.parse(limit, "--chunk-shape auto")));
        }
        Matcher count = COUNT.matcher(limit.substring(0, limit.length() - LINKS.length()));
        if (!count.matches() || Long.parseLong(count.group(1)) == 0) {
            throw common.usage("--chunk-shape " + option
                    + ": expected a number of links, at least 1, such as 500000links, 800Klinks or 8Mlinks");
        }
        long factor = switch (count.group(2)) {
            case "K" -> 1_000;
            case "M" -> 1_000_000;
            case "G" -> 1_000_000_000;
            default -> 1;
        };
        long most = Math.min(Long.parseLong(count.group(1)), Long.MAX_VALUE / factor) * factor;
        return new ChunkLimit(ChunkLimit.Unit.LINKS, most);
    }

    /** {@code 500,500,250.5}: a number for each axis. */
    static @Nullable WorldVector vector(String option, @Nullable String text, CommonOptions common) {
        if (text == null) {
            return null;
        }
        String[] parts = text.split(",", -1);
        double[] components = new double[parts.length];
        for (int axis = 0; axis < parts.length; axis++) {
            try {
                components[axis] = Double.parseDouble(parts[axis].strip());
            } catch (NumberFormatException e) {
                throw common.usage(option + " " + text + ": '" + parts[axis]
                        + "' is no number; expected one for each axis, such as 500,500,250");
            }
        }
        WorldVector vector = WorldVector.of(components);
        if (!vector.isPositive()) {
            throw common.usage(option + " " + text + ": every number must be greater than 0");
        }
        return vector;
    }
}
