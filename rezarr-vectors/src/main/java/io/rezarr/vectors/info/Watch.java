package io.rezarr.vectors.info;

import io.rezarr.vectors.info.VectorInfo.LevelInfo;
import io.rezarr.vectors.info.VectorInfo.LinksInfo;
import io.rezarr.vectors.model.LevelMetadata.ChunkedBy;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.node.PartialStore;
import java.util.List;

/** What is worth knowing of a store before one works on it. */
final class Watch {
    /** What one value can have: lengths are 32 bits (0.9). */
    private static final long LIMIT_BYTES = 1L << 32;

    /** What rezarr, and every other reader on the JVM, holds at once. */
    private static final long ARRAY_BYTES = Integer.MAX_VALUE;

    private static final long FEW_VERTICES = 100;
    private static final int MANY_CHUNKS = 1000;

    private Watch() {}

    static void level(LevelInfo level, List<String> watch) {
        String name = "level " + level.number() + ": ";
        if (level.fullestBytes() > ARRAY_BYTES) {
            watch.add(name + "chunk " + level.fullest() + " has " + level.fullestBytes()
                    + " bytes of positions, more than the " + ARRAY_BYTES
                    + " that are read at once: choose smaller chunks");
        } else if (level.fullestBytes() > LIMIT_BYTES / 4) {
            watch.add(name + "chunk " + level.fullest() + " has " + level.fullestBytes()
                    + " bytes of positions; a value can have " + LIMIT_BYTES + " at most: choose smaller chunks");
        }
        long mean = level.chunks() == 0 ? 0 : level.vertices() / level.chunks();
        if (level.chunks() >= MANY_CHUNKS && mean < FEW_VERTICES) {
            watch.add(name + level.chunks() + " chunks have " + mean
                    + " vertices each on average: what each chunk costs outweighs what it holds; choose larger chunks");
        }
        if (level.chunks() > 1 && level.fullestVertices() > level.vertices() / 2 && level.vertices() > 1 << 20) {
            watch.add(name + "chunk " + level.fullest() + " has " + level.fullestVertices() + " of " + level.vertices()
                    + " vertices: work on it cannot be shared");
        }
    }

    static void store(VectorStore store, List<LevelInfo> levels, List<String> watch) {
        StoreMetadata metadata = store.metadata();
        List<Integer> numbers = store.levelNumbers();
        PartialStore partial = PartialStore.find(store.store(), store.prefix());
        if (partial != null) {
            watch.add(partial.describe(numbers));
        }
        for (LevelInfo level : levels) {
            for (LinksInfo links : level.links()) {
                if (!numbers.contains(level.number() + links.delta())) {
                    watch.add("level " + level.number() + ": links " + links.delta()
                            + " lead to a level that is not there");
                }
            }
        }
        for (int number : numbers) {
            ChunkedBy by = store.level(number).metadata().chunkedBy();
            if (by != null) {
                watch.add("level " + number + ": chunks hold one value of the attribute '" + by.name() + "' each, of "
                        + by.values().size() + ": the first number of a chunk tells which");
            }
        }
        if (metadata.hasPaths() && levels.stream().anyMatch(level -> level.number() == 0 && level.objects() < 0)) {
            watch.add("level 0: no objects, which paths need: their order is lost");
        }
    }
}
