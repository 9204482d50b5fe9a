package io.rezarr.vectors.rechunk;

import io.rezarr.error.CancelledException;
import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.execute.RunThreads;
import io.rezarr.memory.MemoryBudget;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntToLongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The threads of a run, and what they may hold. Work is handed out by one thread, which waits until it is done. */
public final class Workers {
    /** What all threads hold at any time, even idle, is this part of the budget at most. */
    private static final int SHARE = 8;

    private final MemoryBudget budget;
    private final long usualBytes;
    private final Worker[] workers;
    private final VectorRunListener listener;
    /** Threads that hold a part; guarded by this. */
    private int holding;

    private @Nullable Throwable failure;

    private boolean alone;

    /** One of many tasks. */
    public interface Task {
        void run(int index, Worker worker);
    }

    Workers(int threads, MemoryBudget budget, VectorRunListener listener) {
        this.budget = budget;
        this.listener = listener;
        this.usualBytes = Math.max(1, budget.maxBytes() / SHARE / threads);
        this.workers = new Worker[threads];
        for (int i = 0; i < threads; i++) {
            workers[i] = new Worker(i, this);
        }
    }

    public int threads() {
        return workers.length;
    }

    long usualBytes() {
        return usualBytes;
    }

    /** The one that the calling thread may use between tasks. */
    public Worker caller() {
        return workers[0];
    }

    synchronized MemoryBudget waitForPart(long wanted, long least) {
        boolean interrupted = false;
        try {
            while (true) {
                MemoryBudget part = tryPart(wanted);
                if (part == null && holding == 0) {
                    part = tryPart(Math.max(1, least));
                }
                if (part != null) {
                    holding++;
                    return part;
                }
                if (holding == 0) {
                    throw new InfeasiblePlanException(
                            ("A step needs %d bytes of memory beside the %d that are in use, more than the %d that there are."
                                            + " Give at least %d bytes (-m), or make chunks smaller.")
                                    .formatted(
                                            wanted,
                                            budget.reservedBytes(),
                                            budget.maxBytes(),
                                            wanted + budget.reservedBytes()),
                            wanted + budget.reservedBytes());
                }
                wait(100);
                requireGoing();
            }
        } catch (InterruptedException e) {
            interrupted = true;
            throw new CancelledException("The run was interrupted.", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private @Nullable MemoryBudget tryPart(long bytes) {
        if (bytes > budget.maxBytes() - budget.reservedBytes()) {
            return null;
        }
        try {
            return budget.part(bytes);
        } catch (IllegalStateException takenMeanwhile) {
            return null;
        }
    }

    synchronized void giveBack(MemoryBudget part) {
        part.close();
        holding--;
        notifyAll();
    }

    private synchronized void requireGoing() {
        if (failure != null) {
            throw new CancelledException("Another thread of the run has failed.");
        }
    }

    private synchronized void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        notifyAll();
    }

    /** Whether a thread has failed, so that the others may as well stop. */
    private synchronized boolean isFailed() {
        return failure != null;
    }

    /** Throws if the listener wants the run to end. */
    void checkCancelled() {
        if (listener.isCancelled()) {
            throw new CancelledException("The run was cancelled.");
        }
    }

    /**
     * Runs tasks 0 to {@code count - 1}, handed out in this order; each may count on so many bytes of its workspace.
     *
     * @throws RuntimeException the first failure of any of them, when all threads have stopped
     */
    public void forEach(int count, IntToLongFunction bytes, Task task) {
        AtomicInteger next = new AtomicInteger();
        int threads = alone ? 1 : Math.min(count, workers.length);
        if (threads <= 1) {
            loop(next, count, bytes, task, workers[0]);
        } else {
            runThreads(threads, next, count, bytes, task);
        }
        rethrow();
    }

    /** Does something with one thread only. */
    public <T> T alone(Supplier<T> work) {
        alone = true;
        try {
            return work.get();
        } finally {
            alone = false;
        }
    }

    private void runThreads(int threads, AtomicInteger next, int count, IntToLongFunction bytes, Task task) {
        workers[0].release();
        RunThreads.run(
                "rezarr-vectors", threads, number -> loop(next, count, bytes, task, workers[number]), this::fail);
    }

    private void loop(AtomicInteger next, int count, IntToLongFunction bytes, Task task, Worker worker) {
        try {
            for (int index = next.getAndIncrement(); index < count && !isFailed(); index = next.getAndIncrement()) {
                checkCancelled();
                worker.require(bytes.applyAsLong(index));
                task.run(index, worker);
                worker.shrink();
            }
        } catch (Throwable e) {
            fail(e);
        } finally {
            worker.release();
        }
    }

    private synchronized void rethrow() {
        Throwable cause = failure;
        failure = null;
        RunThreads.rethrow(cause);
    }
}
