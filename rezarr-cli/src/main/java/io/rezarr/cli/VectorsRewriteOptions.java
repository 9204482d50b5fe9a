package io.rezarr.cli;

import io.rezarr.vectors.api.VectorRechunkRequest;
import io.rezarr.vectors.api.VectorRechunkRequest.InPlace;
import io.rezarr.vectors.api.VectorRechunkRequest.Verify;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What all commands that rewrite a vector store have in common. */
final class VectorsRewriteOptions {
    @Mixin
    private RewriteOptions rewrite = new RewriteOptions();

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

    @Mixin
    private ProgressOptions progress = new ProgressOptions();

    @Mixin
    JsonOption json = new JsonOption();

    boolean inPlace() {
        return rewrite.inPlace;
    }

    boolean overwrite() {
        return rewrite.overwrite;
    }

    long maxBytes() {
        return rewrite.memory.maxBytes();
    }

    ProgressDisplay display(Console console, Interruption interruption, CommonOptions common) {
        return progress.display(rewrite.memory.maxBytes(), console, interruption, common);
    }

    /**
     * Everything but what is to become of the content, and {@code --overwrite}, which says something else of levels.
     *
     * @param place whether the result takes the source's place: {@code --in-place}, or what stands for it
     * @throws picocli.CommandLine.ParameterException if options contradict each other
     * @throws io.rezarr.error.InvalidRequestException likewise, where the library knows of it
     */
    VectorRechunkRequest request(String source, @Nullable String destination, boolean place, CommonOptions common) {
        rewrite.check(source, "a store", destination, place, common);
        VectorRechunkRequest request = destination == null
                ? VectorRechunkRequest.inPlace(source)
                : VectorRechunkRequest.of(source, destination);
        request = request.withInPlace(!place ? InPlace.NO : swap())
                .withMaxBytes(rewrite.memory.maxBytes())
                .withThreads(rewrite.memory.threads())
                .withScratch(rewrite.scratch);
        if (verify != null) {
            request = request.withVerify(verify);
        }
        return rewrite.fsync ? request.withFsync() : request;
    }

    private InPlace swap() {
        return rewrite.keepBackup ? InPlace.SWAP_KEEP_BACKUP : InPlace.SWAP;
    }
}
