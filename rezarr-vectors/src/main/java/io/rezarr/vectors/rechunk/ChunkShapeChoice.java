package io.rezarr.vectors.rechunk;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.error.InvalidRequestException;
import io.rezarr.vectors.model.ChunkGrid;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.model.WorldVector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The largest chunk shape of the root whose fullest chunk, of all levels, keeps to a limit, among those that are 1/4, 1/2, 1, 2, 4 … times the source's along
 * each axis: along none of them can it be doubled. Of several such, the one whose axes are stretched most evenly; so the choice depends on the store and
 * the limit only.
 *
 * @param shape of the root; levels with chunks of their own keep their multiple of it
 * @param fullest what the fullest chunk holds, in the unit of the limit; vertices that do not lie in the chunk of their position are counted where they are
 * @param reasons why it is not longer, an axis each
 */
public record ChunkShapeChoice(WorldVector shape, ChunkLimit limit, long fullest, List<String> reasons) {
    private static final int MAX_HALVINGS = 24;
    private static final int MAX_DOUBLINGS = 48;
    /** So many at most until bins divide: whether they do is told to 9 digits, which more of them would use up. */
    private static final int MAX_DOUBLINGS_FOR_BINS = 10;

    public ChunkShapeChoice {
        reasons = List.copyOf(reasons);
    }

    /**
     * Measures a store, and chooses. Reads sizes of chunks and links of graphs and meshes; positions if a chunk holds too much.
     *
     * @param levels that count
     * @param binShape of level 0, where it is given; {@code null}: it is chosen for the chunks, or kept if there are levels above 0
     * @param maxMemoryBytes what may be buffered
     * @throws InvalidRequestException if there are no links to be counted, or no such chunk is a multiple of the bins
     * @throws InfeasiblePlanException if so much lies at one place that no smaller chunk would do
     */
    public static ChunkShapeChoice of(
            VectorStore store,
            List<Integer> levels,
            ChunkLimit limit,
            @Nullable WorldVector binShape,
            long maxMemoryBytes) {
        return new Search(store, levels, limit, binShape, maxMemoryBytes).run();
    }

    /** What was chosen and why, for the user. */
    public String sentence() {
        return "Chunks are " + shape + ": the fullest holds " + limit.text(fullest) + " of at most "
                + limit.text(limit.most()) + " (" + String.join("; ", reasons) + ").";
    }

    /** The state of a search. */
    private static final class Search {
        private final StoreMetadata root;
        private final List<VectorLevel> levels;
        private final ChunkLimit limit;
        private final @Nullable WorldVector binShape;
        private final long maxMemoryBytes;
        private final int dimensions;
        private final List<LevelLoad> loads = new ArrayList<>();

        Search(
                VectorStore store,
                List<Integer> levels,
                ChunkLimit limit,
                @Nullable WorldVector binShape,
                long maxMemoryBytes) {
            this.root = store.metadata();
            this.levels = levels.stream().map(store::level).toList();
            this.limit = limit;
            this.binShape = binShape;
            this.maxMemoryBytes = maxMemoryBytes;
            this.dimensions = root.dimensions();
        }

        ChunkShapeChoice run() {
            boolean countsLinks = limit.unit() == ChunkLimit.Unit.LINKS;
            if (countsLinks && levels.stream().noneMatch(level -> LevelLoad.hasLinks(root, level))) {
                throw new InvalidRequestException(
                        "--chunk-shape auto:" + limit.most()
                                + "links: the store has no links but those that follow from its objects; give a size, such as auto:16MiB");
            }
            int[] least = leastExponents();
            int halvings = 0;
            measure(halvings);
            int[] exponents = atLeast(least, halvings);
            long fullest = fullest(exponents);
            long asTheyAre = fullest;
            while (fullest > limit.most()) {
                if (halvings >= MAX_HALVINGS || isHeldBy(least, halvings)) {
                    throw hasRoomForBins(exponents)
                            ? tooFull(exponents, fullest, isHeldBy(least, halvings))
                            : tooManyBins(exponents, asTheyAre);
                }
                double ratio = (double) fullest / limit.most();
                int needed = (int) Math.ceil(Math.log(ratio) / Math.log(2) / dimensions);
                halvings = Math.min(MAX_HALVINGS, Math.max(halvings + Math.max(1, needed), 2 * halvings));
                measure(halvings);
                exponents = atLeast(least, halvings);
                fullest = fullest(exponents);
            }
            return grown(exponents, fullest);
        }

        /** The least exponent along each axis with which chunks are a multiple of the bins. */
        private int[] leastExponents() {
            int[] least = new int[dimensions];
            Arrays.fill(least, -MAX_HALVINGS);
            for (int axis = 0; binShape != null && axis < Math.min(dimensions, binShape.dimensions()); axis++) {
                double chunk = root.chunkShape().component(axis);
                double bin = binShape.component(axis);
                while (least[axis] <= MAX_DOUBLINGS_FOR_BINS
                        && !ChunkGrid.divides(bin, Math.scalb(chunk, least[axis]))) {
                    least[axis]++;
                }
                if (least[axis] > MAX_DOUBLINGS_FOR_BINS) {
                    throw new InvalidRequestException(
                            "--chunk-shape auto: chunks 1/4, 1/2, 1, 2, 4 ... times the source's ("
                                    + root.chunkShape() + ") are no multiple of bins of " + binShape
                                    + "; name a --chunk-shape, or leave --bin-shape out");
                }
            }
            return least;
        }

        private static int[] atLeast(int[] least, int halvings) {
            return Arrays.stream(least)
                    .map(exponent -> Math.max(exponent, -halvings))
                    .toArray();
        }

        private static boolean isHeldBy(int[] least, int halvings) {
            return Arrays.stream(least).allMatch(exponent -> exponent >= -halvings) && halvings < MAX_HALVINGS;
        }

        private void measure(int halvings) {
            loads.clear();
            boolean hasPyramid =
                    levels.stream().anyMatch(level -> level.metadata().number() > 0);
            for (VectorLevel level : levels) {
                WorldVector bins = binShape == null && !hasPyramid ? null : bins(level);
                loads.add(LevelLoad.of(root, level, limit.unit(), halvings, bins, maxMemoryBytes));
            }
        }

        /** As many times the bins of level 0 as they are now. */
        private WorldVector bins(VectorLevel level) {
            WorldVector own = level.metadata().number() == 0
                    ? root.binShape()
                    : level.metadata().binShape();
            if (binShape == null || binShape.dimensions() != dimensions) {
                return own;
            }
            double[] bins = own.toArray();
            for (int axis = 0; axis < dimensions; axis++) {
                bins[axis] *= binShape.component(axis) / root.binShape().component(axis);
            }
            return WorldVector.of(bins);
        }

        private long fullest(int... exponents) {
            return loads.stream()
                    .mapToLong(load -> load.fullest(exponents))
                    .max()
                    .orElse(0);
        }

        private InfeasiblePlanException tooFull(int[] exponents, long fullest, boolean isHeldByBins) {
            String why = isHeldByBins
                    ? "smaller ones are no multiple of bins of " + binShape + ". Make bins smaller, or give more."
                    : "so much lies at one place that no smaller chunk would do. Give more.";
            return new InfeasiblePlanException("In chunks of " + shape(exponents) + " the fullest would hold "
                    + limit.text(fullest) + ", more than " + limit.text(limit.most()) + "; " + why);
        }

        private boolean hasRoomForBins(int... exponents) {
            return binBytes(exponents) < limit.most();
        }

        private long binBytes(int... exponents) {
            return loads.stream()
                    .mapToLong(load -> load.binBytes(exponents))
                    .max()
                    .orElse(0);
        }

        /** @param asTheyAre what the fullest chunk holds in the chunks of the source, or the least that are a multiple of the bins */
        private InfeasiblePlanException tooManyBins(int[] exponents, long asTheyAre) {
            return new InfeasiblePlanException("--chunk-shape auto:" + limit.most()
                    + ": the index of the bins of a chunk alone takes " + limit.text(binBytes(exponents)) + " of "
                    + limit.text(limit.most()) + ", and leaves no room for vertices. Give more: auto:" + asTheyAre
                    + " would do, with chunks that are no smaller than now; or larger bins (--bin-shape).");
        }

        private WorldVector shape(int... exponents) {
            double[] shape = root.chunkShape().toArray();
            for (int axis = 0; axis < dimensions; axis++) {
                shape[axis] = Math.scalb(shape[axis], exponents[axis]);
            }
            return WorldVector.of(shape);
        }

        /** Doubles the axis that is stretched least, again and again. What an axis cannot now, it can never: longer chunks hold more. */
        private ChunkShapeChoice grown(int[] exponents, long fullestBefore) {
            long fullest = fullestBefore;
            @Nullable String[] reasons = new String[dimensions];
            while (true) {
                int axis = IntStream.range(0, dimensions)
                        .filter(a -> reasons[a] == null)
                        .boxed()
                        .min((a, b) -> Integer.compare(exponents[a], exponents[b]))
                        .orElse(-1);
                if (axis < 0) {
                    break;
                }
                String name = root.axes().get(axis).name();
                int exponent = exponents[axis];
                if (exponent >= MAX_DOUBLINGS || loads.stream().allMatch(load -> load.isSpanned(axis, exponent))) {
                    reasons[axis] = "along " + name + " longer ones would hold no more";
                    continue;
                }
                exponents[axis]++;
                long doubled = fullest(exponents);
                if (doubled > limit.most()) {
                    exponents[axis]--;
                    reasons[axis] = "twice as long along " + name + " " + limit.text(doubled);
                } else {
                    fullest = doubled;
                }
            }
            List<String> all = Arrays.stream(reasons).map(String::valueOf).toList();
            return new ChunkShapeChoice(shape(exponents), limit, fullest, all);
        }
    }
}
