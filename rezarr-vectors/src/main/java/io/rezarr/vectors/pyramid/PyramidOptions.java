package io.rezarr.vectors.pyramid;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which levels are made, and how.
 *
 * @param factors one for each level from 1 on; at least one
 * @param selection which objects a level keeps
 * @param seed of {@link Selection#RANDOM}; the same for every level
 * @param aggregate how vertex attributes become those of metavertices; {@code null}: they are left out, as the reference implementation does
 * @param links how links between levels are stored
 * @param linkDepth to how many levels above links lead; {@link #ALL_LEVELS}: to all
 */
public record PyramidOptions(
        List<Factor> factors,
        Selection selection,
        long seed,
        @Nullable Aggregate aggregate,
        CrossLevelLinks links,
        int linkDepth) {
    public static final int ALL_LEVELS = -1;

    /** The names that the reference implementation has for these. */
    public enum Selection {
        /** Any, by a seed: those that NumPy chooses. */
        RANDOM,
        /** The longest paths. */
        LENGTH
    }

    /** What the value of a metavertex is, of those of its vertices. */
    public enum Aggregate {
        /** Their mean; of categories and booleans the most frequent one. */
        MEAN,
        /** That of the first one, in the order of chunks and rows. */
        FIRST,
        /** The most frequent one; of several, the one whose bytes come first. */
        MODE
    }

    /** Which sides of a link between levels are stored. */
    public enum CrossLevelLinks {
        NONE,
        /** From vertices to metavertices. */
        IMPLICIT,
        /** Both ways. */
        EXPLICIT
    }

    /**
     * What a level is in terms of others.
     *
     * @param coarsening its bins; at 0.7 in bins of level 0, at 0.9 in those of the level below
     * @param sparsity of as many objects one is kept
     * @param chunkScale its chunks in those of the level below, along each axis; empty: as large
     */
    public record Factor(double coarsening, double sparsity, List<Integer> chunkScale) {
        public Factor {
            chunkScale = List.copyOf(chunkScale);
        }

        public static Factor of(double coarsening, double sparsity) {
            return new Factor(coarsening, sparsity, List.of());
        }
    }

    public PyramidOptions {
        factors = List.copyOf(factors);
    }

    /** With what the reference implementation has as its defaults, and seed 0. */
    public static PyramidOptions of(List<Factor> factors) {
        return new PyramidOptions(factors, Selection.RANDOM, 0, null, CrossLevelLinks.EXPLICIT, 1);
    }
}
