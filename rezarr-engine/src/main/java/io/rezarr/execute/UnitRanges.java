package io.rezarr.execute;

import io.rezarr.plan.IndexBox;
import io.rezarr.plan.Side;
import io.rezarr.plan.Tasks;
import org.jspecify.annotations.Nullable;

/** Hands out the units of a box in ranges, each within one shard where there are shards, in the order of their positions there. */
final class UnitRanges {
    private final Side side;
    private final IndexBox units;
    private final int threads;
    private final long[] unitsPerChunk;
    private final IndexBox chunks;
    private long skipped;
    private long nextChunk;
    private @Nullable IndexBox current;
    private long[] currentChunk = {};
    private long nextUnit;

    UnitRanges(Side side, IndexBox units, int threads) {
        this(side, units, threads, 0);
    }

    /** @param skipped units at the beginning that are left out; of shards all or none */
    UnitRanges(Side side, IndexBox units, int threads, long skipped) {
        this.skipped = skipped;
        this.side = side;
        this.units = units;
        this.threads = threads;
        this.unitsPerChunk = side.unitsPerChunk();
        this.chunks = units.coarser(unitsPerChunk);
    }

    /**
     * Some units.
     *
     * @param chunk the shard they are in; of no meaning without shards
     * @param box that numbers them
     * @param from number of the first
     * @param to number behind the last
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Range(long[] chunk, IndexBox box, long from, long to) {}

    /** The next ones; {@code null} when all are handed out. */
    @Nullable
    Range next() {
        while (current == null || nextUnit == current.size()) {
            if (!side.isSharded()) {
                if (current != null) {
                    return null;
                }
                current = units;
            } else {
                if (nextChunk == chunks.size()) {
                    return null;
                }
                currentChunk = new long[units.rank()];
                chunks.indexOf(nextChunk++, currentChunk);
                current = units.inside(currentChunk, unitsPerChunk, side.positionOrder());
            }
            nextUnit = Math.min(skipped, current.size());
            skipped -= nextUnit;
        }
        long from = nextUnit;
        int count = Tasks.unitsPerTask(side.workBytes(), units.size(), threads);
        nextUnit = Math.min(current.size(), from + count);
        return new Range(currentChunk, current, from, nextUnit);
    }
}
