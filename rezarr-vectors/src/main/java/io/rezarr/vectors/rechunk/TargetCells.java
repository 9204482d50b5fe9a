package io.rezarr.vectors.rechunk;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** To which chunks of the destination the rows of a chunk of the source go, and in which buckets these are. Reused from one chunk to the next, by one thread. */
final class TargetCells {
    private final LevelSource source;
    private final LevelTarget target;
    private final Cells cells;
    private final long[] key;
    private int[] bucketOfCell = new int[0];

    TargetCells(LevelSource source, LevelTarget target) {
        this.source = source;
        this.target = target;
        this.cells = new Cells(target.grid(), source.format(), source.chunks().rank());
        this.key = new long[source.chunks().rank()];
    }

    /** @param chunk of the source, whose positions these are */
    void split(int chunk, ByteBuffer positions) {
        for (int axis = 0; axis < key.length; axis++) {
            key[axis] = source.chunks().coordinate(chunk, axis);
        }
        cells.split(positions, source.rows(chunk), key);
        if (bucketOfCell.length < cells.count()) {
            bucketOfCell = new int[cells.count()];
        }
        Arrays.fill(bucketOfCell, 0, cells.count(), -1);
    }

    /** The cell of a row: numbers that stand for chunks of the destination, of which some may have no row. */
    int cell(int row) {
        return cells.cell(row);
    }

    int count() {
        return cells.count();
    }

    /** The bucket of a cell with rows. */
    int bucket(int cell) {
        int bucket = bucketOfCell[cell];
        if (bucket < 0) {
            cells.coordinates(cell, key);
            bucket = target.bucketOf(key);
            bucketOfCell[cell] = bucket;
        }
        return bucket;
    }
}
