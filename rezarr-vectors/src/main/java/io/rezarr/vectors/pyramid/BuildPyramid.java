package io.rezarr.vectors.pyramid;

import io.rezarr.json.Json;
import io.rezarr.json.JsonObject;
import io.rezarr.metadata.V3GroupMetadata;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.layout.VectorStores;
import io.rezarr.vectors.layout.VectorWriters;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.node.NodeStoreWriter;
import io.rezarr.vectors.node.RootOverlay;
import io.rezarr.vectors.pyramid.PyramidOptions.Aggregate;
import io.rezarr.vectors.pyramid.PyramidOptions.CrossLevelLinks;
import io.rezarr.vectors.rechunk.LevelTarget;
import io.rezarr.vectors.rechunk.RunContext;
import io.rezarr.vectors.rechunk.VectorRunListener;
import io.rezarr.vectors.rechunk.VectorRunOptions;
import io.rezarr.vectors.write.LevelOutline;
import io.rezarr.vectors.write.LevelWriter;
import io.rezarr.vectors.write.StoreWriter;
import java.util.ArrayList;
import java.util.List;

/** Adds levels of detail to a store that has level 0 only, and that nobody reads yet. */
public final class BuildPyramid {
    private static final int INDENT = 2;

    private BuildPyramid() {}

    /**
     * Refuses attributes of level 0 that are not made into those of other levels, which needs no values.
     *
     * @throws io.rezarr.error.UnsupportedFeatureException if there is one, by name
     */
    public static void requireMergeable(VectorLevel zero, PyramidOptions options) {
        Aggregate how = options.aggregate();
        if (how != null) {
            for (String name : zero.vertexAttributeNames()) {
                AttributeMerge.requireMergeable(zero.vertexAttribute(name).format(), how);
            }
        }
    }

    /**
     * Makes all levels, each of the one before, and the links between them. The root's document is changed in the overlay only.
     *
     * @param maxValueBytes the most bytes of one value
     * @throws io.rezarr.error.InvalidRequestException if a factor does not fit
     * @throws io.rezarr.error.UnsupportedFeatureException if no pyramid can be made of the store, by name
     * @throws io.rezarr.error.InfeasiblePlanException if a chunk takes more than there is memory for
     * @throws io.rezarr.error.MalformedDataException if something of the store does not decode, or refers to what does not exist
     * @throws io.rezarr.error.CancelledException if the listener says so
     */
    public static PyramidReport run(
            RootOverlay overlay,
            int maxValueBytes,
            PyramidOptions options,
            NodeStoreWriter.Settings settings,
            VectorRunOptions runOptions,
            VectorRunListener listener) {
        return run(overlay, maxValueBytes, options, settings, runOptions, listener, Long.MAX_VALUE);
    }

    /** @param maxHeldBytes what stays in memory at most between two steps, however much there is: for tests */
    static PyramidReport run(
            RootOverlay overlay,
            int maxValueBytes,
            PyramidOptions options,
            NodeStoreWriter.Settings settings,
            VectorRunOptions runOptions,
            VectorRunListener listener,
            long maxHeldBytes) {
        VectorStore bare = VectorStores.open(overlay, StorePrefix.ROOT, maxValueBytes);
        VectorLevel zero = bare.level(0);
        PyramidPlan plan = PyramidPlan.of(bare.metadata(), zero.metadata(), options);
        JsonObject attributes = plan.rootAttributes(bare.metadata(), zero.objects() != null);
        overlay.set(
                new StoreKey("zarr.json"),
                Json.write(new V3GroupMetadata(attributes).document(), INDENT),
                WriteMode.DIRECT);
        VectorStore store = VectorStores.open(overlay, StorePrefix.ROOT, maxValueBytes);
        List<PyramidReport.OfLevel> levels = new ArrayList<>();
        try (RunContext context = new RunContext(runOptions, listener, maxHeldBytes);
                StoreWriter writer = VectorWriters.create(overlay, StorePrefix.ROOT, store, plan.grids(), settings)) {
            for (int below = 0; below < options.factors().size(); below++) {
                try (CoarsenRun run = new CoarsenRun(context, plan, writer, store.level(below))) {
                    levels.add(run.run());
                }
            }
            if (plan.hasLinks()) {
                linkFartherLevels(context, plan, store, writer);
            }
            return new PyramidReport(
                    levels, context.budget().peakBytes(), context.scratchBytes(), notes(zero, options));
        }
    }

    private static List<String> notes(VectorLevel zero, PyramidOptions options) {
        List<String> notes = new ArrayList<>();
        boolean isSparse = options.factors().stream().anyMatch(factor -> factor.sparsity() > 1);
        if (isSparse && zero.objects() == null) {
            notes.add("The store has no objects, so that a sparsity leaves out nothing.");
        }
        if (options.aggregate() == null && !zero.vertexAttributeNames().isEmpty()) {
            notes.add("Levels above 0 have no vertex attributes (" + String.join(", ", zero.vertexAttributeNames())
                    + "): --aggregate mean, first or mode keeps them.");
        }
        return notes;
    }

    private static void linkFartherLevels(RunContext context, PyramidPlan plan, VectorStore store, StoreWriter writer) {
        int top = plan.options().factors().size();
        for (int below = 0; below < top; below++) {
            for (int delta = 2; delta <= plan.maxDelta() && below + delta <= top; delta++) {
                VectorLevel fine = store.level(below);
                VectorLevel between = store.level(below + delta - 1);
                VectorLevel coarse = store.level(below + delta);
                boolean areLinked = fine.linkDeltas().contains(delta - 1)
                        && between.linkDeltas().contains(1);
                if (areLinked) {
                    link(context, plan, writer, fine, between, coarse, delta);
                }
            }
        }
    }

    private static void link(
            RunContext context,
            PyramidPlan plan,
            StoreWriter writer,
            VectorLevel fine,
            VectorLevel between,
            VectorLevel coarse,
            int delta) {
        LinkJoin.requireFewChunks(fine);
        LevelTarget here = target(writer, fine);
        LevelTarget there = target(writer, coarse);
        boolean isExplicit = plan.options().links() == CrossLevelLinks.EXPLICIT;
        long expected = fine.metadata().vertexCount();
        try (CrossLevelStep step = new CrossLevelStep(context, here, there, delta, isExplicit, expected)) {
            new LinkJoin(context, between).join(fine.links(delta - 1), between.links(1), step);
            step.write();
            CrossLevelStep.finish(context, fine, here.writer());
            if (isExplicit) {
                CrossLevelStep.finish(context, coarse, there.writer());
            }
        }
    }

    private static LevelTarget target(StoreWriter writer, VectorLevel level) {
        LevelWriter of = writer.level(
                new LevelOutline(level.metadata().number(), level.vertices().chunks(), level.vertexFormat(), level));
        return new LevelTarget(level.metadata().grid(), level.vertices().chunks(), false, false, of);
    }
}
