package io.rezarr.vectors.validate;

import io.rezarr.array.Hierarchy;
import io.rezarr.memory.Workspace;
import io.rezarr.store.Store;
import io.rezarr.store.StoreLocation;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.layout.VectorStores;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.GeometryType;
import io.rezarr.vectors.model.ObjectIndex;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.model.VertexFormat;
import io.rezarr.vectors.node.NodeTree;
import io.rezarr.vectors.node.PartialStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Checks a store of the Zarr Vector Format.
 *
 * <p>Levels: 1 what stands there, 2 metadata, 3 data, 4 conventions of the geometry, 5 levels of detail together; each with those before it. Errors of
 * level 1 stop the rest, errors of level 2 stop levels 3 to 5. What is wrong is reported, never thrown, whatever the store holds.
 *
 * <p>Memory: the values of one chunk; for each level 16 bytes a chunk and a bit a fragment, 8 bytes an object, of paths 12 bytes a fragment, of
 * skeletons a bit a vertex.
 */
public final class Validation {
    /** The deepest level. */
    public static final int MAX_LEVEL = 5;

    private final NodeTree nodes;
    private final int level;
    private final Findings findings;
    private final Map<Integer, LevelFacts> facts = new TreeMap<>();

    private Validation(NodeTree nodes, int level) {
        this.nodes = nodes;
        this.level = level;
        this.findings = new Findings(level);
    }

    /**
     * Checks the store at a place.
     *
     * @param level from 1 to {@link #MAX_LEVEL}
     * @param maxMemoryBytes what data may take
     * @throws io.rezarr.error.InvalidMetadataException if nothing stands there
     * @throws io.rezarr.error.RefusedException if a run was interrupted there
     */
    public static ValidationReport run(StoreLocation location, int level, long maxMemoryBytes) {
        try (Store store = VectorStores.readable(location)) {
            if (!new NodeTree(store, StorePrefix.ROOT, 0).exists("")) {
                Hierarchy.open(store, StorePrefix.ROOT, null, warning -> {});
            }
            return run(store, StorePrefix.ROOT, level, VectorStores.maxValueBytes(maxMemoryBytes));
        }
    }

    /** {@link #run(StoreLocation, int, long)} of a local directory. */
    public static ValidationReport run(Path path, int level, long maxMemoryBytes) {
        return run(StoreLocation.of(path), level, maxMemoryBytes);
    }

    /**
     * Checks the store at a prefix.
     *
     * @param level from 1 to {@link #MAX_LEVEL}
     * @param maxValueBytes as {@link VectorStores#open} takes it
     */
    public static ValidationReport run(Store store, StorePrefix prefix, int level, int maxValueBytes) {
        if (level < 1 || level > MAX_LEVEL) {
            throw new IllegalArgumentException("level is " + level + ", must be from 1 to " + MAX_LEVEL);
        }
        Validation validation = new Validation(new NodeTree(store, prefix, maxValueBytes), level);
        validation.run();
        return validation.findings.report();
    }

    private void run() {
        new StructureChecks(nodes, findings).run();
        PartialStore partial = findings.value(
                Check.LEVELS_PENDING,
                null,
                PartialStore.DIRECTORY,
                null,
                () -> PartialStore.find(nodes.store(), nodes.root()));
        if (level < 2 || findings.hasErrors(1)) {
            return;
        }
        VectorStore store = findings.value(
                Check.ROOT_METADATA,
                null,
                "",
                null,
                () -> VectorStores.open(nodes.store(), nodes.root(), nodes.maxBytes()));
        if (store == null) {
            return;
        }
        findings.attempt(Check.ROOT_METADATA, null, "", null, () -> new MetadataChecks(nodes, store, findings).run());
        findings.attempt(Check.ARRAY_METADATA, null, "", null, () -> checkUnknown(store));
        if (partial != null) {
            findings.add(
                    Check.LEVELS_PENDING, null, PartialStore.DIRECTORY, null, partial.describe(store.levelNumbers()));
        }
        if (level < 3 || findings.hasErrors(2)) {
            return;
        }
        try (Workspace workspace = new Workspace()) {
            checkData(store, partial == null ? store.levelNumbers() : partial.levels(), workspace);
        }
    }

    private void checkUnknown(VectorStore store) {
        for (int number : store.levelNumbers()) {
            for (String member : store.level(number).unknownMembers()) {
                findings.add(
                        Check.UNKNOWN_MEMBERS,
                        number,
                        number + "/" + member,
                        null,
                        "is not known, and carried over as it is");
            }
        }
    }

    /** @param levels that the store has, or will have */
    private void checkData(VectorStore store, List<Integer> levels, Workspace workspace) {
        for (int number : store.levelNumbers()) {
            LevelFacts known = findings.value(
                    Check.ARRAY_METADATA, number, number + "/vertices", null, () -> open(store, store.level(number)));
            if (known != null) {
                facts.put(number, known);
            }
        }
        for (LevelFacts known : facts.values()) {
            String path = Integer.toString(known.number);
            findings.attempt(Check.VERTEX_ROWS, known.number, path, null, () -> checkVertices(store, known, workspace));
        }
        for (LevelFacts known : facts.values()) {
            String path = Integer.toString(known.number);
            findings.attempt(Check.LINK_ROWS, known.number, path, null, () -> checkTopology(store, known, workspace));
        }
        if (level >= 4) {
            new ConventionChecks(store, levels, findings).run(facts.values());
        }
        if (level >= MAX_LEVEL) {
            findings.attempt(
                    Check.LEVEL_SIZES,
                    null,
                    "",
                    null,
                    () -> new PyramidChecks(store, levels, facts, findings).run(workspace));
        }
    }

    private static LevelFacts open(VectorStore store, VectorLevel level) {
        ChunkIndex chunks = level.vertices().chunks();
        VertexFormat format = level.vertexFormat();
        return new LevelFacts(level, format, chunks, store.metadata().hasPaths());
    }

    private void checkVertices(VectorStore store, LevelFacts known, Workspace workspace) {
        StoreMetadata root = store.metadata();
        if (root.version().is(0, 9)) {
            new Storage09(nodes, root, known.level.metadata(), findings, workspace).run();
        } else {
            new Storage07(nodes, known.level.metadata(), findings).run();
        }
        boolean hasObjects = nodes.exists(known.path("object_index"));
        new VertexChecks(root, known, hasObjects, findings).run(workspace);
    }

    private void checkTopology(VectorStore store, LevelFacts known, Workspace workspace) {
        PathLinks paths = new PathLinks();
        String path = known.path("object_index");
        ObjectIndex index = findings.value(Check.MANIFESTS, known.number, path, null, () -> known.level.objects());
        new ObjectChecks(store.metadata(), known, paths, findings).run(index, workspace);
        new LinkChecks(store.metadata(), known, facts, paths, findings).run(workspace);
        if (store.metadata().hasPaths()
                && known.isComplete()
                && !known.level.metadata().isTrue("shared_fragments")) {
            checkPaths(store.metadata(), known, paths);
        }
    }

    private void checkPaths(StoreMetadata root, LevelFacts known, PathLinks paths) {
        String path = known.path("links/0");
        if (!paths.chunksAgree()) {
            String found = "paths go from chunk to chunk " + paths.wanted() + " times, stored are " + paths.stored()
                    + " links" + (paths.wanted() == paths.stored() ? " between other chunks" : "");
            findings.add(Check.PATH_CROSSINGS, known.number, path, null, found);
        } else if (!paths.rowsAgree() && !(root.version().is(0, 7) && paths.rowsArePlaceholders())) {
            String found = "some of the " + paths.stored() + " links between chunks join other rows than the paths do";
            boolean isLine = root.geometry() == GeometryType.LINE;
            findings.add(
                    Check.PATH_LINK_ROWS,
                    known.number,
                    path,
                    null,
                    found + (isLine ? " (the reference implementation writes lines so)" : ""));
        }
    }
}
