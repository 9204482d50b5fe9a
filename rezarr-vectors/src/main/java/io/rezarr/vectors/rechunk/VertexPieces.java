package io.rezarr.vectors.rechunk;

import io.rezarr.error.UnsupportedFeatureException;
import java.nio.ByteBuffer;

/** The pieces of vertices that have come to one chunk of the destination; see {@link VertexPiece}. */
final class VertexPieces {
    private final LevelSource source;
    private final int runBytes;
    private final PieceRange range;
    private final int allRows;

    VertexPieces(LevelSource source, PieceRange range) {
        this.source = source;
        this.runBytes = VertexPiece.runBytes(source);
        this.range = range;
        long rows = 0;
        for (int piece = range.from(); piece < range.to(); piece++) {
            rows += rows(piece);
        }
        if (rows > Integer.MAX_VALUE - 64) {
            throw new UnsupportedFeatureException("'" + source.path() + "' has " + rows + " rows.");
        }
        this.allRows = (int) rows;
    }

    /** The first piece. */
    int from() {
        return range.from();
    }

    /** The piece behind the last one. */
    int to() {
        return range.to();
    }

    byte[] array(int piece) {
        return range.pieces().array(piece);
    }

    private int int32(int piece, int at) {
        return Bytes.getInt(range.pieces().array(piece), range.pieces().offset(piece) + at);
    }

    int rows(int piece) {
        return int32(piece, 0);
    }

    int allRows() {
        return allRows;
    }

    /** Whether its rows are in fragments; of a piece without runs. */
    boolean isLive(int piece) {
        return int32(piece, 4) == VertexPiece.LIVE;
    }

    int runs(int piece) {
        return Math.max(0, int32(piece, 4));
    }

    int runBytes() {
        return runBytes;
    }

    /** Where the first run of a piece begins. */
    int runsAt(int piece) {
        return range.pieces().offset(piece) + VertexPiece.HEADER_BYTES;
    }

    /** Where the first column of a piece begins. */
    int columnsAt(int piece) {
        return runsAt(piece) + runs(piece) * runBytes;
    }

    ByteBuffer positions(int piece) {
        return Bytes.view(array(piece), columnsAt(piece), rows(piece) * source.positionBytes());
    }

    /** Where the numbers begin that its rows have in the source, as ints. */
    int sourceRowsAt(int piece) {
        return columnsAt(piece) + rows(piece) * source.rowBytes();
    }

    /** The chunk of the source that it comes from. */
    int sourceChunk(int piece) {
        return (int) (range.pieces().id(piece) >> 32);
    }
}
