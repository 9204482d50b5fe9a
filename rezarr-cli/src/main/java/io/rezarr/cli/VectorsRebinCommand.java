package io.rezarr.cli;

import io.rezarr.vectors.api.VectorRechunk;
import io.rezarr.vectors.api.VectorRechunkRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

@picocli.CommandLine.Command(
        name = "rebin",
        description = {
            "Sort the vertices of the vector store SRC into other bins; chunks stay.",
            "In place, or to DST if one is named. Fragments, objects and links follow: they hold numbers of rows."
        },
        sortOptions = false,
        abbreviateSynopsis = true)
final class VectorsRebinCommand implements Command {
    @Mixin
    private VectorsPaths paths = new VectorsPaths();

    @Option(
            names = "--bin-shape",
            paramLabel = "X,Y,...",
            required = true,
            description = "Of level 0, in world units; must divide the chunks.")
    private @Nullable String binShape;

    @Mixin
    private VectorsContentOptions options = new VectorsContentOptions();

    @Mixin
    private CommonOptions common = new CommonOptions();

    private VectorRechunkRequest request() {
        boolean place = options.rewrite.inPlace() || paths.destination == null;
        return options.request(paths.source, paths.destination, place, common)
                .withBinShape(VectorsContentOptions.vector("--bin-shape", binShape, common));
    }

    @Override
    public ExitCode run(ParseResult parsed, Console console, Interruption interruption) {
        return VectorsRewrite.run(
                this::request, VectorRechunk::prepare, options.rewrite, common, console, interruption);
    }
}
