package io.rezarr.vectors.rechunk;

import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.FragmentIndex;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Sends rows of which nothing is to be known but where they lie, and whether they are in a fragment; one for each thread. */
final class RowPartition {
    private final LevelSource source;
    private final boolean keepDead;
    private final boolean withRows;
    private final TargetCells cells;
    private int[] cellStart = new int[0];

    /** @param withRows whether vertices take along the numbers of their rows */
    RowPartition(LevelSource source, LevelTarget target, boolean keepDead, boolean withRows) {
        this.source = source;
        this.keepDead = keepDead;
        this.withRows = withRows;
        this.cells = new TargetCells(source, target);
    }

    void send(int chunk, FragmentIndex index, ExchangeOut out, Workspace workspace) {
        int rows = source.rows(chunk);
        ByteBuffer positions = source.positions(chunk, workspace);
        cells.split(chunk, positions);
        if (cellStart.length <= cells.count()) {
            cellStart = new int[cells.count() + 1];
        }
        Column[] columns = source.columns(chunk, positions, workspace);
        byte @Nullable [] dead = index.tiles(rows) ? null : dead(index, rows);
        int[] sorted = new int[rows];
        int sequence = send(chunk, columns, rows, dead, false, sorted, 0, out);
        if (dead != null && keepDead) {
            send(chunk, columns, rows, dead, true, sorted, sequence, out);
        }
    }

    private static byte @Nullable [] dead(FragmentIndex index, int rows) {
        byte[] dead = new byte[rows];
        Arrays.fill(dead, (byte) 1);
        int live = 0;
        for (int f = 0; f < index.size(); f++) {
            for (long i = 0; i < index.rows(f); i++) {
                int row = (int) index.row(f, i);
                live += dead[row];
                dead[row] = 0;
            }
        }
        return live == rows ? null : dead;
    }

    private int send(
            int chunk,
            Column[] columns,
            int rows,
            byte @Nullable [] dead,
            boolean wantDead,
            int[] sorted,
            int firstSequence,
            ExchangeOut out) {
        Arrays.fill(cellStart, 0, cells.count() + 1, 0);
        for (int row = 0; row < rows; row++) {
            if (dead == null || dead[row] != 0 == wantDead) {
                cellStart[cells.cell(row) + 1]++;
            }
        }
        for (int cell = 0; cell < cells.count(); cell++) {
            cellStart[cell + 1] += cellStart[cell];
        }
        for (int row = 0; row < rows; row++) {
            if (dead == null || dead[row] != 0 == wantDead) {
                sorted[cellStart[cells.cell(row)]++] = row;
            }
        }
        int rowBytes = source.rowBytes() + (withRows ? Integer.BYTES : 0);
        int most = Math.max(1, (Exchange.USUAL_PIECE_BYTES - VertexPiece.HEADER_BYTES) / rowBytes);
        int sequence = firstSequence;
        int from = 0;
        for (int cell = 0; cell < cells.count(); cell++) {
            int end = cellStart[cell];
            if (from < end && !out.wants(cells.bucket(cell))) {
                from = end;
            }
            while (from < end) {
                int count = Math.min(most, end - from);
                long id = (long) chunk << 32 | sequence++;
                if (out.begin(cells.bucket(cell), id, VertexPiece.HEADER_BYTES + count * rowBytes)) {
                    byte[] array = out.array();
                    int at = out.offset();
                    Bytes.putInt(array, at, count);
                    Bytes.putInt(array, at + 4, wantDead ? VertexPiece.DEAD : VertexPiece.LIVE);
                    at += VertexPiece.HEADER_BYTES;
                    for (Column column : columns) {
                        for (int i = from; i < from + count; i++) {
                            column.copyTo(sorted[i], array, at);
                            at += column.rowBytes();
                        }
                    }
                    for (int i = from; withRows && i < from + count; i++) {
                        Bytes.putInt(array, at, sorted[i]);
                        at += Integer.BYTES;
                    }
                    out.end();
                }
                from += count;
            }
        }
        return sequence;
    }
}
