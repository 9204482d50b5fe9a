package io.rezarr.execute;

/**
 * How far the writing of an array has come, kept where it outlives the process. What is counted are units of the destination in the order in which
 * runs of one plan hand them out: the first so many are written, whole chunks or whole shards; of those behind them nothing is said.
 */
public interface Checkpoint {
    /** Nothing was written before, and nothing is kept. */
    Checkpoint NONE = new Checkpoint() {
        @Override
        public long finishedUnits() {
            return 0;
        }

        @Override
        public void reached(long finishedUnits) {}
    };

    /** How many units earlier runs of the same plan have finished: this run leaves them alone. Asked once, at the beginning. */
    long finishedUnits();

    /** That many are finished now. Called by one thread at a time, in ascending order, often; must return at once. */
    void reached(long finishedUnits);
}
