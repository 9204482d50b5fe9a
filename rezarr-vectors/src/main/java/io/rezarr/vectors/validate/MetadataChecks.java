package io.rezarr.vectors.validate;

import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.vectors.metadata.Multiscales;
import io.rezarr.vectors.model.ChunkGrid;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.node.NodeTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Level 2: whether root and levels say things that make sense, and agree. */
final class MetadataChecks {
    private static final double TOLERANCE = 1e-9;
    private static final Map<String, List<String>> TOKENS = Map.of(
            "object_index_convention", List.of("standard", "identity"),
            "cross_chunk_strategy", List.of("explicit_links", "boundary_deduplication", "both"),
            "cross_level_storage", List.of("none", "implicit", "explicit"));

    private final NodeTree nodes;
    private final VectorStore store;
    private final StoreMetadata root;
    private final Findings findings;

    MetadataChecks(NodeTree nodes, VectorStore store, Findings findings) {
        this.nodes = nodes;
        this.store = store;
        this.root = store.metadata();
        this.findings = findings;
    }

    void run() {
        checkTokens();
        for (int axis = 0; axis < root.dimensions(); axis++) {
            if (root.lower().component(axis) > root.upper().component(axis)) {
                String found = "bounds are " + root.lower() + " and " + root.upper();
                findings.add(Check.BOUNDS, null, "", null, found);
                break;
            }
        }
        if (!ChunkGrid.divides(root.binShape(), root.chunkShape())) {
            String found = "bins of " + root.binShape() + " do not divide chunks of " + root.chunkShape();
            findings.add(Check.BIN_SHAPE, null, "", null, found);
        }
        if (root.geometryTypes().size() != 1) {
            findings.add(Check.GEOMETRY, null, "", null, "geometry types are " + root.geometryTypes());
        }
        JsonPlace attributes = nodes.attributes("");
        Multiscales multiscales = Multiscales.parse(attributes);
        List<Integer> levels = store.levelNumbers();
        for (int number : levels) {
            String path = Integer.toString(number);
            LevelMetadata level = findings.value(
                    Check.LEVEL_METADATA,
                    number,
                    path,
                    null,
                    () -> store.level(number).metadata());
            if (level != null) {
                checkLevel(level, levels);
                checkScale(level, multiscales.of(number));
            }
        }
        for (int number : multiscales.levels().keySet()) {
            if (!levels.contains(number)) {
                String found = "described, but there is no such level";
                findings.add(Check.MULTISCALES, Severity.WARNING, number, "", null, found);
            }
        }
        checkOme(attributes, levels);
    }

    private void checkTokens() {
        TOKENS.forEach((name, known) -> {
            JsonValue value = root.member(name);
            if (value != null
                    && value != JsonLiteral.NULL
                    && !(value instanceof JsonString token && known.contains(token.value()))) {
                String found = name + " is " + Json.excerpt(value) + ", expected one of " + known;
                findings.add(Check.ROOT_METADATA, null, "", null, found);
            }
        });
    }

    private void checkLevel(LevelMetadata level, List<Integer> levels) {
        String path = Integer.toString(level.number());
        JsonPlace own = nodes.attributes(path).member(LevelMetadata.ATTRIBUTE);
        findings.attempt(Check.LEVEL_METADATA, level.number(), path, null, () -> {
            own.member("level").integer(level.number(), level.number());
            checkSparsity(own.member("object_sparsity"));
            checkParent(own.member("parent_level"), level.number(), levels);
        });
        boolean ownChunks = !own.member("chunk_shape").isAbsentOrNull();
        if (ownChunks && !ChunkGrid.divides(root.chunkShape(), level.chunkShape())) {
            String found =
                    "chunks of " + level.chunkShape() + " are no whole multiple of the root's " + root.chunkShape();
            findings.add(Check.LEVEL_CHUNK_SHAPE, level.number(), path, null, found);
        }
        if (level.number() > 0 && !binsFit(level)) {
            Severity severity = ownChunks ? Severity.ERROR : Severity.WARNING;
            String found = "bins of " + level.binShape() + " do not divide chunks of " + level.chunkShape();
            findings.add(Check.LEVEL_BIN_SHAPE, severity, level.number(), path, null, found);
        }
    }

    private static boolean binsFit(LevelMetadata level) {
        for (int axis = 0; axis < level.chunkShape().dimensions(); axis++) {
            double bin = level.binShape().component(axis);
            double chunk = level.chunkShape().component(axis);
            if (bin < chunk && !ChunkGrid.divides(bin, chunk)) {
                return false;
            }
        }
        return true;
    }

    private static void checkSparsity(JsonPlace place) {
        if (!place.isAbsentOrNull() && !(place.number() > 0 && place.number() <= 1)) {
            throw place.invalid("a number above 0, at most 1");
        }
    }

    private void checkParent(JsonPlace place, int number, List<Integer> levels) {
        if (place.isAbsentOrNull()) {
            return;
        }
        long parent = place.integer(0, Integer.MAX_VALUE);
        if (parent == number) {
            throw place.invalid("null, or the number of another level");
        }
        if (!levels.contains((int) parent)) {
            String found = "parent_level is " + parent + ", the levels are " + levels;
            findings.add(Check.LEVEL_METADATA, Severity.WARNING, number, Integer.toString(number), null, found);
        }
    }

    private void checkScale(LevelMetadata level, Multiscales.Transform transform) {
        WorldVector scale = transform.scale();
        if (scale == null || !scale.isPositive()) {
            String found = scale == null ? "no scale is given" : "the scale is " + scale;
            findings.add(Check.MULTISCALES, level.number(), "", null, found);
            return;
        }
        WorldVector translation = transform.translation();
        if (level.number() == 0) {
            checkLevelZero(scale, translation);
        } else if (translation == null || !isNear(translation.times(2), times(scale, root.binShape()))) {
            String found = "scale " + scale + " of bins of " + root.binShape() + " does not fit the translation "
                    + translation;
            findings.add(Check.MULTISCALES, Severity.WARNING, level.number(), "", null, found);
        }
    }

    private void checkLevelZero(WorldVector scale, @Nullable WorldVector translation) {
        for (int axis = 0; axis < scale.dimensions(); axis++) {
            if (scale.component(axis) != 1) {
                findings.add(Check.MULTISCALES, 0, "", null, "the scale is " + scale + ", expected 1 on every axis");
                return;
            }
        }
        boolean hasOffset = root.member("coordinate_offset") instanceof JsonArray;
        if (!hasOffset && (translation == null || !isNear(translation.times(2), root.binShape()))) {
            String found = "the translation is " + translation + ", expected half of the bins " + root.binShape();
            findings.add(Check.MULTISCALES, Severity.WARNING, 0, "", null, found);
        }
    }

    private static WorldVector times(WorldVector a, WorldVector b) {
        double[] product = a.toArray();
        for (int axis = 0; axis < product.length; axis++) {
            product[axis] *= b.component(axis);
        }
        return WorldVector.of(product);
    }

    private static boolean isNear(WorldVector a, WorldVector b) {
        for (int axis = 0; axis < a.dimensions(); axis++) {
            double difference = Math.abs(a.component(axis) - b.component(axis));
            if (!(difference <= TOLERANCE * Math.max(1, Math.abs(b.component(axis))))) {
                return false;
            }
        }
        return true;
    }

    private void checkOme(JsonPlace attributes, List<Integer> levels) {
        if (!(attributes.object().member("ome") instanceof JsonObject ome)) {
            return;
        }
        List<String> names = new ArrayList<>();
        if (ome.member("nodes") instanceof JsonArray nodesOfOme) {
            for (JsonValue node : nodesOfOme.items()) {
                if (node instanceof JsonObject object && object.member("name") instanceof JsonString name) {
                    names.add(name.value());
                }
            }
        }
        if (!names.equals(levels.stream().map(String::valueOf).toList())) {
            findings.add(Check.OME_NODES, null, "", null, "ome names " + names + ", the levels are " + levels);
        }
    }
}
