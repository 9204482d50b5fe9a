package io.rezarr.vectors.rechunk;

import java.util.concurrent.atomic.LongAdder;

/** What was done with a level so far. */
final class LevelTally {
    final LongAdder rows = new LongAdder();
    final LongAdder liveRows = new LongAdder();
    final LongAdder links = new LongAdder();
    final LongAdder nowCrossing = new LongAdder();
    final LongAdder nowWithin = new LongAdder();
    final LongAdder nowStored = new LongAdder();
    final LongAdder nowImplied = new LongAdder();
    final LongAdder filledValues = new LongAdder();
}
