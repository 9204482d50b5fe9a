package io.rezarr.vectors.rechunk;

import io.rezarr.vectors.model.ChunkGrid;
import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.VertexFormat;
import java.nio.ByteBuffer;

/** The bins of one chunk, and in which of them positions lie. Reused from one chunk to the next, by one thread. */
final class ChunkBins {
    private final ChunkGrid grid;
    private final VertexFormat format;
    private final double[] block = new double[Cells.BLOCK_ROWS];
    private long[] key = new long[0];

    ChunkBins(ChunkGrid grid, VertexFormat format) {
        this.grid = grid;
        this.format = format;
    }

    /** @param coordinates of the chunk from now on */
    void setChunk(long... coordinates) {
        key = coordinates;
    }

    ChunkKey chunk() {
        return ChunkKey.of(key);
    }

    int count() {
        return Math.toIntExact(grid.binsPerChunk());
    }

    /** The bin of a position. */
    long bin(ByteBuffer positions, int row) {
        int before = key.length - grid.dimensions();
        long bin = 0;
        for (int axis = 0; axis < grid.dimensions(); axis++) {
            double position = format.coordinate(positions, row, axis);
            bin = bin * grid.binsAlong(axis) + grid.binOf(position, axis, key[before + axis]);
        }
        return bin;
    }

    /**
     * Finds the bins of many positions.
     *
     * @param binOfRow gets them from {@code from} on; holds zeros
     */
    void find(ByteBuffer positions, int count, int[] binOfRow, int from) {
        int before = key.length - grid.dimensions();
        for (int row = 0; row < count; row += Cells.BLOCK_ROWS) {
            int part = Math.min(Cells.BLOCK_ROWS, count - row);
            for (int axis = 0; axis < grid.dimensions(); axis++) {
                format.coordinates(positions, row, part, axis, block);
                grid.appendBins(block, part, axis, key[before + axis], binOfRow, from + row);
            }
        }
    }
}
