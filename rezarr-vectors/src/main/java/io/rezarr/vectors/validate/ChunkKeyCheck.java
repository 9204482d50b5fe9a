package io.rezarr.vectors.validate;

import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.ChunkValues;

/** Compares the chunks of a family with those of the vertices. */
final class ChunkKeyCheck {
    private ChunkKeyCheck() {}

    /** Every chunk must have a value in both, or in neither. */
    static void compare(LevelFacts facts, ChunkValues family, Findings findings) {
        if (family.chunks().hasKeysOf(facts.chunks)) {
            return;
        }
        report(facts, family, facts.chunks, family.chunks(), "has vertices, but nothing here", findings);
        report(facts, family, family.chunks(), facts.chunks, "has no vertices", findings);
    }

    private static void report(
            LevelFacts facts, ChunkValues family, ChunkIndex some, ChunkIndex others, String found, Findings findings) {
        for (int chunk = 0; chunk < some.size(); chunk++) {
            ChunkKey key = some.key(chunk);
            if (!others.contains(key)) {
                findings.add(Check.CHUNK_KEYS, facts.number, family.path(), key, found);
            }
        }
    }
}
