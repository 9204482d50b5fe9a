package io.rezarr.vectors.write;

import io.rezarr.vectors.model.ChunkGrid;
import io.rezarr.vectors.model.WorldVector;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The grids of a store that is to be written.
 *
 * @param chunkShape of the root: of level 0, and of the levels that have none of their own
 * @param binShape of level 0
 * @param levels the grid of each level that is there when all are written, by number
 */
public record StoreGrids(WorldVector chunkShape, WorldVector binShape, SortedMap<Integer, LevelGrid> levels) {
    /**
     * The grid of one level.
     *
     * @param binShape of the bins that its vertices are sorted into, or were made of; may exceed the chunk above level 0
     */
    public record LevelGrid(WorldVector chunkShape, WorldVector binShape) {
        public ChunkGrid grid() {
            return ChunkGrid.of(chunkShape, binShape);
        }
    }

    public StoreGrids {
        levels = Collections.unmodifiableSortedMap(new TreeMap<>(levels));
    }

    /** @throws IllegalArgumentException if there is no such level */
    public LevelGrid level(int number) {
        LevelGrid grid = levels.get(number);
        if (grid == null) {
            throw new IllegalArgumentException("level is " + number + ", must be one of " + levels.keySet());
        }
        return grid;
    }
}
