package io.rezarr.vectors.layout.v09;

import io.rezarr.memory.Arithmetic;
import io.rezarr.metadata.Shape;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.ChunkKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which chunks are written together: those in one shard of any family. */
final class ShardUnits {
    /** For each chunk the first one of its unit; {@code null} if each is its own. */
    private final int @Nullable [] firsts;

    private ShardUnits(int @Nullable [] firsts) {
        this.firsts = firsts;
    }

    /** @param shards the shapes of all families' shards */
    static ShardUnits of(Grid09 grid, ChunkIndex chunks, Collection<Shape> shards) {
        if (shards.isEmpty()) {
            return new ShardUnits(null);
        }
        long[] unit = new long[grid.rank()];
        java.util.Arrays.fill(unit, 1);
        for (Shape shard : shards) {
            for (int axis = 0; axis < unit.length; axis++) {
                unit[axis] = Arithmetic.leastCommonMultiple(unit[axis], shard.extent(axis));
            }
        }
        int[] firsts = new int[chunks.size()];
        Map<ChunkKey, Integer> units = new HashMap<>();
        for (int chunk = 0; chunk < firsts.length; chunk++) {
            long[] coordinates = grid.element(chunks, chunk);
            for (int axis = 0; axis < unit.length; axis++) {
                coordinates[axis] /= unit[axis];
            }
            int number = chunk;
            firsts[chunk] = units.computeIfAbsent(ChunkKey.of(coordinates), key -> number);
        }
        return new ShardUnits(firsts);
    }

    int unitOf(int chunk) {
        return firsts == null ? chunk : firsts[chunk];
    }
}
