package io.rezarr.vectors.rechunk;

/** The order in which the rows of a chunk of the destination are written. Reused from one chunk to the next, by one thread. */
sealed interface RowOrder permits BinOrder, RunOrder {
    /** Puts the rows of a chunk in order, and says which fragments they make. */
    void order(VertexPieces pieces, long[] coordinates, NewFragments fragments);

    /**
     * Copies one family in order.
     *
     * @param bytesBefore of a row in the families before it
     */
    void copyColumn(VertexPieces pieces, int bytesBefore, int rowBytes, byte[] to);

    /**
     * Puts the new row of each row, as {@link Assembly.NewRows} has it.
     *
     * @param first where those of each piece begin, from the first piece on
     */
    void putNewRows(VertexPieces pieces, NewFragments fragments, int[] first, int[] newRows);
}
