package io.rezarr.vectors.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which chunks of a level are referred to, by their numbers; those that the level does not have get negative numbers, so that they can still be
 * named.
 */
final class EndChunks {
    private final @Nullable ChunkIndex level;
    private final List<ChunkKey> unknown = new ArrayList<>();

    /** @param level {@code null} if there is no such level */
    EndChunks(@Nullable ChunkIndex level) {
        this.level = level;
    }

    /** The number of the chunk whose coordinates stand in an array from an index on. */
    int resolve(long[] coordinates, int from, int rank) {
        int chunk = level == null || level.rank() != rank ? -1 : level.find(coordinates, from);
        if (chunk >= 0) {
            return chunk;
        }
        ChunkKey key = ChunkKey.of(java.util.Arrays.copyOfRange(coordinates, from, from + rank));
        if (unknown.isEmpty() || !unknown.get(unknown.size() - 1).equals(key)) {
            unknown.add(key);
        }
        return -unknown.size();
    }

    ChunkKey key(int chunk) {
        if (chunk < 0) {
            return unknown.get(-1 - chunk);
        }
        if (level == null) {
            throw new IllegalStateException("chunk " + chunk + " of no level");
        }
        return level.key(chunk);
    }
}
