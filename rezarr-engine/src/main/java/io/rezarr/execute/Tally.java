package io.rezarr.execute;

import io.rezarr.plan.Work;
import java.util.concurrent.atomic.LongAdder;

/** Counts the work of one run, by any number of threads. */
final class Tally {
    final LongAdder reads = new LongAdder();
    final LongAdder absent = new LongAdder();
    final LongAdder decodes = new LongAdder();
    final LongAdder encodes = new LongAdder();
    final LongAdder allFill = new LongAdder();
    final LongAdder moved = new LongAdder();
    final LongAdder writes = new LongAdder();
    final LongAdder bytesRead = new LongAdder();
    final LongAdder bytesDecoded = new LongAdder();
    final LongAdder bytesWritten = new LongAdder();
    final LongAdder bytesScratch = new LongAdder();
    final LongAdder requests = new LongAdder();
    final LongAdder finishedUnits = new LongAdder();

    Work work() {
        return new Work(
                reads.sum(),
                absent.sum(),
                decodes.sum(),
                encodes.sum(),
                allFill.sum(),
                moved.sum(),
                writes.sum(),
                bytesRead.sum(),
                bytesDecoded.sum(),
                bytesWritten.sum(),
                bytesScratch.sum(),
                requests.sum());
    }
}
