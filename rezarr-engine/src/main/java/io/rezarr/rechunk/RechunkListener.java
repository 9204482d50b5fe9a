package io.rezarr.rechunk;

import io.rezarr.plan.Work;

/** Is told how a run goes, and can cancel it. Called from several threads, often; must return at once. */
public interface RechunkListener {
    RechunkListener NONE = new RechunkListener() {};

    /** What is done with an array. */
    enum Phase {
        /** Read to the end, for its digest. */
        READ,
        WRITE,
        VERIFY,
        COMMIT
    }

    /**
     * An array enters a phase.
     *
     * @param index of the array among those of the run, from 0
     */
    default void phase(Phase phase, String path, int index, int arrays) {}

    /** Some units of the array in hand are finished; {@code done} is all its work in this phase so far. */
    default void progress(String path, Work done, long doneUnits, long totalUnits) {}

    /** A sentence for the user. */
    default void note(String sentence) {}

    /** Asked before each task: true ends the run with a {@link io.rezarr.error.CancelledException}. */
    default boolean isCancelled() {
        return false;
    }
}
