package io.rezarr.vectors.rechunk;

import io.rezarr.vectors.model.ChunkGrid;
import io.rezarr.vectors.model.VertexFormat;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Which chunks of a grid the positions of some rows belong to. The chunks among which they lie are numbered from 0: as a box of chunks where that is
 * small, so that a row costs a division and an addition for each axis, else as they turn up.
 *
 * <p>Reused from one chunk to the next, by one thread.
 */
final class Cells {
    private static final int LEAST_BOX = 4096;

    /** Rows whose coordinates along an axis are looked at together: they stay in the first cache. */
    static final int BLOCK_ROWS = 1024;

    private final ChunkGrid grid;
    private final VertexFormat format;
    private final int dimensions;
    /** Coordinates in front of the spatial ones, which rows keep. */
    private final int before;

    private final long[] lower;
    private final long[] extent;
    private final long[] key;
    private final ChunkCounter turnedUp;
    private final double[] block = new double[BLOCK_ROWS];
    private int[] cellOfRow = new int[0];
    private int count;
    private boolean isBox;

    /** @param rank how many coordinates a chunk has */
    Cells(ChunkGrid grid, VertexFormat format, int rank) {
        this.grid = grid;
        this.format = format;
        this.dimensions = format.dimensions();
        this.before = rank - dimensions;
        this.lower = new long[dimensions];
        this.extent = new long[dimensions];
        this.key = new long[rank];
        this.turnedUp = new ChunkCounter(rank);
    }

    /** @param first the coordinates of the chunk that the rows are in, of which those before the spatial ones are kept */
    void split(ByteBuffer positions, int rows, long[] first) {
        System.arraycopy(first, 0, key, 0, before);
        if (cellOfRow.length < rows) {
            cellOfRow = new int[Math.max(rows, cellOfRow.length * 3 / 2)];
        }
        isBox = findBox(positions, rows);
        if (isBox) {
            splitByBox(positions, rows);
        } else {
            splitAsTheyTurnUp(positions, rows);
        }
    }

    private boolean findBox(ByteBuffer positions, int rows) {
        long volume = 1;
        for (int axis = 0; axis < dimensions; axis++) {
            double least = Double.POSITIVE_INFINITY;
            double most = Double.NEGATIVE_INFINITY;
            double nothing = 0;
            for (int row = 0; row < rows; row += BLOCK_ROWS) {
                int count = Math.min(BLOCK_ROWS, rows - row);
                format.coordinates(positions, row, count, axis, block);
                for (int i = 0; i < count; i++) {
                    double position = block[i];
                    least = position < least ? position : least;
                    most = position > most ? position : most;
                    // Not a number as soon as one of them is not finite.
                    nothing += position * 0;
                }
            }
            if (nothing != 0) {
                return false;
            }
            lower[axis] = rows == 0 ? 0 : grid.chunkOf(least, axis);
            long upper = rows == 0 ? 0 : grid.chunkOf(most, axis);
            long along = upper - lower[axis] + 1;
            // Beyond, coordinates end where a long does, and differences of doubles are none of theirs.
            boolean isExact = lower[axis] >= -ChunkGrid.MAX_COORDINATE && upper <= ChunkGrid.MAX_COORDINATE;
            if (!isExact || along > Math.max(LEAST_BOX, 2L * rows)) {
                return false;
            }
            extent[axis] = along;
            volume *= along;
            if (volume > Math.max(LEAST_BOX, 2L * rows)) {
                return false;
            }
        }
        count = (int) volume;
        return true;
    }

    private void splitByBox(ByteBuffer positions, int rows) {
        if (count == 1) {
            Arrays.fill(cellOfRow, 0, rows, 0);
            return;
        }
        Arrays.fill(cellOfRow, 0, rows, 0);
        for (int row = 0; row < rows; row += BLOCK_ROWS) {
            int part = Math.min(BLOCK_ROWS, rows - row);
            for (int axis = 0; axis < dimensions; axis++) {
                format.coordinates(positions, row, part, axis, block);
                grid.appendChunks(block, part, axis, lower[axis], extent[axis], cellOfRow, row);
            }
        }
    }

    private void splitAsTheyTurnUp(ByteBuffer positions, int rows) {
        turnedUp.clear();
        for (int row = 0; row < rows; row++) {
            for (int axis = 0; axis < dimensions; axis++) {
                key[before + axis] = grid.chunkOf(format.coordinate(positions, row, axis), axis);
            }
            cellOfRow[row] = turnedUp.number(key);
        }
        count = turnedUp.size();
    }

    /** The chunk of a row, by its number among these. */
    int cell(int row) {
        return cellOfRow[row];
    }

    /** How many chunks are numbered; of a box some may have no row. */
    int count() {
        return count;
    }

    /** The coordinates of a chunk. */
    void coordinates(int cell, long[] into) {
        if (!isBox) {
            turnedUp.coordinates(cell, into);
            return;
        }
        System.arraycopy(key, 0, into, 0, before);
        long rest = cell;
        for (int axis = dimensions - 1; axis >= 0; axis--) {
            into[before + axis] = lower[axis] + rest % extent[axis];
            rest /= extent[axis];
        }
    }
}
