package io.rezarr.execute;

import io.rezarr.error.CancelledException;
import io.rezarr.memory.MemoryBudget;
import io.rezarr.plan.Plan;
import org.jspecify.annotations.Nullable;

/**
 * What the threads of one run share: the first failure, the counters, the listener. It is also the one lock of the run;
 * everything that waits waits on it, so that a failure wakes all.
 */
final class RunState {
    final Tally tally = new Tally();
    final MemoryBudget budget;
    final Frontier frontier;
    private final RunListener listener;
    private final long totalUnits;
    private @Nullable Throwable failure;

    /** For a plan: its budget is what was asked for. */
    static RunState of(Plan plan, RunListener listener, long totalUnits) {
        return of(plan, listener, totalUnits, Checkpoint.NONE);
    }

    /** For a plan that an earlier run may have begun. */
    static RunState of(Plan plan, RunListener listener, long totalUnits, Checkpoint checkpoint) {
        return new RunState(listener, totalUnits, MemoryBudget.of(plan.request().maxBytes()), new Frontier(checkpoint));
    }

    /** @param budget of all that the run buffers */
    RunState(RunListener listener, long totalUnits, MemoryBudget budget) {
        this(listener, totalUnits, budget, new Frontier(Checkpoint.NONE));
    }

    private RunState(RunListener listener, long totalUnits, MemoryBudget budget, Frontier frontier) {
        this.budget = budget;
        this.frontier = frontier;
        tally.finishedUnits.add(frontier.before());
        this.listener = listener;
        this.totalUnits = totalUnits;
    }

    /** The first failure counts; whatever it brings about in other threads does not. */
    synchronized void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        notifyAll();
    }

    /** Something could not be given back: told with the failure that there is, or as one. */
    synchronized void cleanUpFailed(RuntimeException cause) {
        if (failure == null) {
            failure = cause;
        } else if (failure != cause) {
            failure.addSuppressed(cause);
        }
    }

    synchronized boolean isStopped() {
        return failure != null;
    }

    void checkCancelled() {
        if (listener.isCancelled()) {
            throw new CancelledException("The run was cancelled.");
        }
    }

    void progressed() {
        listener.progress(tally.work(), tally.finishedUnits.sum(), totalUnits);
    }

    synchronized void rethrowFailure() {
        RunThreads.rethrow(failure);
    }
}
