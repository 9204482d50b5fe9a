package io.rezarr.cli;

import io.rezarr.vectors.api.VectorPyramid;
import io.rezarr.vectors.api.VectorPyramidRequest;
import io.rezarr.vectors.api.VectorPyramidRequest.Levels;
import io.rezarr.vectors.api.VectorRechunk;
import io.rezarr.vectors.api.VectorRechunkRequest;
import io.rezarr.vectors.api.VectorRechunkRequest.Existing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

@picocli.CommandLine.Command(
        name = "rechunk",
        description =
                "Write the vector store SRC with other chunks to DST, or in place: vertices, attributes, fragments, "
                        + "links, objects and groups of all levels, losing nothing.",
        sortOptions = false,
        abbreviateSynopsis = true)
final class VectorsRechunkCommand implements Command {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "SRC",
            description = "A store of the Zarr Vector Format. With --source-root a level of it, or left out.")
    private @Nullable String source;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DST",
            description =
                    "Where the result goes; must not exist. Left out with --in-place. With --dest-root a level of it, or left out.")
    private @Nullable String destination;

    @Option(
            names = {"-c", "--chunk-shape"},
            paramLabel = "X,Y,...|auto[:SIZE|:Nlinks]",
            required = true,
            description = {
                "Of level 0, in world units. Levels with chunks of their own keep their multiple of it.",
                "auto: so long that the fullest chunk stays under 16 MiB, or SIZE, or a number of links such as 8Mlinks."
            })
    private @Nullable String chunkShape;

    @Option(
            names = "--bin-shape",
            paramLabel = "X,Y,...",
            description =
                    "Of level 0; must divide the chunks. Default: a quarter of them, or the nearest part that fits all levels; "
                            + "where levels above 0 are kept, the source's if it divides the new chunks.")
    private @Nullable String binShape;

    @Option(names = "--level", paramLabel = "N", description = "Only this level. Repeatable. Default: all.")
    private List<Integer> levels = new ArrayList<>();

    @Option(
            names = "--source-root",
            paramLabel = "STORE",
            description =
                    "Write one level by this run, and the others by others like it, in any order: the store whose level it is.")
    private @Nullable String sourceRoot;

    @Option(
            names = "--dest-root",
            paramLabel = "STORE",
            description =
                    "The store that gets its levels so. Made by the first run; each that follows adds its level, and the links between that and "
                            + "those which are there. --overwrite writes a level again. Complete when the last level is there.")
    private @Nullable String destRoot;

    @Option(
            names = "--build-pyramid",
            description = "Make the levels above 0 anew, of level 0 in its new chunks; with --level 0 and --factor.")
    private boolean buildPyramid;

    @Mixin
    private VectorsPyramidOptions pyramid = new VectorsPyramidOptions();

    @Mixin
    private VectorsContentOptions options = new VectorsContentOptions();

    @Mixin
    private CommonOptions common = new CommonOptions();

    private VectorRechunkRequest request() {
        if (sourceRoot != null || destRoot != null) {
            return levelRequest(new LevelRoots(sourceRoot, destRoot, common));
        }
        return storeRequest().withLevels(levels.toArray(Integer[]::new));
    }

    private VectorRechunkRequest storeRequest() {
        if (source == null) {
            throw common.usage("SRC is missing: name a store");
        }
        return request(source, destination);
    }

    private VectorRechunkRequest levelRequest(LevelRoots roots) {
        if (options.rewrite.inPlace()) {
            throw common.usage("--in-place does not go with --dest-root: that is where the result goes");
        }
        return request(roots.source(), roots.destination())
                .withLevels(roots.levels(source, destination, levels).toArray(Integer[]::new))
                .withExisting(options.rewrite.overwrite() ? Existing.REPLACE_LEVELS : Existing.ADD_LEVELS);
    }

    private VectorRechunkRequest request(String from, @Nullable String to) {
        return VectorsContentOptions.withChunkShape(
                        options.request(from, to, options.rewrite.inPlace(), common), chunkShape, common)
                .withBinShape(VectorsContentOptions.vector("--bin-shape", binShape, common));
    }

    /** Whoever names level 0 knows that there are others. */
    private VectorPyramidRequest pyramidRequest() {
        if (sourceRoot != null || destRoot != null) {
            throw common.usage("--build-pyramid does not go with --dest-root: it makes all levels at once");
        }
        for (int level : levels) {
            if (level != 0) {
                throw common.usage(
                        "--level " + level + ": a pyramid is made of level 0, the others are made anew; say --level 0");
            }
        }
        return VectorPyramidRequest.of(storeRequest(), pyramid.options(common))
                .withLevels(levels.isEmpty() ? Levels.REFUSE : Levels.REPLACE);
    }

    @Override
    public ExitCode run(ParseResult parsed, Console console, Interruption interruption) {
        if (buildPyramid) {
            return VectorsRewrite.run(
                    this::pyramidRequest, VectorPyramid::prepare, options.rewrite, common, console, interruption);
        }
        List<String> given = pyramid.given();
        if (!given.isEmpty()) {
            throw common.usage(String.join(", ", given) + (given.size() == 1 ? " is" : " are")
                    + " about --build-pyramid, which is missing");
        }
        return VectorsRewrite.run(
                this::request, VectorRechunk::prepare, options.rewrite, common, console, interruption);
    }
}
