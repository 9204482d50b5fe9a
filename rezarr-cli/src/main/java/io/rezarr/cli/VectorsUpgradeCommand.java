package io.rezarr.cli;

import io.rezarr.vectors.api.VectorRechunk;
import io.rezarr.vectors.api.VectorRechunkRequest;
import io.rezarr.vectors.api.VectorRechunkRequest.Layout;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

@picocli.CommandLine.Command(
        name = "upgrade",
        description = {
            "Write the vector store SRC of format 0.7 in format 0.9 to DST, or in place, losing nothing; in "
                    + "other chunks, bins, codecs and shards in the same pass if these are named.",
            "What has no counterpart is refused by name."
        },
        sortOptions = false,
        abbreviateSynopsis = true)
final class VectorsUpgradeCommand implements Command {
    private static final String NEWEST = "0.9";

    @Mixin
    private VectorsPaths paths = new VectorsPaths();

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

    @Mixin
    private VectorsContentOptions options = new VectorsContentOptions();

    @Mixin
    private CommonOptions common = new CommonOptions();

    private VectorRechunkRequest request() {
        if (!NEWEST.equals(to)) {
            throw common.usage("--to " + to + ": stores are upgraded to " + NEWEST);
        }
        return VectorsContentOptions.withChunkShape(
                        options.request(paths.source, paths.destination, options.rewrite.inPlace(), common),
                        chunkShape,
                        common)
                .withBinShape(VectorsContentOptions.vector("--bin-shape", binShape, common))
                .withLayout(Layout.V09);
    }

    @Override
    public ExitCode run(ParseResult parsed, Console console, Interruption interruption) {
        return VectorsRewrite.run(
                this::request, VectorRechunk::prepare, options.rewrite, common, console, interruption);
    }
}
