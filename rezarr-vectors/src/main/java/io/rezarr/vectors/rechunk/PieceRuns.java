package io.rezarr.vectors.rechunk;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The runs of rows in the pieces of one chunk of the destination, as they come. Reused from one chunk to the next, by one thread. */
final class PieceRuns {
    private final LevelSource source;
    private VertexPieces pieces;
    private int size;

    /** For each run: its piece, its first row there, how many, where its record is. */
    private int[] piece = new int[64];

    private int[] row = new int[64];
    private int[] rows = new int[64];
    private int[] record = new int[64];

    PieceRuns(LevelSource source) {
        this.source = source;
        this.pieces = new VertexPieces(source, new PieceRange(Pieces.NONE, 0, 0, 0, 0));
    }

    void gather(VertexPieces ofChunk) {
        pieces = ofChunk;
        size = 0;
        for (int of = pieces.from(); of < pieces.to(); of++) {
            int first = 0;
            int at = pieces.runsAt(of);
            for (int i = pieces.runs(of); i > 0; i--) {
                if (size == piece.length) {
                    piece = Arrays.copyOf(piece, 2 * size);
                    row = Arrays.copyOf(row, 2 * size);
                    rows = Arrays.copyOf(rows, 2 * size);
                    record = Arrays.copyOf(record, 2 * size);
                }
                piece[size] = of;
                row[size] = first;
                rows[size] = Bytes.getInt(pieces.array(of), at + 16);
                record[size] = at;
                first += rows[size];
                at += pieces.runBytes();
                size++;
            }
        }
    }

    int size() {
        return size;
    }

    int piece(int run) {
        return piece[run];
    }

    /** Its first row in its piece. */
    int row(int run) {
        return row[run];
    }

    int rows(int run) {
        return rows[run];
    }

    byte[] array(int run) {
        return pieces.array(piece[run]);
    }

    /** The positions of all rows of its piece. */
    ByteBuffer positions(int run) {
        return pieces.positions(piece[run]);
    }

    long owner(int run) {
        return Bytes.getLong(array(run), record[run]);
    }

    int place(int run) {
        return Bytes.getInt(array(run), record[run] + 8);
    }

    int inFragment(int run) {
        return Bytes.getInt(array(run), record[run] + 12);
    }

    boolean has(int run, int flag) {
        return (Bytes.getInt(array(run), record[run] + 20) & flag) != 0;
    }

    long signature(int run) {
        return Bytes.getLong(array(run), record[run] + 24);
    }

    int sourceChunk(int run) {
        return pieces.sourceChunk(piece[run]);
    }

    /** The number in the source of a row, by its place in the run. */
    int sourceRow(int run, int inRun) {
        int of = piece[run];
        return Bytes.getInt(pieces.array(of), pieces.sourceRowsAt(of) + (row[run] + inRun) * Integer.BYTES);
    }

    // --- values of fragment attributes

    boolean hasValue(int run, int attribute) {
        return array(run)[record[run] + VertexPiece.RUN_BYTES + valueAt(attribute)] != 0;
    }

    void copyValue(int run, int attribute, byte[] to, int at) {
        int from = record[run] + VertexPiece.RUN_BYTES + valueAt(attribute) + 1;
        System.arraycopy(array(run), from, to, at, source.fragmentAttributeBytes(attribute));
    }

    private int valueAt(int attribute) {
        int at = 0;
        for (int a = 0; a < attribute; a++) {
            at += 1 + source.fragmentAttributeBytes(a);
        }
        return at;
    }

    // --- comparing

    int compareValues(int a, int b) {
        int valueBytes = pieces.runBytes() - VertexPiece.RUN_BYTES;
        int at = record[a] + VertexPiece.RUN_BYTES;
        int bt = record[b] + VertexPiece.RUN_BYTES;
        return valueBytes == 0
                ? 0
                : Arrays.compareUnsigned(array(a), at, at + valueBytes, array(b), bt, bt + valueBytes);
    }

    int compareLife(int a, int b) {
        return Boolean.compare(has(a, VertexPiece.IN_NONE), has(b, VertexPiece.IN_NONE));
    }

    /** By owner, rows without one last, those in no fragment behind them. */
    private int compareOwners(int a, int b) {
        int order = compareLife(a, b);
        return order != 0 ? order : Long.compareUnsigned(owner(a), owner(b));
    }

    int compareByPath(int a, int b) {
        int order = compareOwners(a, b);
        if (order != 0 || owner(a) < 0) {
            return order;
        }
        order = Integer.compare(place(a), place(b));
        return order != 0 ? order : Integer.compare(inFragment(a), inFragment(b));
    }

    int compareByOwner(int a, int b) {
        int order = compareOwners(a, b);
        order = order != 0 ? order : Long.compareUnsigned(signature(a), signature(b));
        return order != 0 ? order : compareValues(a, b);
    }
}
