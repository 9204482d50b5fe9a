package io.rezarr.vectors.rechunk;

/**
 * The bytes of a piece of vertices on their way from a chunk of the source to one of the destination.
 *
 * <pre>
 * 0 rows  4 runs, or one of the kinds below
 * runs    0 owner  8 fragment's place  12 place in the fragment  16 rows  20 flags  24 signature  32 values of fragment attributes, each after a byte
 *         that is 0 if there is none
 * columns positions, each attribute, the rows' numbers in the source as ints if anything refers to them
 * </pre>
 *
 * <p>Its id is the number of the source chunk (upper 32 bits) and its place among the pieces of that chunk.
 */
final class VertexPiece {
    static final int HEADER_BYTES = 8;
    static final int RUN_BYTES = 32;

    /** In place of a number of runs: rows that are in fragments, and nothing more is to be known of them. */
    static final int LIVE = -1;

    /** Likewise: rows in no fragment. */
    static final int DEAD = -2;

    /** The last row of the run is the last one of its fragment. */
    static final int LAST = 1;

    /** The run must begin a fragment. */
    static final int CUT = 2;

    /** Its first row has no parent. */
    static final int ROOT = 4;

    /** The rows are in no fragment. */
    static final int IN_NONE = 8;

    /** Rows of fragments that belong to no object. */
    static final long UNOWNED = -1;

    /** Rows whose owners are to be asked for: by chunk and row of the source. */
    static final long ASK = -2;

    private VertexPiece() {}

    /** The bytes of a run. */
    static int runBytes(LevelSource source) {
        int bytes = RUN_BYTES;
        for (int a = 0; a < source.fragmentAttributes(); a++) {
            bytes += 1 + source.fragmentAttributeBytes(a);
        }
        return bytes;
    }

    /** What a piece with one row takes. */
    static int leastBytes(LevelSource source) {
        return HEADER_BYTES + runBytes(source) + source.rowBytes() + Integer.BYTES;
    }
}
