package io.rezarr.vectors.api;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.InvalidRequestException;
import io.rezarr.json.JsonArray;
import io.rezarr.vectors.model.ChunkGrid;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.write.StoreGrids;
import io.rezarr.vectors.write.StoreGrids.LevelGrid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The grids that a store gets. Chunks of a level that has its own keep their multiple of the root's; bins of levels above 0 keep their multiple of
 * those of level 0.
 *
 * @param notes sentences for the user: what was chosen, and what follows from it
 */
record GridChoice(StoreGrids grids, List<String> notes) {
    private static final int BINS_ALONG = 4;
    private static final int MAX_BINS_ALONG = 64;

    /**
     * @param levels that are written
     * @param chunkShape {@code null}: as it is
     * @param binShape {@code null}: the source's if chunks stay, or if levels above 0 are written and it divides the new chunks; else a quarter
     *     of a chunk along each axis, or the nearest part of it that fits all levels
     * @param isUpgrade into a layout whose readers refuse levels with chunks that are no multiple of their bins, which those of 0.7 take
     * @throws InvalidRequestException if the shapes do not fit the store or each other; the message has what would do
     * @throws InvalidMetadataException likewise, if they are those of the source
     */
    static GridChoice of(
            StoreMetadata root,
            List<LevelMetadata> levels,
            @Nullable WorldVector chunkShape,
            @Nullable WorldVector binShape,
            boolean isUpgrade) {
        WorldVector chunks = chunkShape == null ? root.chunkShape() : chunkShape;
        require(root, "--chunk-shape", chunks);
        if (chunkShape != null) {
            requireCountable(root, chunks);
        }
        List<String> notes = new ArrayList<>();
        boolean hasPyramid = levels.stream().anyMatch(level -> level.number() > 0);
        WorldVector bins = binShape;
        if (bins == null && (chunkShape == null || (hasPyramid && keepsBins(root, levels, chunks)))) {
            bins = root.binShape();
        }
        if (bins == null) {
            bins = chosen(root, levels, chunks);
            notes.add("Bins are " + bins + ", chosen for chunks of " + chunks + ".");
        }
        require(root, "--bin-shape", bins);
        boolean areTheSources = chunkShape == null && binShape == null;
        requireDivides(bins, chunks, areTheSources);
        boolean isKept = chunks.equals(root.chunkShape()) && bins.equals(root.binShape());
        if (!isKept || isUpgrade) {
            requireFitsLevels(root, levels, chunks, bins);
        }
        if (hasPyramid && !bins.equals(root.binShape())) {
            notes.add(
                    "Bins of level 0 are " + bins + " instead of " + root.binShape()
                            + ": bins of the levels above grow or shrink with them, and are no longer those that their vertices were made of.");
        }
        TreeMap<Integer, LevelGrid> grids = new TreeMap<>();
        for (LevelMetadata level : levels) {
            grids.put(level.number(), grid(root, level, chunks, bins));
        }
        return new GridChoice(new StoreGrids(chunks, bins, grids), notes);
    }

    /** With one more sentence, in front of the others. */
    GridChoice withNote(String sentence) {
        List<String> all = new ArrayList<>(List.of(sentence));
        all.addAll(notes);
        return new GridChoice(grids, all);
    }

    private static void require(StoreMetadata root, String option, WorldVector shape) {
        if (shape.dimensions() != root.dimensions() || !shape.isPositive()) {
            throw new InvalidRequestException(option + " " + shape + ": must have " + root.dimensions()
                    + " numbers greater than 0, one for each axis of the store");
        }
    }

    private static void requireCountable(StoreMetadata root, WorldVector chunks) {
        for (WorldVector corner : List.of(root.lower(), root.upper())) {
            for (int axis = 0; axis < root.dimensions(); axis++) {
                double chunk = Math.floor(corner.component(axis) / chunks.component(axis));
                if (!(Math.abs(chunk) <= ChunkGrid.MAX_COORDINATE)) {
                    throw new InvalidRequestException("--chunk-shape " + chunks + ": the bounds of the store reach to "
                            + corner.component(axis) + " along axis " + axis + ", which would be chunk " + chunk
                            + "; chunks are told apart up to 2^52, take larger ones");
                }
            }
        }
    }

    private static void requireDivides(WorldVector bins, WorldVector chunks, boolean areTheSources) {
        if (ChunkGrid.divides(bins, chunks)) {
            return;
        }
        double[] nearest = new double[bins.dimensions()];
        for (int axis = 0; axis < nearest.length; axis++) {
            double along = Math.max(1, Math.rint(chunks.component(axis) / bins.component(axis)));
            nearest[axis] = chunks.component(axis) / along;
        }
        String problem = "Bins of " + bins + " do not divide chunks of " + chunks;
        String remedy = "; the nearest that do are --bin-shape " + text(WorldVector.of(nearest));
        if (areTheSources) {
            throw new InvalidMetadataException(problem + " in the source" + remedy);
        }
        throw new InvalidRequestException(problem + remedy);
    }

    private static String text(WorldVector vector) {
        String text = vector.toString();
        return text.substring(1, text.length() - 1).replace(" ", "");
    }

    /** Whether the source's bins divide the new chunks, those of the levels above included. */
    private static boolean keepsBins(StoreMetadata root, List<LevelMetadata> levels, WorldVector chunks) {
        boolean fits = ChunkGrid.divides(root.binShape(), chunks);
        for (int axis = 0; fits && axis < chunks.dimensions(); axis++) {
            double along = chunks.component(axis) / root.binShape().component(axis);
            fits = fits(root, levels, axis, (int) Math.rint(along));
        }
        return fits;
    }

    private static WorldVector chosen(StoreMetadata root, List<LevelMetadata> levels, WorldVector chunks) {
        int[] along = new int[chunks.dimensions()];
        Arrays.fill(along, BINS_ALONG);
        return nearest(root, levels, chunks, along);
    }

    /** Bins that fit all levels, so many along each axis of a chunk, or as nearly as can be. */
    private static WorldVector nearest(
            StoreMetadata root, List<LevelMetadata> levels, WorldVector chunks, int... wanted) {
        double[] bins = new double[chunks.dimensions()];
        for (int axis = 0; axis < bins.length; axis++) {
            int along = wanted[axis];
            for (int distance = 0; distance < MAX_BINS_ALONG; distance++) {
                int fewer = wanted[axis] - distance;
                int more = wanted[axis] + distance;
                if (fewer >= 1 && fits(root, levels, axis, fewer)) {
                    along = fewer;
                    break;
                }
                if (fits(root, levels, axis, more)) {
                    along = more;
                    break;
                }
            }
            bins[axis] = chunks.component(axis) / along;
        }
        return WorldVector.of(bins);
    }

    /** Levels with chunks of their own are invalid if their bins do not divide these; of others that is only odd. */
    private static void requireFitsLevels(
            StoreMetadata root, List<LevelMetadata> levels, WorldVector chunks, WorldVector bins) {
        List<LevelMetadata> own = levels.stream()
                .filter(level -> level.member("chunk_shape") instanceof JsonArray)
                .toList();
        int[] along = new int[chunks.dimensions()];
        boolean fits = true;
        for (int axis = 0; axis < along.length; axis++) {
            along[axis] = (int) Math.max(1, Math.rint(chunks.component(axis) / bins.component(axis)));
            fits &= fits(root, own, axis, along[axis]);
        }
        if (!fits) {
            throw new InvalidRequestException("Bins of " + bins
                    + " on level 0 make bins of the levels above, in proportion, that do not divide their chunks; the nearest that do are --bin-shape "
                    + text(nearest(root, levels, chunks, along)));
        }
    }

    /** Whether chunks of every level are whole multiples of its bins, if these are that many times in a chunk of the root; bins above may be larger. */
    private static boolean fits(StoreMetadata root, List<LevelMetadata> levels, int axis, int along) {
        for (LevelMetadata level : levels) {
            double chunksOfRoot =
                    level.chunkShape().component(axis) / root.chunkShape().component(axis);
            double binsOfRoot =
                    level.binShape().component(axis) / root.binShape().component(axis);
            double binsAlong = along * chunksOfRoot / binsOfRoot;
            if (level.number() > 0 && binsAlong > 1 && !ChunkGrid.divides(1, binsAlong)) {
                return false;
            }
        }
        return true;
    }

    private static LevelGrid grid(StoreMetadata root, LevelMetadata level, WorldVector chunks, WorldVector bins) {
        if (level.number() == 0 && !(level.member("chunk_shape") instanceof JsonArray)) {
            return new LevelGrid(chunks, bins);
        }
        return new LevelGrid(
                scaled(level.chunkShape(), root.chunkShape(), chunks),
                level.number() == 0 ? bins : scaled(level.binShape(), root.binShape(), bins));
    }

    /** As many times {@code to} as {@code shape} is {@code from}. */
    private static WorldVector scaled(WorldVector shape, WorldVector from, WorldVector to) {
        double[] scaled = new double[shape.dimensions()];
        for (int axis = 0; axis < scaled.length; axis++) {
            double ratio = shape.component(axis) / from.component(axis);
            double whole = Math.rint(ratio);
            boolean isWhole = whole >= 1 && Math.abs(ratio - whole) <= 1e-9 * whole;
            boolean isKept = from.component(axis) == to.component(axis);
            scaled[axis] = isKept ? shape.component(axis) : (isWhole ? whole : ratio) * to.component(axis);
        }
        return WorldVector.of(scaled);
    }
}
