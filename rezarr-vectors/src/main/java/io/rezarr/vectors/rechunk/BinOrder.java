package io.rezarr.vectors.rechunk;

import io.rezarr.error.UnsupportedFeatureException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Rows by bin, in a bin as they come; each bin is a fragment. */
final class BinOrder implements RowOrder {
    private final LevelSource source;
    private final ChunkBins bins;
    private final PieceRuns runs;

    private int rows;
    /** For each row to be written its piece and its row there. */
    private int[] rowPiece = new int[0];

    private int[] rowInPiece = new int[0];

    BinOrder(LevelSource source, ChunkBins bins, PieceRuns runs) {
        this.source = source;
        this.bins = bins;
        this.runs = runs;
    }

    @Override
    public void order(VertexPieces pieces, long[] coordinates, NewFragments fragments) {
        bins.setChunk(coordinates);
        rows = pieces.allRows();
        if (rowPiece.length < rows) {
            rowPiece = new int[rows];
            rowInPiece = new int[rows];
        }
        if (source.fragmentAttributes() > 0) {
            runs.gather(pieces);
            orderRuns(fragments);
        } else {
            orderPieces(pieces, fragments);
        }
    }

    private void orderPieces(VertexPieces pieces, NewFragments fragments) {
        int count = bins.count();
        int[] start = new int[count + 1];
        int[] binOfRow = new int[rows];
        int at = 0;
        for (int piece = pieces.from(); piece < pieces.to(); piece++) {
            if (pieces.isLive(piece)) {
                int its = pieces.rows(piece);
                if (count > 1) {
                    bins.find(pieces.positions(piece), its, binOfRow, at);
                }
                for (int end = at + its; at < end; at++) {
                    start[binOfRow[at] + 1]++;
                }
            }
        }
        sum(start);
        fragments.setBins(start);
        int dead = at;
        at = 0;
        for (int piece = pieces.from(); piece < pieces.to(); piece++) {
            int its = pieces.rows(piece);
            boolean live = pieces.isLive(piece);
            for (int row = 0; row < its; row++) {
                int to = live ? start[binOfRow[at++]]++ : dead++;
                rowPiece[to] = piece;
                rowInPiece[to] = row;
            }
        }
    }

    /** From counts, each behind its place, to where each begins. */
    private static void sum(int[] start) {
        for (int i = 1; i < start.length; i++) {
            start[i] += start[i - 1];
        }
    }

    /** Likewise where fragments have attributes: all rows of a bin must have come from fragments of one value. */
    private void orderRuns(NewFragments fragments) {
        int count = bins.count();
        int[] start = new int[count + 1];
        int[] binOfRow = new int[rows];
        int[] runOfBin = new int[count];
        Arrays.fill(runOfBin, -1);
        int at = 0;
        for (int run = 0; run < runs.size(); run++) {
            boolean live = !runs.has(run, VertexPiece.IN_NONE);
            ByteBuffer positions = runs.positions(run);
            for (int k = 0; k < runs.rows(run); k++) {
                int bin = live ? (int) bins.bin(positions, runs.row(run) + k) : -1;
                binOfRow[at++] = bin;
                if (live) {
                    start[bin + 1]++;
                    requireOneValue(bin, runOfBin[bin], run);
                    runOfBin[bin] = run;
                }
            }
        }
        sum(start);
        fragments.setBins(start, runOfBin);
        int dead = start[count];
        at = 0;
        for (int run = 0; run < runs.size(); run++) {
            for (int k = 0; k < runs.rows(run); k++) {
                int bin = binOfRow[at++];
                int to = bin >= 0 ? start[bin]++ : dead++;
                rowPiece[to] = runs.piece(run);
                rowInPiece[to] = runs.row(run) + k;
            }
        }
    }

    private void requireOneValue(int bin, int other, int run) {
        if (other >= 0 && other != run && runs.compareValues(other, run) != 0) {
            throw new UnsupportedFeatureException("'" + source.number() + "/fragment_attributes': bin " + bin
                    + " of chunk " + bins.chunk() + ", one of " + bins.count()
                    + ", would hold vertices of fragments with different values, but has room for one. Choose bins"
                    + " that divide those of the source, "
                    + source.level().metadata().binShape()
                    + " (--bin-shape), or keep the values as a vertex attribute.");
        }
    }

    @Override
    public void copyColumn(VertexPieces pieces, int bytesBefore, int rowBytes, byte[] to) {
        int at = 0;
        int piece = -1;
        byte[] array = {};
        int column = 0;
        for (int row = 0; row < rows; row++, at += rowBytes) {
            if (rowPiece[row] != piece) {
                piece = rowPiece[row];
                array = pieces.array(piece);
                column = pieces.columnsAt(piece) + bytesBefore * pieces.rows(piece);
            }
            Bytes.copyRow(array, column + rowInPiece[row] * rowBytes, to, at, rowBytes);
        }
    }

    /** None says that it begins a fragment, which nobody asks of a bin. */
    @Override
    public void putNewRows(VertexPieces pieces, NewFragments fragments, int[] first, int[] newRows) {
        for (int row = 0; row < rows; row++) {
            newRows[first[rowPiece[row] - pieces.from()] + rowInPiece[row]] = row;
        }
    }
}
