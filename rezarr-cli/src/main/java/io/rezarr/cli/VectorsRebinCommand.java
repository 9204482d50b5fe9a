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
        name = "rebin",
        description = {
            "Sort the vertices of the vector store SRC into other bins; chunks stay. In place, or to DST if one is named. Fragments,",
            "objects and links follow: they hold numbers of rows."
        },
        sortOptions = false,
        abbreviateSynopsis = true)
final class VectorsRebinCommand implements Command {
    @Parameters(index = "0", paramLabel = "SRC", description = "A store of the Zarr Vector Format.")
    private String source = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DST",
            description = "Where the result goes; must not exist. Left out, it takes the source's place.")
    private @Nullable String destination;

    @Option(
            names = "--bin-shape",
            paramLabel = "X,Y,...",
            required = true,
            description = "Of level 0, in world units; must divide the chunks.")
    private @Nullable String binShape;

    @Mixin
    private VectorsRewriteOptions options = new VectorsRewriteOptions();

    @Mixin
    private CommonOptions common = new CommonOptions();

    /** For tests: what the options ask the library for. */
    VectorRechunkRequest request() {
        return options.request(
                source,
                destination,
                null,
                VectorsRewriteOptions.vector("--bin-shape", binShape, common),
                Layout.AS_IN_SOURCE,
                List.of(),
                common);
    }

    @Override
    public ExitCode run(ParseResult parsed, Console console, Interruption interruption) {
        return VectorsRewrite.run(request(), options, common, console, interruption);
    }
}
