package io.rezarr.cli;

import io.rezarr.vectors.api.VectorPyramid;
import io.rezarr.vectors.api.VectorPyramidRequest;
import io.rezarr.vectors.api.VectorPyramidRequest.Levels;
import io.rezarr.vectors.api.VectorRechunkRequest;
import io.rezarr.vectors.api.VectorRechunkRequest.Existing;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParseResult;

@picocli.CommandLine.Command(
        name = "build-pyramid",
        description = {
            "Make levels of detail: each bin of the level below becomes one metavertex, the mean of its "
                    + "vertices, and objects and links between levels follow.",
            "Level 0 is copied to DST as it is; with --in-place the result takes the place of SRC. With "
                    + "--overwrite levels above 0 that SRC has are made anew."
        },
        sortOptions = false,
        abbreviateSynopsis = true)
final class VectorsBuildPyramidCommand implements Command {
    @Mixin
    private VectorsPaths paths = new VectorsPaths();

    @Mixin
    private VectorsPyramidOptions pyramid = new VectorsPyramidOptions();

    @Mixin
    private VectorsRewriteOptions options = new VectorsRewriteOptions();

    @Mixin
    private CommonOptions common = new CommonOptions();

    private VectorPyramidRequest request() {
        VectorRechunkRequest base = options.request(paths.source, paths.destination, options.inPlace(), common);
        if (options.overwrite() && !options.inPlace()) {
            base = base.withExisting(Existing.OVERWRITE);
        }
        return VectorPyramidRequest.of(base, pyramid.options(common))
                .withLevels(options.overwrite() ? Levels.REPLACE : Levels.REFUSE);
    }

    @Override
    public ExitCode run(ParseResult parsed, Console console, Interruption interruption) {
        return VectorsRewrite.run(this::request, VectorPyramid::prepare, options, common, console, interruption);
    }
}
