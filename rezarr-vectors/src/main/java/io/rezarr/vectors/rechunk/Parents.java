package io.rezarr.vectors.rechunk;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.vectors.model.FragmentIndex;
import java.util.Arrays;

/** For each vertex of a chunk of a tree, how many parents it has, and whether one of them is the vertex before it. */
final class Parents {
    private final byte[] stored;
    private final byte[] onTop;
    private final int[] before;

    private Parents(byte[] stored, byte[] onTop, int... before) {
        this.stored = stored;
        this.onTop = onTop;
        this.before = before;
    }

    /**
     * @param references to the chunk, among them its children
     * @param byFragments whether a vertex follows the one before it in its fragment, else that in its chunk
     * @param place of the chunk, for messages
     */
    static Parents of(
            PieceRange references, long chunk, FragmentIndex index, int rows, boolean byFragments, String place) {
        int[] before = byFragments ? inFragments(index, rows, place) : inChunk(rows);
        byte[] stored = new byte[before.length];
        byte[] onTop = new byte[before.length];
        PieceRange its = references.within(chunk, chunk + 1);
        Pieces pieces = its.pieces();
        for (int piece = its.from(); piece < its.to() && pieces.id(piece) < 0; piece++) {
            int child = Bytes.getInt(pieces.array(piece), pieces.offset(piece));
            int row = child < 0 ? -1 - child : child;
            if (row < before.length) {
                byte[] counts = child < 0 ? onTop : stored;
                counts[row] = (byte) Math.min(2, counts[row] + 1);
            }
        }
        Parents parents = new Parents(stored, onTop, before);
        parents.requireOneStored(place);
        return parents;
    }

    /** For each row the one that it follows; -1 for none. */
    private static int[] inChunk(int rows) {
        int[] before = new int[rows];
        for (int row = 0; row < rows; row++) {
            before[row] = row - 1;
        }
        return before;
    }

    private static int[] inFragments(FragmentIndex index, int rows, String place) {
        int[] before = new int[rows];
        Arrays.fill(before, -1);
        for (int f = 0; f < index.size(); f++) {
            for (long i = 1; i < index.rows(f); i++) {
                int row = (int) index.row(f, i);
                int follows = (int) index.row(f, i - 1);
                if (before[row] >= 0 && before[row] != follows) {
                    throw new UnsupportedFeatureException("'" + place + "' has vertex " + row
                            + " in several fragments, in which it follows vertices " + before[row] + " and " + follows
                            + ": two parents that no link says. rezarr does not move these.");
                }
                before[row] = follows;
            }
        }
        return before;
    }

    /**
     * Refuses vertices with several parents, of whom the format does not say what the order of rows means beside them.
     *
     * @param place of the chunk
     */
    private void requireOneStored(String place) {
        for (int row = 0; row < stored.length; row++) {
            if (stored[row] > 1) {
                throw new UnsupportedFeatureException("'" + place + "' has vertex " + row
                        + ", which links give several parents; a vertex of a skeleton has one. 'rezarr vectors"
                        + " validate' finds all of them (parents): mend the links first, or make it a graph.");
            }
        }
    }

    /** The parent that no link says; -1 if there is none. */
    int implied(int row) {
        return stored[row] == 0 ? before[row] : -1;
    }

    int count(int row) {
        return stored[row] + onTop[row] + (implied(row) >= 0 ? 1 : 0);
    }
}
