package io.rezarr.execute;

import io.rezarr.plan.Work;

/** Is told how a run goes, and can stop it. Called from several threads, often; must return at once. */
public interface RunListener {
    RunListener NONE = (done, doneUnits, totalUnits) -> {};

    /**
     * Some work was done.
     *
     * @param done all that was done so far of this array
     * @param doneUnits units of the destination that are finished
     * @param totalUnits of the destination
     */
    void progress(Work done, long doneUnits, long totalUnits);

    /** Asked before each task: true ends the run with a {@link io.rezarr.error.CancelledException}. */
    default boolean isCancelled() {
        return false;
    }
}
