package io.rezarr.vectors.rechunk;

import java.util.Arrays;

/**
 * The fragments of an assembled chunk: ranges of rows, one behind the other, and what the run says that each begins with. Reused from one chunk to the
 * next, by one thread.
 */
final class NewFragments {
    private final PieceRuns runs;
    private int size;
    private int liveRows;
    private int[] start = new int[64];
    private int[] run = new int[64];
    /** The row in its run that a fragment begins with. */
    private int[] inRun = new int[64];

    NewFragments(PieceRuns runs) {
        this.runs = runs;
    }

    void clear() {
        size = 0;
        liveRows = 0;
    }

    /** Begins a fragment at a row, which is the given one of a run. */
    void begin(int row, int ofRun, int rowInRun) {
        if (size == start.length) {
            start = Arrays.copyOf(start, 2 * size);
            run = Arrays.copyOf(run, 2 * size);
            inRun = Arrays.copyOf(inRun, 2 * size);
        }
        start[size] = row;
        run[size] = ofRun;
        inRun[size] = rowInRun;
        size++;
    }

    /** Ends the last fragment. */
    void endLast(int row) {
        liveRows = row;
    }

    /**
     * Makes each bin a fragment.
     *
     * @param starts of the bins, and behind them the end of the last
     * @param runOfBin whose values it has, -1 for none; empty where there are no values
     */
    void setBins(int[] starts, int... runOfBin) {
        size = starts.length - 1;
        liveRows = starts[size];
        start = Arrays.copyOf(starts, Math.max(size, 1));
        run = runOfBin;
        inRun = new int[runOfBin.length];
    }

    int size() {
        return size;
    }

    /** The rows in fragments, which come first. */
    int liveRows() {
        return liveRows;
    }

    int start(int fragment) {
        return start[fragment];
    }

    int end(int fragment) {
        return fragment + 1 < size ? start[fragment + 1] : liveRows;
    }

    /** Whose a fragment is: the first of its owners, {@link VertexPiece#UNOWNED} or {@link VertexPiece#ASK}. */
    long owner(int fragment) {
        return runs.owner(run[fragment]);
    }

    /** Whether it has a single owner. */
    boolean isSimple(int fragment) {
        return runs.signature(run[fragment]) == 0;
    }

    /** As which fragment of its owner it began in the source, and at which place of that. */
    long place(int fragment) {
        int first = run[fragment];
        return (long) runs.place(first) << 32 | runs.inFragment(first) + inRun[fragment];
    }

    /** The chunk of the source that its first row comes from. */
    int sourceChunk(int fragment) {
        return runs.sourceChunk(run[fragment]);
    }

    /** The row there. */
    int sourceRow(int fragment) {
        return runs.sourceRow(run[fragment], inRun[fragment]);
    }

    /** Whether a fragment has values of an attribute. */
    boolean hasValue(int fragment, int attribute) {
        return run[fragment] >= 0 && runs.hasValue(run[fragment], attribute);
    }

    void copyValue(int fragment, int attribute, byte[] to, int at) {
        runs.copyValue(run[fragment], attribute, to, at);
    }
}
