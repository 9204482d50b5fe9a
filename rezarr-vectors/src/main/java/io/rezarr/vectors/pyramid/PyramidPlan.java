package io.rezarr.vectors.pyramid;

import io.rezarr.error.InvalidRequestException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.vectors.metadata.WrittenAttributes;
import io.rezarr.vectors.model.ChunkGrid;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.pyramid.PyramidOptions.CrossLevelLinks;
import io.rezarr.vectors.pyramid.PyramidOptions.Factor;
import io.rezarr.vectors.pyramid.PyramidOptions.Selection;
import io.rezarr.vectors.write.StoreChanges;
import io.rezarr.vectors.write.StoreGrids;
import io.rezarr.vectors.write.StoreGrids.LevelGrid;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;

/** The grids of a pyramid, and what root and levels will say. Made of metadata alone. */
public record PyramidPlan(PyramidOptions options, StoreGrids grids) {
    /**
     * @param zero level 0
     * @throws InvalidRequestException if a factor does not fit; the message has what would do
     * @throws UnsupportedFeatureException if the store is one of which no pyramid is made
     */
    public static PyramidPlan of(StoreMetadata root, LevelMetadata zero, PyramidOptions options) {
        if (zero.rank() != root.dimensions()) {
            throw new UnsupportedFeatureException(
                    "Level 0 is chunked by an attribute; rezarr makes pyramids of stores with spatial chunks only. Write the data again without chunk_by_attribute; the attribute can stay.");
        }
        requireOptions(root, options);
        boolean isRelativeToBase = root.version().is(0, 7);
        TreeMap<Integer, LevelGrid> grids = new TreeMap<>();
        LevelGrid below = new LevelGrid(zero.chunkShape(), root.binShape());
        grids.put(0, below);
        for (Factor factor : options.factors()) {
            int level = grids.size();
            WorldVector bin = (isRelativeToBase ? root.binShape() : below.binShape()).times(factor.coarsening());
            WorldVector chunk = scaled(below.chunkShape(), factor, level);
            if (!bin.isPositive()) {
                throw new InvalidRequestException("--factor " + text(factor) + ": bins of level " + level + " would be "
                        + bin + ", which is no finite size");
            }
            if (!chunk.equals(root.chunkShape())) {
                requireDivides(bin, chunk, level, factor);
            }
            below = new LevelGrid(chunk, bin);
            grids.put(level, below);
        }
        return new PyramidPlan(options, new StoreGrids(root.chunkShape(), root.binShape(), grids));
    }

    private static void requireOptions(StoreMetadata root, PyramidOptions options) {
        if (options.factors().isEmpty()) {
            throw new InvalidRequestException(
                    "--factor is missing: give one COARSENING:SPARSITY for each level, such as 2.0:1.0");
        }
        for (Factor factor : options.factors()) {
            boolean isRight = factor.coarsening() >= 1
                    && factor.sparsity() >= 1
                    && Double.isFinite(factor.coarsening())
                    && Double.isFinite(factor.sparsity());
            if (!isRight || factor.coarsening() * factor.sparsity() == 1) {
                throw new InvalidRequestException(
                        "--factor " + text(factor)
                                + ": coarsening and sparsity must be at least 1, and one of them greater; 2.0:1.0 makes bins twice as large, 2.0:4.0 keeps a quarter of the objects, too");
            }
        }
        boolean isSparse = options.factors().stream().anyMatch(factor -> factor.sparsity() > 1);
        if (isSparse && options.selection() == Selection.LENGTH && !root.hasPaths()) {
            throw new InvalidRequestException(
                    "--select length: only lines, polylines and streamlines have a length, the geometry is "
                            + root.geometryTypes().toString().toLowerCase(Locale.ROOT) + "; use --select random");
        }
        if (options.seed() < 0) {
            throw new InvalidRequestException("--seed " + options.seed() + ": must not be negative");
        }
        if (options.linkDepth() < PyramidOptions.ALL_LEVELS) {
            throw new InvalidRequestException(
                    "--cross-level-depth " + options.linkDepth() + ": must be a number of levels, or -1 for all");
        }
    }

    private static WorldVector scaled(WorldVector chunk, Factor factor, int level) {
        List<Integer> scale = factor.chunkScale();
        if (scale.isEmpty()) {
            return chunk;
        }
        if (scale.size() != 1 && scale.size() != chunk.dimensions()) {
            throw new InvalidRequestException("--chunk-scale of level " + level + " has " + scale.size()
                    + " numbers, the store has " + chunk.dimensions() + " axes; give one number, or one for each axis");
        }
        double[] scaled = chunk.toArray();
        for (int axis = 0; axis < scaled.length; axis++) {
            int times = scale.get(Math.min(axis, scale.size() - 1));
            if (times < 1) {
                throw new InvalidRequestException(
                        "--chunk-scale of level " + level + " is " + times + ": must be whole numbers from 1");
            }
            scaled[axis] *= times;
        }
        return WorldVector.of(scaled);
    }

    /** Levels with chunks of their own have whole bins in them, or bins that are larger. */
    private static void requireDivides(WorldVector bin, WorldVector chunk, int level, Factor factor) {
        for (int axis = 0; axis < bin.dimensions(); axis++) {
            double of = chunk.component(axis);
            if (bin.component(axis) < of && !ChunkGrid.divides(bin.component(axis), of)) {
                double most = Math.floor(of / bin.component(axis) * factor.coarsening());
                double along = Math.min(Math.max(1, Math.rint(of / bin.component(axis))), most);
                double nearest = factor.coarsening() * (of / along) / bin.component(axis);
                throw new InvalidRequestException("--factor " + text(factor) + ": bins of level " + level + " would be "
                        + bin + ", which do not divide its chunks of " + chunk
                        + "; the nearest factor that does along axis "
                        + axis + " is " + nearest + ":" + factor.sparsity());
            }
        }
    }

    private static String text(Factor factor) {
        return factor.coarsening() + ":" + factor.sparsity();
    }

    public boolean hasLinks() {
        return options.links() != CrossLevelLinks.NONE && options.linkDepth() != 0;
    }

    /** To how many levels above links lead. */
    public int maxDelta() {
        int all = options.factors().size();
        return options.linkDepth() == PyramidOptions.ALL_LEVELS ? all : Math.min(all, options.linkDepth());
    }

    /**
     * The attributes of the root of the whole pyramid.
     *
     * @param root of level 0 alone
     */
    public JsonObject rootAttributes(StoreMetadata root, boolean hasObjects) {
        JsonObject own = (JsonObject) Objects.requireNonNull(root.attributes().member(StoreMetadata.ATTRIBUTE));
        List<JsonValue> capabilities = new ArrayList<>(
                own.member("format_capabilities") instanceof JsonArray known ? known.items() : List.of());
        if (hasObjects) {
            add(capabilities, "preserved_object_ids");
        }
        add(capabilities, "shared_fragments");
        if (hasLinks()) {
            add(capabilities, "multiscale_links");
        }
        own = own.with("format_capabilities", new JsonArray(capabilities))
                .with("cross_level_depth", JsonNumber.of(options.linkDepth()))
                .with(
                        "cross_level_storage",
                        new JsonString(options.links().name().toLowerCase(Locale.ROOT)));
        StoreMetadata edited = new StoreMetadata(
                root.version(),
                root.axes(),
                root.chunkShape(),
                root.baseBinShape(),
                root.lower(),
                root.upper(),
                root.geometryTypes(),
                root.linksConvention(),
                root.attributes().with(StoreMetadata.ATTRIBUTE, own));
        return WrittenAttributes.root(edited, grids, grids.levels().keySet(), new StoreChanges(root.linksConvention()));
    }

    private static void add(List<JsonValue> capabilities, String name) {
        JsonString capability = new JsonString(name);
        if (!capabilities.contains(capability)) {
            capabilities.add(capability);
        }
    }

    /**
     * What a level says, as far as it is known before it is made.
     *
     * @param objects of the level below; negative if it has none
     */
    JsonObject levelAttributes(int level, long objects, boolean hasVertexAttributes) {
        List<JsonValue> arrays = new ArrayList<>();
        arrays.add(new JsonString("vertices"));
        if (hasVertexAttributes) {
            arrays.add(new JsonString("vertex_attributes"));
        }
        if (objects >= 0) {
            arrays.add(new JsonString("object_index"));
        }
        double sparsity = 1.0 / options.factors().get(level - 1).sparsity();
        JsonObject own = JsonObject.EMPTY
                .with("level", JsonNumber.of(level))
                .with("object_sparsity", new JsonNumber(Double.toString(sparsity)))
                .with("vertex_count", JsonNumber.of(0))
                .with("coarsening_method", new JsonString("per_object"))
                .with("parent_level", JsonNumber.of(level - 1))
                .with("arrays_present", new JsonArray(arrays));
        if (objects >= 0) {
            own = own.with("preserves_object_ids", JsonLiteral.TRUE);
        }
        own = own.with("inherited_num_objects", JsonNumber.of(Math.max(0, objects)))
                .with("shared_fragments", JsonLiteral.TRUE);
        return JsonObject.EMPTY.with(LevelMetadata.ATTRIBUTE, own);
    }
}
