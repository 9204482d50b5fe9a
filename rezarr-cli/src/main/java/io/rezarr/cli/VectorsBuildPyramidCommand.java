package io.rezarr.cli;

import io.rezarr.vectors.api.VectorPyramidRequest;
import io.rezarr.vectors.api.VectorRechunkRequest;
import io.rezarr.vectors.api.VectorRechunkRequest.Existing;
import io.rezarr.vectors.api.VectorRechunkRequest.InPlace;
import io.rezarr.vectors.api.VectorRechunkRequest.Verify;
import io.rezarr.vectors.rechunk.VectorRunOptions.DeadRows;
import io.rezarr.vectors.rechunk.VectorRunOptions.Mode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

@picocli.CommandLine.Command(
        name = "build-pyramid",
        description = {
            "Make levels of detail: each bin of the level below becomes one metavertex, the mean of its vertices, and objects and links",
            "between levels follow. Level 0 is copied to DST as it is; with --in-place the result takes the place of SRC."
        },
        sortOptions = false,
        abbreviateSynopsis = true)
final class VectorsBuildPyramidCommand implements Command {
    @Parameters(index = "0", paramLabel = "SRC", description = "A store of the Zarr Vector Format.")
    private String source = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DST",
            description = "Where the result goes; must not exist. Left out with --in-place.")
    private @Nullable String destination;

    @Mixin
    private VectorsPyramidOptions pyramid = new VectorsPyramidOptions();

    @Option(names = "--in-place", description = "The result takes the source's place, when it was verified.")
    private boolean inPlace;

    @Option(names = "--keep-backup", description = "In place: the old store stays as NAME.backup.")
    private boolean keepBackup;

    @Option(
            names = "--overwrite",
            description =
                    "Make levels above 0 anew that SRC has; replace DST, if it is a Zarr node, once the new store is complete.")
    private boolean overwrite;

    @Option(
            names = "--verify",
            paramLabel = "none|full",
            converter = Choice.OfVectorVerify.class,
            description = {
                "full: before the result becomes visible it is validated at level 5, and the digest of its level 0 compared with the",
                "source's. Default: none; full in place, where it cannot be lowered."
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
    private MemoryOptions memory = new MemoryOptions();

    @Mixin
    private ProgressOptions progress = new ProgressOptions();

    @Mixin
    private CommonOptions common = new CommonOptions();

    /** For tests: what the options ask the library for. */
    VectorPyramidRequest request() {
        common.check();
        memory.check(common);
        if (source.isEmpty()) {
            throw common.usage("SRC is empty: name a store ('.' is the current directory)");
        }
        if (inPlace == (destination != null)) {
            throw common.usage(
                    inPlace
                            ? "--in-place takes no DST, found '" + destination + "'; leave out one of them"
                            : "DST is missing: name where the result goes, or say --in-place");
        }
        if (keepBackup && !inPlace) {
            throw common.usage("--keep-backup is about the old store, which stays where it is beside DST");
        }
        if (inPlace && verify == Verify.NONE) {
            throw common.usage("--verify none does not go in place: what replaces the source is always verified");
        }
        VectorRechunkRequest base = new VectorRechunkRequest(
                source,
                destination,
                null,
                null,
                null,
                VectorRechunkRequest.Layout.AS_IN_SOURCE,
                List.of(),
                Mode.SHUFFLE,
                DeadRows.KEEP,
                !inPlace ? InPlace.NO : keepBackup ? InPlace.SWAP_KEEP_BACKUP : InPlace.SWAP,
                overwrite && !inPlace ? Existing.OVERWRITE : Existing.REFUSE,
                null,
                null,
                inPlace || verify == Verify.FULL ? Verify.FULL : Verify.NONE,
                memory.maxBytes(),
                memory.threads(),
                fsync,
                scratch);
        return new VectorPyramidRequest(
                base,
                pyramid.options(common),
                overwrite ? VectorPyramidRequest.Levels.REPLACE : VectorPyramidRequest.Levels.REFUSE);
    }

    @Override
    public ExitCode run(ParseResult parsed, Console console, Interruption interruption) {
        return VectorsRewrite.run(request(), json, memory.maxBytes(), progress, common, console, interruption);
    }
}
