package io.rezarr.array;

import io.rezarr.memory.Workspace;
import org.jspecify.annotations.Nullable;

/** Looks for one unit that is there, and asks it for the size of its parts. */
final class PartSample {
    /** How many chunks are looked at: enough unless nearly all of them are absent, and few enough to cost nothing. */
    private static final int PROBES = 8;

    private PartSample() {}

    /** 0 if none of the chunks that were looked at is there. */
    static int blockBytes(ChunkReader reader, Workspace workspace) {
        long chunks = reader.chunks().units();
        for (long probe = 0; probe < Math.min(PROBES, chunks); probe++) {
            // From the first to the last one; without a product that could overflow.
            long number = chunks <= PROBES ? probe : (chunks - 1) / (PROBES - 1) * probe;
            long[] chunk = reader.chunks().index(number);
            try (ChunkReader.@Nullable OpenChunk open = reader.open(chunk, workspace)) {
                int found = open == null ? -1 : ofFirstUnit(open, reader, chunk);
                if (found >= 0) {
                    return found;
                }
            }
        }
        return 0;
    }

    private static int ofFirstUnit(ChunkReader.OpenChunk open, ChunkReader reader, long[] chunk) {
        Box units = reader.units().unitsTouching(reader.chunks().box(chunk));
        long[] unit = units.origin().toArray();
        do {
            int found = open.partBytes(unit);
            if (found >= 0) {
                return found;
            }
        } while (UnitGrid.next(unit, units));
        return -1;
    }
}
