package io.rezarr.vectors.rechunk;

import io.rezarr.error.UnsupportedFeatureException;

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

    /** @param before for each row the one that it follows by the rules of the layout, -1 for none */
    static Parents of(PieceRange range, long chunk, int... before) {
        byte[] stored = new byte[before.length];
        byte[] onTop = new byte[before.length];
        PieceRange its = range.within(chunk, chunk + 1);
        Pieces pieces = its.pieces();
        for (int piece = its.from(); piece < its.to() && pieces.id(piece) < 0; piece++) {
            int child = Bytes.getInt(pieces.array(piece), pieces.offset(piece));
            int row = child < 0 ? -1 - child : child;
            if (row < before.length) {
                byte[] counts = child < 0 ? onTop : stored;
                counts[row] = (byte) Math.min(2, counts[row] + 1);
            }
        }
        return new Parents(stored, onTop, before);
    }

    /**
     * Refuses vertices with several parents, of whom the format does not say what the order of rows means beside them.
     *
     * @param place of the chunk
     */
    void requireOneStored(String place) {
        for (int row = 0; row < stored.length; row++) {
            if (stored[row] > 1) {
                throw new UnsupportedFeatureException("'" + place + "' has vertex " + row
                        + ", which links give several parents; a vertex of a skeleton has one. 'rezarr vectors validate' finds all of"
                        + " them (parents): mend the links first, or make it a graph.");
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
