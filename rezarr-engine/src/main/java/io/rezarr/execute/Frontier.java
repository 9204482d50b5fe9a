package io.rezarr.execute;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Up to where the units of a destination are finished without a gap, while many threads finish them in any order. Spans of units are begun in the order
 * in which they are handed out. Safe for use by many threads.
 */
final class Frontier {
    private final Checkpoint checkpoint;
    private final long before;
    /** Finished spans behind a gap: their units by their beginnings. */
    private final Map<Long, Long> ahead = new HashMap<>();

    /** Where alone another run may go on; empty, and {@code 0} behind the last, if anywhere. */
    private final ArrayDeque<Long> stops = new ArrayDeque<>();

    private long lastStop;
    private long begun;
    private long reached;

    Frontier(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
        this.before = checkpoint.finishedUnits();
        this.begun = before;
        this.reached = before;
    }

    /** Units that earlier runs finished. */
    long before() {
        return before;
    }

    /** What is handed out next, which ends where the span is closed. */
    synchronized Span begin() {
        return new Span(begun);
    }

    /** From the end of the last stop, so many units are finished together, whatever the order in them. */
    synchronized void stopAfter(long units) {
        lastStop = (lastStop == 0 ? before : lastStop) + units;
        stops.add(lastStop);
    }

    private void finished(Span span) {
        ahead.put(span.begin, span.units);
        long moved = 0;
        for (Long units = ahead.remove(reached); units != null; units = ahead.remove(reached)) {
            reached += units;
            moved += units;
        }
        if (moved > 0 && lastStop == 0) {
            checkpoint.reached(reached);
        }
        long stop = 0;
        while (!stops.isEmpty() && stops.element() <= reached) {
            stop = stops.remove();
        }
        if (stop > 0) {
            checkpoint.reached(stop);
        }
    }

    /** Units that count as finished together: those of one task, or, where shards are written, of all shards that are open side by side. */
    final class Span {
        private final long begin;
        private long units;
        private long left;
        private boolean isClosed;

        private Span(long begin) {
            this.begin = begin;
        }

        /** More of them are handed out. */
        void handOut(long more) {
            synchronized (Frontier.this) {
                units += more;
                left += more;
                begun += more;
            }
        }

        /** There are no more of them. */
        void close() {
            synchronized (Frontier.this) {
                isClosed = true;
                finishIfComplete();
            }
        }

        /** So many of them are written. */
        void written(long some) {
            synchronized (Frontier.this) {
                left -= some;
                finishIfComplete();
            }
        }

        private void finishIfComplete() {
            if (isClosed && left == 0) {
                finished(this);
            }
        }
    }
}
