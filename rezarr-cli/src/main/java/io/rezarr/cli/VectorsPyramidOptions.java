package io.rezarr.cli;

import io.rezarr.vectors.pyramid.PyramidOptions;
import io.rezarr.vectors.pyramid.PyramidOptions.Aggregate;
import io.rezarr.vectors.pyramid.PyramidOptions.CrossLevelLinks;
import io.rezarr.vectors.pyramid.PyramidOptions.Factor;
import io.rezarr.vectors.pyramid.PyramidOptions.Selection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the levels of a pyramid are to be. */
final class VectorsPyramidOptions {
    @Option(
            names = "--factor",
            paramLabel = "COARSENING:SPARSITY",
            description =
                    "One for each level above 0. COARSENING: its bins, in bins of level 0 at layout 0.7, of the level below at 0.9, as "
                            + "the reference packages have it. SPARSITY: of so many objects it keeps one. Both at least 1.")
    private List<String> factors = new ArrayList<>();

    @Option(
            names = "--chunk-scale",
            paramLabel = "N|N,N,...",
            description = "One for each --factor: chunks of the level, in those of the level below. Default: 1.")
    private List<String> chunkScales = new ArrayList<>();

    @Option(
            names = "--select",
            paramLabel = "random|length",
            converter = Choice.OfSelection.class,
            description = "Which objects a level keeps: any, or the longest paths. Default: random.")
    private @Nullable Selection selection;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of --select random: the objects that the reference package keeps with it. Default: 0.")
    private @Nullable Long seed;

    @Option(
            names = "--aggregate",
            paramLabel = "mean|first|mode",
            converter = Choice.OfAggregate.class,
            description =
                    "Keep vertex attributes: a metavertex has the mean of its vertices (of categories and booleans the most frequent value), "
                            + "the value of the first, or the most frequent one. Default: levels above 0 have none, as with the reference package.")
    private @Nullable Aggregate aggregate;

    @Option(
            names = "--cross-level-storage",
            paramLabel = "none|implicit|explicit",
            converter = Choice.OfCrossLevelLinks.class,
            description = "Links from vertices to metavertices: none, one way, both ways. Default: explicit.")
    private @Nullable CrossLevelLinks links;

    @Option(
            names = "--cross-level-depth",
            paramLabel = "N",
            description = "To how many levels above they lead; -1: to all, 0: to none. Default: 1.")
    private @Nullable Integer depth;

    /** Those of them that were given, by name. */
    List<String> given() {
        Map<String, Boolean> given = new LinkedHashMap<>();
        given.put("--factor", !factors.isEmpty());
        given.put("--chunk-scale", !chunkScales.isEmpty());
        given.put("--select", selection != null);
        given.put("--seed", seed != null);
        given.put("--aggregate", aggregate != null);
        given.put("--cross-level-storage", links != null);
        given.put("--cross-level-depth", depth != null);
        given.values().removeIf(isGiven -> !isGiven);
        return List.copyOf(given.keySet());
    }

    /** @throws picocli.CommandLine.ParameterException if they are not well-formed */
    PyramidOptions options(CommonOptions common) {
        if (factors.isEmpty()) {
            throw common.usage(
                    "--factor is missing: give one for each level, such as --factor 2.0:1.0 --factor 4.0:2.0");
        }
        if (!chunkScales.isEmpty() && chunkScales.size() != factors.size()) {
            throw common.usage("--chunk-scale is given " + chunkScales.size() + " times, --factor " + factors.size()
                    + " times; give one for each level, or none");
        }
        Selection select = selection == null ? Selection.RANDOM : selection;
        if (seed != null && select != Selection.RANDOM) {
            throw common.usage("--seed is about --select random");
        }
        if (links == CrossLevelLinks.NONE && depth != null && depth != 0) {
            throw common.usage("--cross-level-depth " + depth
                    + " is about links that --cross-level-storage none does not write; leave out one of them");
        }
        List<Factor> all = new ArrayList<>();
        for (int i = 0; i < factors.size(); i++) {
            all.add(factor(factors.get(i), chunkScales.isEmpty() ? null : chunkScales.get(i), common));
        }
        return new PyramidOptions(
                all,
                select,
                seed == null ? 0 : seed,
                aggregate,
                links == null ? CrossLevelLinks.EXPLICIT : links,
                depth == null ? 1 : depth);
    }

    private static Factor factor(String text, @Nullable String scale, CommonOptions common) {
        String[] parts = text.split(":", -1);
        if (parts.length > 2) {
            throw common.usage("--factor " + text + ": must be COARSENING:SPARSITY, such as 2.0:1.0");
        }
        List<Integer> chunkScale = new ArrayList<>();
        for (String part : scale == null ? new String[0] : scale.split(",", -1)) {
            try {
                chunkScale.add(Integer.parseInt(part.strip()));
            } catch (NumberFormatException e) {
                throw common.usage("--chunk-scale " + scale + ": '" + part + "' is no whole number");
            }
        }
        return new Factor(
                number(text, parts[0], common), parts.length == 1 ? 1 : number(text, parts[1], common), chunkScale);
    }

    private static double number(String text, String part, CommonOptions common) {
        try {
            return Double.parseDouble(part.strip());
        } catch (NumberFormatException e) {
            throw common.usage("--factor " + text + ": '" + part
                    + "' is no number; expected COARSENING:SPARSITY, such as 2.0:1.0");
        }
    }
}
