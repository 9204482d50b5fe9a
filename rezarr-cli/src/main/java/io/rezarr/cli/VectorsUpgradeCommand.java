package io.rezarr.cli;

import io.rezarr.vectors.api.VectorRechunkRequest;
import io.rezarr.vectors.api.VectorRechunkRequest.Layout;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

@picocli.CommandLine.Command(
        name = "upgrade",
        description = {
            "Write the vector store SRC of format 0.7 in format 0.9 to DST, or in place, losing nothing; in other chunks, bins, codecs",
            "and shards in the same pass if these are named. What has no counterpart is refused by name."
        },
        sortOptions = false,
        abbreviateSynopsis = true)
final class VectorsUpgradeCommand implements Command {
    private static final String NEWEST = "0.9";

    @Parameters(index = "0", paramLabel = "SRC", description = "A store of the Zarr Vector Format 0.7.")
    private String source = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DST",
            description = "Where the result goes; must not exist. Left out with --in-place.")
    private @Nullable String destination;

    @Option(names = "--to", paramLabel = "0.9", required = true, description = "The format of the result.")
    private @Nullable String to;

    @Option(
            names = {"-c", "--chunk-shape"},
            paramLabel = "X,Y,...|auto[:SIZE|:Nlinks]",
            description = "As for rechunk. Default: as it is.")
    private @Nullable String chunkShape;

    @Option(
            names = "--bin-shape",
            paramLabel = "X,Y,...",
            description =
                    "Of level 0; must divide the chunks. Default: as it is, or as for rechunk where chunks change.")
    private @Nullable String binShape;

    @Option(names = "--in-place", description = "The result takes the source's place.")
    private boolean inPlace;

    @Mixin
    private VectorsRewriteOptions options = new VectorsRewriteOptions();

    @Mixin
    private CommonOptions common = new CommonOptions();

    /** For tests: what the options ask the library for. */
    VectorRechunkRequest request() {
        if (!NEWEST.equals(to)) {
            throw common.usage("--to " + to + ": stores are upgraded to " + NEWEST);
        }
        if (inPlace && destination != null) {
            throw common.usage("--in-place takes no DST, found '" + destination + "'; leave out one of them");
        }
        if (!inPlace && destination == null) {
            throw common.usage("DST is missing: name where the result goes, or say --in-place");
        }
        return options.request(
                source,
                destination,
                VectorsRewriteOptions.ChunkShape.of(chunkShape, common),
                VectorsRewriteOptions.vector("--bin-shape", binShape, common),
                Layout.V09,
                List.of(),
                common);
    }

    @Override
    public ExitCode run(ParseResult parsed, Console console, Interruption interruption) {
        return VectorsRewrite.run(request(), options, common, console, interruption);
    }
}
