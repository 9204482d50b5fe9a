package io.rezarr.vectors.rechunk;

import java.nio.ByteBuffer;

/** Finds where fragments begin among the ordered runs of a chunk. */
final class FragmentFinder {
    private final LevelRules rules;
    private final PieceRuns runs;
    private final ChunkBins bins;

    FragmentFinder(LevelRules rules, PieceRuns runs, ChunkBins bins) {
        this.rules = rules;
        this.runs = runs;
        this.bins = bins;
    }

    /**
     * @param order of the runs, those in no fragment last
     * @param coordinates of the chunk
     */
    void find(int[] order, long[] coordinates, NewFragments fragments) {
        bins.setChunk(coordinates);
        fragments.clear();
        int row = 0;
        int before = -1;
        for (int run : order) {
            if (runs.has(run, VertexPiece.IN_NONE)) {
                break;
            }
            boolean goesOn = before >= 0 && isContinued(before, run);
            if (rules.splitAtBins() && runs.owner(run) >= 0) {
                splitAtBins(run, goesOn ? before : -1, row, fragments);
            } else if (!goesOn) {
                fragments.begin(row, run, 0);
            }
            row += runs.rows(run);
            before = run;
        }
        fragments.endLast(row);
    }

    /** Whether a run goes on in the fragment that the one before it ends in. */
    private boolean isContinued(int before, int run) {
        if (runs.compareByOwner(before, run) != 0) {
            return false;
        }
        boolean follows = runs.place(run) == runs.place(before)
                && runs.inFragment(run) == runs.inFragment(before) + runs.rows(before);
        boolean followsInSource = follows && runs.sourceChunk(before) == runs.sourceChunk(run);
        return switch (rules.shape()) {
            case OWNERS -> !rules.hasTree() || (!isCut(run) && (!rules.treeIsDirected() || followsInSource));
            case RUNS ->
                runs.owner(run) < 0
                        ? followsInSource && !runs.has(run, VertexPiece.CUT)
                        : follows || isNextFragment(before, run);
            case BINS, KEPT -> followsInSource && !runs.has(run, VertexPiece.CUT);
        };
    }

    private boolean isNextFragment(int before, int run) {
        return runs.place(run) == runs.place(before) + 1
                && runs.inFragment(run) == 0
                && runs.has(before, VertexPiece.LAST);
    }

    /** Whether a vertex must be the first of its fragment. In a layout where it follows the row before it, no matter the fragment, that does not help. */
    private boolean isCut(int run) {
        return rules.treeByFragments() && runs.has(run, VertexPiece.CUT);
    }

    /** @param continued the run that this one continues, -1 for none */
    private void splitAtBins(int run, int continued, int firstRow, NewFragments fragments) {
        ByteBuffer positions = runs.positions(run);
        long last = continued < 0
                ? -1
                : bins.bin(runs.positions(continued), runs.row(continued) + runs.rows(continued) - 1);
        for (int k = 0; k < runs.rows(run); k++) {
            long bin = bins.bin(positions, runs.row(run) + k);
            if (bin != last) {
                fragments.begin(firstRow + k, run, k);
                last = bin;
            }
        }
    }
}
