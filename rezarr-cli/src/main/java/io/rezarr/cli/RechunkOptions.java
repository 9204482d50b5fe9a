package io.rezarr.cli;

import io.rezarr.metadata.ZarrFormat;
import io.rezarr.plan.EmptyChunks;
import io.rezarr.plan.Strategy;
import io.rezarr.rechunk.RechunkRequest;
import io.rezarr.rechunk.RechunkRequest.Consolidate;
import io.rezarr.rechunk.RechunkRequest.Existing;
import io.rezarr.rechunk.RechunkRequest.Filters;
import io.rezarr.rechunk.RechunkRequest.InPlace;
import io.rezarr.rechunk.RechunkRequest.Verify;
import io.rezarr.rechunk.RewriteRules;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code rechunk} is asked for, as the user wrote it; {@link #request} checks what goes together. */
final class RechunkOptions {
    @Mixin
    private ArrayPaths paths = new ArrayPaths();

    @Option(
            names = {"-c", "--chunks"},
            paramLabel = "SPEC",
            description = {
                "512,32,32 | time=-1,lat=18 | time=-1,...=16MiB | auto[:16MiB] | keep",
                "-1 is the whole axis; an axis left out by name is kept; '' for 0-D. For some arrays of a group, repeatable:"
                        + " 'tas:time=-1'. Default: keep."
            })
    private String[] chunks = {};

    @Option(
            names = {"-s", "--shards"},
            paramLabel = "SPEC",
            description = {
                "Shards in elements, like chunks; in chunks: x8 | time=x4,lat=x8; none. Repeatable for some arrays.",
                "Default: kept."
            })
    private String[] shards = {};

    @Option(
            names = "--format",
            paramLabel = "v2|v3",
            converter = Choice.OfFormat.class,
            description = "Zarr version of the result. Default: the source's.")
    private @Nullable ZarrFormat format;

    @Option(
            names = "--array",
            paramLabel = "PATH",
            description =
                    "Only this array of the group SRC. Repeatable. DST is then the array itself; in place each is swapped by itself, else all of SRC in one step.")
    private String[] arrays = {};

    @Option(
            names = "--skip",
            paramLabel = "GLOB",
            description = "Leave out arrays and groups whose path fits. Repeatable.")
    private String[] skip = {};

    @Option(
            names = {"-z", "--codec"},
            paramLabel = "CODEC",
            description = {
                "keep | none | zstd[:LEVEL] | gzip[:LEVEL] | zlib[:LEVEL] | lz4 | blosc[:CNAME[:LEVEL[:SHUFFLE]]] | JSON",
                "CNAME: blosclz lz4 lz4hc snappy zlib zstd. SHUFFLE: none byte bit. Default: keep."
            })
    private @Nullable String codec;

    @Option(
            names = "--filters",
            paramLabel = "keep|none",
            converter = Choice.OfFilters.class,
            description = "What turns elements into others before they are compressed (delta ...). Default: keep.")
    private Filters filters = Filters.KEEP;

    @Option(
            names = "--separator",
            paramLabel = ".|/",
            description = "Between the numbers of a chunk key. Default: the source's.")
    private @Nullable String separator;

    @Option(names = "--dimension-names", paramLabel = "A,B,...", description = "A name for each axis.")
    private @Nullable String dimensionNames;

    @Option(
            names = "--fill-value",
            paramLabel = "VALUE",
            description = "Metadata only: never changes an element; absent chunks are written out with the old one.")
    private @Nullable String fillValue;

    @Option(
            names = "--empty-chunks",
            paramLabel = "skip|write|keep",
            converter = Choice.OfEmptyChunks.class,
            description = {
                "Chunks that hold only the fill value: are not written, are written, or are written where the source had chunks.",
                "Default: skip."
            })
    private EmptyChunks emptyChunks = EmptyChunks.SKIP;

    @Mixin
    private SourceFormat sourceFormat = new SourceFormat();

    @Mixin
    private RewriteOptions rewrite = new RewriteOptions();

    @Option(
            names = "--resume",
            description = "Go on where an interrupted run with the same options stopped; begin anew if there is none.")
    private boolean resume;

    @Option(
            names = "--output",
            paramLabel = "NAME",
            description = "With --in-place and --array: the result stands beside the old array under this name.")
    private @Nullable String output;

    @Option(
            names = "--verify",
            paramLabel = "none|written|full",
            converter = Choice.OfVerify.class,
            description = {
                "written: read all that was written again, and compare its content digest with the source's; full: read"
                        + " the source again, too, and compare element by element. Before the result becomes visible.",
                "Default: none; written in place, where it cannot be lowered."
            })
    private @Nullable Verify verify;

    @Option(
            names = "--consolidate",
            paramLabel = "auto|yes|no",
            converter = Choice.OfConsolidate.class,
            description = "Write consolidated metadata; auto (default): if the source has them.")
    private Consolidate consolidate = Consolidate.AUTO;

    /** For tests of rezarr: a strategy that would not be the cheapest. */
    @Option(names = "--strategy", hidden = true, converter = Choice.OfStrategy.class)
    private @Nullable Strategy strategy;

    long maxBytes() {
        return rewrite.memory.maxBytes();
    }

    /** @throws picocli.CommandLine.ParameterException if options contradict each other */
    RechunkRequest request(CommonOptions common) {
        return common.usage(() -> {
            RechunkRequest request = asked(common);
            if (!rewrite.inPlace) {
                RewriteRules.requireDestination(paths.destination);
            }
            return request;
        });
    }

    /** Likewise, to be planned only: nothing need be said of where the result goes. */
    RechunkRequest planRequest(CommonOptions common) {
        return common.usage(() -> asked(common));
    }

    private RechunkRequest asked(CommonOptions common) {
        check(common);
        RechunkRequest request = (rewrite.inPlace
                        ? RechunkRequest.inPlace(paths.source).withInPlace(swap())
                        : RechunkRequest.of(paths.source))
                .withDestination(paths.destination)
                .withOutputName(output)
                .withChunks(chunks)
                .withShards(shards)
                .withCodec(codec)
                .withFilters(filters)
                .withFormat(format)
                .withArrays(arrays)
                .withSkip(skip)
                .withSeparator(separator == null ? null : separator.charAt(0))
                .withDimensionNames(dimensionNames == null ? null : namesOf(dimensionNames))
                .withFillValue(fillValue)
                .withEmptyChunks(emptyChunks)
                .withSourceFormat(sourceFormat.version)
                .withExisting(rewrite.overwrite ? Existing.OVERWRITE : Existing.REFUSE)
                .withConsolidate(consolidate)
                .withMaxBytes(rewrite.memory.maxBytes())
                .withThreads(rewrite.memory.threads())
                .withScratch(rewrite.scratch)
                .withStrategy(strategy);
        if (verify != null) {
            request = request.withVerify(verify);
        }
        if (resume) {
            request = request.withResume();
        }
        return rewrite.fsync ? request.withFsync() : request;
    }

    private InPlace swap() {
        if (output != null) {
            return InPlace.BESIDE;
        }
        return rewrite.keepBackup ? InPlace.SWAP_KEEP_BACKUP : InPlace.SWAP;
    }

    /** {@code a,b,c}; of an empty text, no names: right for 0-D. */
    private static List<String> namesOf(String text) {
        return text.isEmpty() ? List.of() : Arrays.asList(text.split(",", -1));
    }

    /** What the library cannot know of. */
    private void check(CommonOptions common) {
        rewrite.check(paths.source, "an array or a group", paths.destination, rewrite.inPlace, common);
        if (separator != null && !separator.equals(".") && !separator.equals("/")) {
            throw common.usage("--separator '" + separator + "': must be '.' or '/'");
        }
        if (rewrite.inPlace && output != null) {
            checkOutput(common);
        }
    }

    private void checkOutput(CommonOptions common) {
        if (arrays.length != 1) {
            throw common.usage("--output needs exactly one --array, found " + arrays.length);
        }
        if (rewrite.keepBackup) {
            throw common.usage("--keep-backup does not go with --output: the old array stays in any case");
        }
        if (rewrite.overwrite) {
            throw common.usage("--overwrite does not go with --output: give a name that is free");
        }
    }
}
