package io.rezarr.cli;

import io.rezarr.vectors.api.VectorRechunkRequest;
import io.rezarr.vectors.api.VectorRechunkRequest.InPlace;
import io.rezarr.vectors.api.VectorRechunkRequest.Verify;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What all commands that rewrite a vector store have in common: where the result goes, and how it is gone about. */
final class VectorsRewriteOptions {
    @Option(names = "--in-place", description = "The result takes the source's place, when it was verified.")
    boolean inPlace;

    @Option(names = "--keep-backup", description = "In place: the old store stays as NAME.backup.")
    private boolean keepBackup;

    @Option(names = "--overwrite", description = "Replace DST, if it is a Zarr node, once the new store is complete.")
    boolean overwrite;

    @Option(
            names = "--verify",
            paramLabel = "none|full",
            converter = Choice.OfVectorVerify.class,
            description = {
                "full: before the result becomes visible it is validated at level 5, and its digest (of a pyramid: that of level 0)"
                        + " compared with the source's.",
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
    boolean json;

    @Mixin
    private MemoryOptions memory = new MemoryOptions();

    @Mixin
    private ProgressOptions progress = new ProgressOptions();

    long maxBytes() {
        return memory.maxBytes();
    }

    ProgressDisplay display(Console console, Interruption interruption, CommonOptions common) {
        return progress.display(memory.maxBytes(), console, interruption, common);
    }

    /**
     * Everything but what is to become of the content, and {@code --overwrite}, which says something else of levels.
     *
     * @param place whether the result takes the source's place: {@code --in-place}, or what stands for it
     * @throws picocli.CommandLine.ParameterException if options contradict each other
     * @throws io.rezarr.error.InvalidRequestException likewise, where the library knows of it
     */
    VectorRechunkRequest request(String source, @Nullable String destination, boolean place, CommonOptions common) {
        common.check();
        memory.check(common);
        if (source.isEmpty()) {
            throw common.usage("SRC is empty: name a store ('.' is the current directory)");
        }
        if (destination != null && destination.isEmpty()) {
            throw common.usage("DST is empty: name where the result goes");
        }
        VectorRechunkRequest request = destination == null
                ? VectorRechunkRequest.inPlace(source)
                : VectorRechunkRequest.of(source, destination);
        request = request.withInPlace(!place ? InPlace.NO : keepBackup ? InPlace.SWAP_KEEP_BACKUP : InPlace.SWAP)
                .withMaxBytes(memory.maxBytes())
                .withThreads(memory.threads())
                .withScratch(scratch);
        if (keepBackup && !place) {
            throw common.usage("--keep-backup is about the old store, which stays where it is beside DST");
        }
        if (verify != null) {
            request = request.withVerify(verify);
        }
        return fsync ? request.withFsync() : request;
    }
}
