package io.rezarr.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.plan.Work;

/** Remembers how far a run came, and cancels it after so many tasks. */
final class Place implements Checkpoint, RunListener {
    volatile int tasksLeft;
    volatile long finishedUnits;

    Place(int tasks) {
        this.tasksLeft = tasks;
    }

    @Override
    public long finishedUnits() {
        return finishedUnits;
    }

    @Override
    public void reached(long units) {
        assertThat(units).isGreaterThan(finishedUnits);
        finishedUnits = units;
    }

    @Override
    public void progress(Work done, long doneUnits, long totalUnits) {}

    @Override
    public synchronized boolean isCancelled() {
        return --tasksLeft < 0;
    }
}
