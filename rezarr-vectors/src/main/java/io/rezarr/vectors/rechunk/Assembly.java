package io.rezarr.vectors.rechunk;

import io.rezarr.vectors.model.ChunkGrid;

/**
 * The vertices of one chunk of the destination, put in order: which row of which piece comes where, and where fragments begin. Arrays of numbers only; the
 * bytes stay in the pieces. Reused from one chunk to the next, by one thread.
 */
final class Assembly {
    private final LevelSource source;
    private final RowOrder order;
    private final NewFragments fragments;
    private VertexPieces pieces;

    Assembly(LevelSource source, LevelRules rules, ChunkGrid grid) {
        this.source = source;
        this.pieces = new VertexPieces(source, new PieceRange(Pieces.NONE, 0, 0, 0, 0));
        PieceRuns runs = new PieceRuns(source);
        ChunkBins bins = new ChunkBins(grid, source.format());
        this.fragments = new NewFragments(runs);
        this.order = rules.shape() == LevelRules.Shape.BINS
                ? new BinOrder(source, bins, runs)
                : new RunOrder(rules, runs, bins);
    }

    /**
     * Puts the vertices of a chunk in order.
     *
     * @param ofChunk its pieces
     * @param coordinates of the chunk
     */
    void order(PieceRange ofChunk, long[] coordinates) {
        pieces = new VertexPieces(source, ofChunk);
        order.order(pieces, coordinates, fragments);
    }

    int rows() {
        return pieces.allRows();
    }

    NewFragments fragments() {
        return fragments;
    }

    /**
     * Copies one family in order.
     *
     * @param bytesBefore of a row in the families before it
     */
    void copyColumn(int bytesBefore, int rowBytes, byte[] to) {
        order.copyColumn(pieces, bytesBefore, rowBytes, to);
    }

    /** Takes the new row of each vertex of the chunk, piece by piece. */
    interface NewRows {
        /**
         * @param sourceChunk that all come from
         * @param newRows for each row of the piece its new row, negative ({@code -1 - row}) where it follows no other in a
         *     fragment: the first of each, and those in none
         * @param oldRowsAt where their rows in the source begin, as ints
         */
        void piece(int sourceChunk, int rows, int[] newRows, int firstOfPiece, byte[] array, int oldRowsAt);
    }

    /** Tells where vertices have come from, and where they are now. */
    void forEachRow(NewRows consumer) {
        int[] first = new int[pieces.to() - pieces.from() + 1];
        for (int piece = pieces.from(); piece < pieces.to(); piece++) {
            first[piece - pieces.from() + 1] = first[piece - pieces.from()] + pieces.rows(piece);
        }
        int[] newRows = new int[pieces.allRows()];
        order.putNewRows(pieces, fragments, first, newRows);
        for (int piece = pieces.from(); piece < pieces.to(); piece++) {
            consumer.piece(
                    pieces.sourceChunk(piece),
                    pieces.rows(piece),
                    newRows,
                    first[piece - pieces.from()],
                    pieces.array(piece),
                    pieces.sourceRowsAt(piece));
        }
    }
}
