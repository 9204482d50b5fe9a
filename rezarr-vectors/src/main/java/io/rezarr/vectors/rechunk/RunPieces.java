package io.rezarr.vectors.rechunk;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts the runs of one chunk of the source into pieces, as {@link VertexPiece} has them. */
final class RunPieces {
    private final LevelSource source;
    private final int chunk;
    private final Runs runs;
    private final RunParts parts;
    private final Column[] columns;
    private final List<@Nullable Column> values;
    private final boolean withRows;
    private final int runBytes;
    private int sequence;

    /**
     * @param parts of the runs
     * @param columns of the rows
     * @param values of the fragments, by attribute; {@code null} where the chunk has none
     * @param withRows whether rows take along their numbers
     */
    RunPieces(
            LevelSource source,
            int chunk,
            Runs runs,
            RunParts parts,
            Column[] columns,
            List<@Nullable Column> values,
            boolean withRows) {
        this.source = source;
        this.chunk = chunk;
        this.runs = runs;
        this.parts = parts;
        this.columns = columns;
        this.values = values;
        this.withRows = withRows;
        this.runBytes = VertexPiece.runBytes(source);
    }

    /** Puts some parts into a bucket: as many as a piece has room for, those that are longer in several. */
    void put(int bucket, int from, int to, ExchangeOut out) {
        int rowBytes = source.rowBytes() + (withRows ? Integer.BYTES : 0);
        int part = from;
        int skipped = 0;
        while (part < to) {
            int room = Exchange.USUAL_PIECE_BYTES - VertexPiece.HEADER_BYTES;
            int end = part;
            int rows = 0;
            int lastRows = 0;
            while (end < to) {
                int left = parts.count(end) - (end == part ? skipped : 0);
                int fit = Math.min(left, (room - runBytes) / rowBytes);
                if (fit < 1 && rows > 0) {
                    break;
                }
                lastRows = Math.max(1, fit);
                rows += lastRows;
                room -= runBytes + lastRows * rowBytes;
                end++;
                if (lastRows < left) {
                    break;
                }
            }
            int length = VertexPiece.HEADER_BYTES + (end - part) * runBytes + rows * rowBytes;
            if (out.begin(bucket, (long) chunk << 32 | sequence++, length)) {
                putPiece(part, end, skipped, lastRows, rows, out);
                out.end();
            }
            int done = lastRows + (end - 1 == part ? skipped : 0);
            if (done < parts.count(end - 1)) {
                part = end - 1;
                skipped = done;
            } else {
                part = end;
                skipped = 0;
            }
        }
    }

    /**
     * @param skipped rows of the first part, which are in the piece before
     * @param lastRows of the last part, of which others may follow in the next piece
     */
    private void putPiece(int from, int to, int skipped, int lastRows, int rows, ExchangeOut out) {
        byte[] array = out.array();
        int at = out.offset();
        Bytes.putInt(array, at, rows);
        Bytes.putInt(array, at + 4, to - from);
        at += VertexPiece.HEADER_BYTES;
        for (int part = from; part < to; part++) {
            int begin = part == from ? skipped : 0;
            int count = part == to - 1 ? lastRows : parts.count(part) - begin;
            putRun(part, begin, count, array, at);
            at += runBytes;
        }
        for (int c = 0; c <= columns.length; c++) {
            if (c == columns.length && !withRows) {
                break;
            }
            for (int part = from; part < to; part++) {
                int begin = part == from ? skipped : 0;
                int count = part == to - 1 ? lastRows : parts.count(part) - begin;
                int start = parts.start(part) + begin;
                if (c == columns.length) {
                    for (int k = 0; k < count; k++, at += Integer.BYTES) {
                        Bytes.putInt(array, at, runs.walk[start + k]);
                    }
                } else {
                    at = putRows(columns[c], runs.walk, start, count, array, at);
                }
            }
        }
    }

    private static int putRows(Column column, int[] walk, int start, int count, byte[] array, int at) {
        int rowBytes = column.rowBytes();
        int first = walk[start];
        boolean isRange = walk[start + count - 1] - first == count - 1;
        for (int k = 1; isRange && k < count - 1; k++) {
            isRange = walk[start + k] == first + k;
        }
        if (isRange) {
            column.copyRows(first, count, array, at);
            return at + count * rowBytes;
        }
        int to = at;
        for (int k = 0; k < count; k++, to += rowBytes) {
            column.copyTo(walk[start + k], array, to);
        }
        return to;
    }

    private void putRun(int part, int skipped, int count, byte[] array, int at) {
        int run = parts.run(part);
        int into = parts.start(part) - runs.start[run] + skipped;
        boolean isBegin = into == 0;
        boolean isEnd = into + count == runs.count[run];
        int flags = runs.flags[run];
        flags &= isBegin ? -1 : ~(VertexPiece.CUT | VertexPiece.ROOT);
        flags &= isEnd ? -1 : ~VertexPiece.LAST;
        Bytes.putLong(array, at, runs.owner[run]);
        Bytes.putInt(array, at + 8, runs.place[run]);
        Bytes.putInt(array, at + 12, runs.inFragment[run] + into);
        Bytes.putInt(array, at + 16, count);
        Bytes.putInt(array, at + 20, flags);
        Bytes.putLong(array, at + 24, runs.signature[run]);
        int to = at + VertexPiece.RUN_BYTES;
        for (int a = 0; a < values.size(); a++) {
            Column column = values.get(a);
            boolean has = column != null && runs.fragment[run] >= 0;
            int bytes = source.fragmentAttributeBytes(a);
            array[to] = (byte) (has ? 1 : 0);
            if (has && column != null) {
                column.copyTo(runs.fragment[run], array, to + 1);
            } else {
                Arrays.fill(array, to + 1, to + 1 + bytes, (byte) 0);
            }
            to += 1 + bytes;
        }
    }
}
