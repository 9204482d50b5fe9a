package io.rezarr.cli;

import io.rezarr.error.InvalidRequestException;
import io.rezarr.rechunk.ByteSize;
import io.rezarr.vectors.api.VectorRechunkRequest;
import io.rezarr.vectors.api.VectorRechunkRequest.Existing;
import io.rezarr.vectors.api.VectorRechunkRequest.InPlace;
import io.rezarr.vectors.api.VectorRechunkRequest.Layout;
import io.rezarr.vectors.api.VectorRechunkRequest.Verify;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.rechunk.ChunkLimit;
import io.rezarr.vectors.rechunk.VectorRunOptions.DeadRows;
import io.rezarr.vectors.rechunk.VectorRunOptions.Mode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code vectors rechunk}, {@code rebin} and {@code upgrade} have in common. */
final class VectorsRewriteOptions {
    @Option(
            names = "--streaming",
            description = "No scratch files: the source is read again for each part of the result that fits in memory.")
    private boolean streaming;

    @Option(names = "--keep-backup", description = "In place: the old store stays as NAME.backup.")
    private boolean keepBackup;

    @Option(names = "--drop-dead-rows", description = "Leave out rows that are in no fragment. Default: they are kept.")
    private boolean dropDeadRows;

    @Option(
            names = {"-z", "--codec"},
            paramLabel = "CODEC",
            description = {
                "keep | none | zstd[:LEVEL] | gzip[:LEVEL] | lz4 | blosc[:CNAME[:LEVEL[:SHUFFLE]]] | JSON, for every family of chunks.",
                "Default: keep, family by family."
            })
    private @Nullable String codec;

    @Option(
            names = {"-s", "--shards"},
            paramLabel = "keep|none|N,N,...",
            description = "Shards, in chunks. Default: keep, family by family.")
    private @Nullable String shards;

    @Option(names = "--overwrite", description = "Replace DST, if it is a Zarr node, once the new store is complete.")
    private boolean overwrite;

    @Option(
            names = "--verify",
            paramLabel = "none|full",
            converter = Choice.OfVectorVerify.class,
            description = {
                "full: before the result becomes visible it is validated at level 5, and its digest compared with the source's.",
                "Default: none; full in place, where it cannot be lowered."
            })
    private @Nullable Verify verify;

    @Option(names = "--fsync", description = "Force every file to the disk, not only the renames in place.")
    private boolean fsync;

    @Option(
            names = "--scratch",
            paramLabel = "DIR",
            description = "Where scratch files go. Default: beside the result.")
    private @Nullable String scratch;

    @Option(names = "--json", description = "The report as JSON on stdout.")
    private boolean json;

    @Mixin
    private ProgressOptions progress = new ProgressOptions();

    @Mixin
    private MemoryOptions memory = new MemoryOptions();

    ProgressOptions progress() {
        return progress;
    }

    ProgressDisplay display(Console console, Interruption interruption, CommonOptions common) {
        return progress.display(memory.maxBytes(), console, interruption, common);
    }

    boolean json() {
        return json;
    }

    long maxBytes() {
        return memory.maxBytes();
    }

    /** @throws picocli.CommandLine.ParameterException if options contradict each other */
    VectorRechunkRequest request(
            String source,
            @Nullable String destination,
            @Nullable ChunkShape chunkShape,
            @Nullable WorldVector binShape,
            Layout layout,
            List<Integer> levels,
            CommonOptions common) {
        common.check();
        memory.check(common);
        if (source.isEmpty()) {
            throw common.usage("SRC is empty: name a store ('.' is the current directory)");
        }
        if (destination != null && destination.isEmpty()) {
            throw common.usage("DST is empty: name where the result goes");
        }
        boolean inPlace = destination == null;
        if (!inPlace && keepBackup) {
            throw common.usage("--keep-backup is about the old store, which stays where it is beside DST");
        }
        if (inPlace && overwrite) {
            throw common.usage("--overwrite is about DST; in place the store is replaced anyway");
        }
        if (inPlace && verify == Verify.NONE) {
            throw common.usage("--verify none does not go in place: what replaces the source is always verified");
        }
        return new VectorRechunkRequest(
                source,
                destination,
                chunkShape == null ? null : chunkShape.shape(),
                chunkShape == null ? null : chunkShape.limit(),
                binShape,
                layout,
                levels,
                streaming ? Mode.STREAMING : Mode.SHUFFLE,
                dropDeadRows ? DeadRows.DROP : DeadRows.KEEP,
                !inPlace ? InPlace.NO : keepBackup ? InPlace.SWAP_KEEP_BACKUP : InPlace.SWAP,
                overwrite ? Existing.OVERWRITE : Existing.REFUSE,
                codec,
                shards,
                inPlace || verify == Verify.FULL ? Verify.FULL : Verify.NONE,
                memory.maxBytes(),
                memory.threads(),
                fsync,
                scratch);
    }

    /** What {@code --chunk-shape} says: a shape, or how full the fullest chunk of the one that is to be chosen may be. */
    record ChunkShape(@Nullable WorldVector shape, @Nullable ChunkLimit limit) {
        private static final String AUTO = "auto";
        private static final String LINKS = "links";
        private static final Pattern COUNT = Pattern.compile("([0-9]{1,15})([KMG]?)");

        static @Nullable ChunkShape of(@Nullable String text, CommonOptions common) {
            if (text == null || !text.startsWith(AUTO)) {
                return text == null ? null : new ChunkShape(vector("--chunk-shape", text, common), null);
            }
            if (text.equals(AUTO)) {
                return new ChunkShape(null, ChunkLimit.USUAL);
            }
            String limit = text.substring(AUTO.length());
            if (!limit.startsWith(":") || limit.length() == 1) {
                throw common.usage("--chunk-shape " + text
                        + ": expected auto, auto:SIZE such as auto:16MiB, or auto:Nlinks such as auto:8Mlinks");
            }
            return new ChunkShape(null, limit(text, limit.substring(1), common));
        }

        private static ChunkLimit limit(String option, String limit, CommonOptions common) {
            if (!limit.endsWith(LINKS)) {
                try {
                    long bytes = ByteSize.parse(limit, "--chunk-shape auto");
                    return new ChunkLimit(ChunkLimit.Unit.BYTES, Math.max(1, bytes));
                } catch (InvalidRequestException e) {
                    throw common.usage(String.valueOf(e.getMessage()));
                }
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
