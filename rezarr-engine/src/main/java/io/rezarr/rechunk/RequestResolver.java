package io.rezarr.rechunk;

import io.rezarr.array.ZarrArray;
import io.rezarr.array.ZarrGroup;
import io.rezarr.array.ZarrNode;
import io.rezarr.codec.CodecChain;
import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.InvalidRequestException;
import io.rezarr.error.RefusedException;
import io.rezarr.error.RezarrException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.Shape;
import io.rezarr.plan.Hints;
import io.rezarr.plan.ItemSizes;
import io.rezarr.plan.Plan;
import io.rezarr.plan.PlanRequest;
import io.rezarr.plan.Planner;
import io.rezarr.store.StorePrefix;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** From a request and the nodes of its source to what becomes of each array. Reads nothing. */
final class RequestResolver {
    private final RechunkRequest request;
    private final ZarrNode root;
    private final Consumer<String> notes;
    private final ArrayRules<ChunkSpec> chunkRules;
    private final ArrayRules<ShardSpec> shardRules;
    private final @Nullable CodecChoice codec;
    /** The groups that are pyramids. */
    private final List<StorePrefix> pyramids = new ArrayList<>();

    RequestResolver(RechunkRequest request, ZarrNode root, Consumer<String> notes) {
        this.request = request;
        this.root = root;
        this.notes = notes;
        this.chunkRules = ArrayRules.parse(request.chunks(), ChunkSpec::parse);
        this.shardRules = ArrayRules.parse(request.shards(), ShardSpec::parse);
        this.codec = CodecChoice.parse(request.codec());
    }

    /** The path of a node below the source's root. */
    static String pathOf(ZarrNode root, ZarrNode node) {
        return StorePrefix.ofPath(
                        node.prefix().value().substring(root.prefix().value().length()))
                .path();
    }

    /**
     * The nodes that the request is about, groups included.
     *
     * @throws InvalidRequestException if a path of {@code --array} is no array
     */
    List<ZarrNode> select(List<ZarrNode> nodes) {
        List<ZarrNode> selected = new ArrayList<>();
        Set<String> missing = new HashSet<>();
        request.arrays().forEach(path -> missing.add(StorePrefix.ofPath(path).path()));
        Set<String> wanted = Set.copyOf(missing);
        for (ZarrNode node : nodes) {
            String path = pathOf(root, node);
            if (node instanceof ZarrGroup group && Pyramid.is(group.metadata())) {
                pyramids.add(group.prefix());
            }
            if (isSkipped(path)) {
                continue;
            }
            boolean isWanted = wanted.contains(path) && node instanceof ZarrArray;
            boolean leadsToWanted = node instanceof ZarrGroup
                    && wanted.stream().anyMatch(array -> array.startsWith(path.isEmpty() ? "" : path + "/"));
            if (wanted.isEmpty() || isWanted || leadsToWanted) {
                selected.add(node);
            }
            if (isWanted) {
                missing.remove(path);
            }
        }
        if (!missing.isEmpty()) {
            throw new InvalidRequestException(
                    "--array " + String.join(", ", missing) + ": " + whyMissing(missing, nodes));
        }
        return selected;
    }

    private String whyMissing(Set<String> missing, List<ZarrNode> nodes) {
        if (root instanceof ZarrArray) {
            return "the source is an array itself; leave --array away";
        }
        List<String> paths = nodes.stream()
                .filter(ZarrArray.class::isInstance)
                .map(node -> pathOf(root, node))
                .toList();
        return missing.stream().anyMatch(paths::contains)
                ? "left out by --skip; take one of the two away"
                : "no such array; there are " + listOf(paths);
    }

    private static String listOf(List<String> paths) {
        int shown = Math.min(paths.size(), 20);
        return paths.isEmpty()
                ? "none"
                : String.join(", ", paths.subList(0, shown))
                        + (shown < paths.size() ? " and " + (paths.size() - shown) + " more" : "");
    }

    private boolean isSkipped(String path) {
        return !path.isEmpty()
                && request.skip().stream()
                        .anyMatch(glob -> SpecText.matches(glob, path)
                                || ancestors(path).stream().anyMatch(above -> SpecText.matches(glob, above)));
    }

    private static List<String> ancestors(String path) {
        List<String> above = new ArrayList<>();
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            above.add(path.substring(0, slash));
        }
        return above;
    }

    /** What becomes of each of these arrays. */
    List<ArrayRechunk> resolve(List<ZarrArray> arrays) {
        checkRulesAreUsed(arrays);
        if (arrays.size() != 1 && (request.dimensionNames() != null || request.fillValue() != null)) {
            throw new InvalidRequestException((request.fillValue() != null ? "--fill-value" : "--dimension-names")
                    + " is for one array, not " + arrays.size() + "; name it with --array");
        }
        return arrays.stream().map(this::resolveNamed).toList();
    }

    /** Of several arrays a failure must name its own. */
    private ArrayRechunk resolveNamed(ZarrArray array) {
        String path = pathOf(root, array);
        if (path.isEmpty()) {
            return resolve(array, path);
        }
        try {
            return resolve(array, path);
        } catch (UnsupportedFeatureException e) {
            throw new UnsupportedFeatureException(
                    named(path, e) + " It is carried undecoded if its chunks and codecs stay (-c '" + path
                            + ":keep', no --codec), or left out with --skip " + path + ".",
                    e);
        } catch (InfeasiblePlanException e) {
            throw new InfeasiblePlanException(named(path, e), e);
        } catch (RefusedException e) {
            throw new RefusedException(named(path, e), e);
        } catch (InvalidRequestException e) {
            throw new InvalidRequestException(named(path, e), e);
        }
    }

    private static String named(String path, RezarrException e) {
        return "'" + path + "': " + e.getMessage();
    }

    private ArrayRechunk resolve(ZarrArray array, String path) {
        ArrayMetadata source = array.metadata();
        requireConsistent(array, path);
        Hints hints = SourceSample.of(array, request.maxBytes());
        ChunkSpec.Target target = targetOf(source, hints);
        Shape chunks = chunksFor(path, target);
        Shape shards = shardsFor(path, source, target, chunks);
        if (isLevelOfPyramid(array) && !isAskedForAlone(path) && !chunkRules.name(path)) {
            Shape asked = chunks;
            chunks = Pyramid.chunks(asked, target);
            shards = shards == null
                    ? null
                    : Pyramid.shards(shards, asked, chunks, target, DestinationMetadata.shardsOf(source));
        }
        DestinationMetadata.Result result = DestinationMetadata.of(request, codec, source, chunks, shards);
        result.notes().forEach(note -> notes.accept(path.isEmpty() ? note : path + ": " + note));
        Plan plan = Planner.plan(new PlanRequest(
                source,
                result.metadata(),
                request.maxBytes(),
                request.threads(),
                request.emptyChunks(),
                codec != null,
                request.strategy(),
                PlanRequest.Scratch.FILES,
                hints));
        return new ArrayRechunk(path, array, result.metadata(), plan);
    }

    /** Codecs that are wrong are the source's fault, and named before a request is measured against them. */
    private static void requireConsistent(ZarrArray array, String path) {
        try {
            CodecChain.of(array.metadata());
        } catch (UnsupportedFeatureException unknown) {
            // Unknown is not wrong: chunks that stay as they are can be moved, and the planner refuses the others.
            return;
        } catch (InvalidMetadataException e) {
            throw new InvalidMetadataException((path.isEmpty() ? "" : "'" + path + "': ") + e.getMessage(), e);
        }
    }

    private static ChunkSpec.Target targetOf(ArrayMetadata source) {
        return targetOf(source, Hints.NONE);
    }

    /** An item of variable size counts as large as it is on average. */
    private static ChunkSpec.Target targetOf(ArrayMetadata source, Hints hints) {
        ItemSizes items = hints.items();
        return new ChunkSpec.Target(
                source.shape(),
                source.dimensionNames(),
                DestinationMetadata.chunksOf(source),
                items == null
                        ? source.dataType().elementBytes()
                        : (int) Math.min(Integer.MAX_VALUE, Math.max(1, Math.ceil(items.meanBytes()))));
    }

    private boolean isLevelOfPyramid(ZarrArray array) {
        return pyramids.stream().anyMatch(group -> array.prefix().value().startsWith(group.value()));
    }

    /** A spec for every array leaves one alone that it does not fit, and never splits a dimension coordinate. */
    private Shape chunksFor(String path, ChunkSpec.Target target) {
        boolean isAlone = isAskedForAlone(path);
        ArrayRules.Rule<ChunkSpec> rule = chunkRules.ruleFor(path, spec -> isAlone || spec.fits(target));
        if (rule == null) {
            return target.chunks();
        }
        Shape chunks = rule.spec().resolve(target);
        if (rule.isForAll() && !isAlone && isDimensionCoordinate(path, target)) {
            return chunks.extent(0) > target.chunks().extent(0) ? chunks : target.chunks();
        }
        return chunks;
    }

    private boolean isAskedForAlone(String path) {
        return path.isEmpty()
                || request.arrays().stream()
                        .anyMatch(array -> StorePrefix.ofPath(array).path().equals(path));
    }

    private static boolean isDimensionCoordinate(String path, ChunkSpec.Target target) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return target.shape().rank() == 1
                && target.dimensionNames() != null
                && name.equals(target.dimensionNames().get(0));
    }

    private @Nullable Shape shardsFor(String path, ArrayMetadata source, ChunkSpec.Target target, Shape chunks) {
        Shape old = DestinationMetadata.shardsOf(source);
        boolean isAlone = isAskedForAlone(path);
        ArrayRules.Rule<ShardSpec> rule =
                source.shape().rank() == 0 ? null : shardRules.ruleFor(path, spec -> isAlone || spec.fits(target));
        if (rule != null) {
            return rule.spec().resolve(target, chunks, old);
        }
        boolean toV2 = request.format() == io.rezarr.metadata.ZarrFormat.V2;
        return toV2 ? null : new ShardSpec.Keep().resolve(target, chunks, old);
    }

    /** A rule that says nothing of any array is a mistake, as is a dimension that no array has. */
    private void checkRulesAreUsed(List<ZarrArray> arrays) {
        for (ArrayRules.Rule<ChunkSpec> rule : chunkRules.all()) {
            String option = "--chunks " + rule.text();
            checkIsUsed(option, rule.glob(), arrays);
            if (rule.spec() instanceof ChunkSpec.ByName named) {
                checkNamesExist(option, rule.glob(), named.extents().keySet(), arrays);
            }
            checkFitsAny(option, arrays, rule.spec()::fits);
        }
        for (ArrayRules.Rule<ShardSpec> rule : shardRules.all()) {
            String option = "--shards " + rule.text();
            checkIsUsed(option, rule.glob(), arrays);
            if (rule.spec() instanceof ShardSpec.ByName named) {
                checkNamesExist(option, rule.glob(), named.extents().keySet(), arrays);
            }
            checkFitsAny(option, arrays, rule.spec()::fits);
        }
    }

    /** An array that is asked for alone says itself why a spec does not fit it. */
    private void checkFitsAny(String option, List<ZarrArray> arrays, Predicate<ChunkSpec.Target> fits) {
        boolean fitsAny = arrays.isEmpty()
                || arrays.stream()
                        .anyMatch(
                                array -> isAskedForAlone(pathOf(root, array)) || fits.test(targetOf(array.metadata())));
        if (!fitsAny) {
            throw new InvalidRequestException(option + " fits none of the arrays "
                    + listOf(arrays.stream()
                            .map(array -> pathOf(root, array) + array.metadata().shape())
                            .toList()));
        }
    }

    private void checkIsUsed(String option, @Nullable String glob, List<ZarrArray> arrays) {
        if (glob != null && arrays.stream().noneMatch(array -> SpecText.matches(glob, pathOf(root, array)))) {
            throw new InvalidRequestException(option + ": no array matches '" + glob + "'; there are "
                    + listOf(arrays.stream().map(array -> pathOf(root, array)).toList()));
        }
    }

    private void checkNamesExist(String option, @Nullable String glob, Set<String> names, List<ZarrArray> arrays) {
        Set<String> unknown = new HashSet<>(names);
        Set<String> known = new HashSet<>();
        for (ZarrArray array : arrays) {
            if (glob == null || SpecText.matches(glob, pathOf(root, array))) {
                List<@Nullable String> dimensions = array.metadata().dimensionNames();
                if (dimensions != null) {
                    dimensions.stream().filter(java.util.Objects::nonNull).forEach(known::add);
                }
            }
        }
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw new InvalidRequestException(option + ": no dimension is named "
                    + String.join(", ", unknown)
                    + (known.isEmpty()
                            ? "; the arrays have no dimension names, give an extent for each axis, as in "
                                    + (arrays.isEmpty()
                                            ? "100,100"
                                            : SpecText.exampleOf(
                                                    arrays.get(0).metadata().chunkShape()))
                            : "; there are " + listOf(known.stream().sorted().toList())));
        }
    }
}
