package io.rezarr.execute;

import io.rezarr.error.CancelledException;
import io.rezarr.memory.MemoryBudget;
import io.rezarr.memory.Workspace;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Carries regions through their phases on a fixed number of threads: while the oldest is written, the next ones are
 * read. Write tasks are handed out in the order of the regions.
 */
final class Pipeline {
    private final RunState state;
    private final Iterator<? extends RegionWork> regions;
    private final int maxConcurrent;
    private final List<InFlight> inFlight = new ArrayList<>();

    /** @param maxConcurrent regions at once */
    Pipeline(RunState state, Iterator<? extends RegionWork> regions, int maxConcurrent) {
        this.state = state;
        this.regions = regions;
        this.maxConcurrent = maxConcurrent;
    }

    private static final class InFlight {
        final RegionWork work;
        boolean readsHandedOut;
        boolean isWriting;
        boolean writesHandedOut;
        int running;

        InFlight(RegionWork work) {
            this.work = work;
        }

        /** Whether it is filled, as far as its own reads go. */
        boolean isRead() {
            return readsHandedOut && (running == 0 || isWriting || writesHandedOut);
        }
    }

    private record Claim(InFlight region, Task task) {}

    /**
     * Runs everything; when this returns or throws, no thread of it is left.
     *
     * @param threadBytes of the run's budget that each thread's workspace is promised
     * @param slackBytes how many of these it may have lent beyond what it was asked for
     */
    void run(int threads, long threadBytes, long slackBytes) {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancelledException("The run was interrupted before it began.");
        }
        RunThreads.run("rezarr", threads, number -> work(threadBytes, slackBytes), state::fail);
        closeUnfinished();
        state.rethrowFailure();
    }

    /** What a failure has left: it holds memory and open files. */
    private void closeUnfinished() {
        for (InFlight region : inFlight) {
            try {
                region.work.finished();
            } catch (RuntimeException e) {
                state.cleanUpFailed(e);
            }
        }
        inFlight.clear();
    }

    private void work(long threadBytes, long slackBytes) {
        try (MemoryBudget part = state.budget.part(threadBytes);
                Workspace workspace = new Workspace(part, slackBytes)) {
            for (Claim claim = claim(); claim != null; claim = claim()) {
                state.checkCancelled();
                claim.task.run(workspace);
                done(claim);
                state.progressed();
            }
        } catch (Throwable e) {
            state.fail(e);
        }
    }

    /** The next task, waiting for one if there will be; {@code null} at the end. */
    private @Nullable Claim claim() throws InterruptedException {
        synchronized (state) {
            while (!state.isStopped()) {
                Claim claim = claimWrite();
                if (claim == null) {
                    claim = claimRead();
                }
                if (claim != null) {
                    claim.region.running++;
                    return claim;
                }
                retireFinished();
                if (inFlight.size() < maxConcurrent && regions.hasNext()) {
                    inFlight.add(new InFlight(regions.next()));
                } else if (inFlight.isEmpty()) {
                    state.notifyAll();
                    return null;
                } else if (!canGoOn()) {
                    state.wait();
                }
            }
            return null;
        }
    }

    private @Nullable Claim claimWrite() {
        for (InFlight region : inFlight) {
            if (!region.isRead()) {
                // It may still fill a part of the regions after it.
                return null;
            }
            if (!region.writesHandedOut) {
                Task task = region.work.nextWrite();
                if (task != null) {
                    region.isWriting = true;
                    return new Claim(region, task);
                }
                region.writesHandedOut = true;
            }
        }
        return null;
    }

    private @Nullable Claim claimRead() {
        for (InFlight region : inFlight) {
            if (!region.readsHandedOut) {
                Task task = region.work.nextRead();
                if (task != null) {
                    return new Claim(region, task);
                }
                region.readsHandedOut = !region.work.hasReads();
            }
        }
        return null;
    }

    /** Whether a region has just got so far that another look finds something. */
    private boolean canGoOn() {
        for (InFlight region : inFlight) {
            if (!region.isRead()) {
                return false;
            }
            if (!region.writesHandedOut) {
                return true;
            }
        }
        return false;
    }

    private void retireFinished() {
        inFlight.removeIf(region -> {
            boolean finished = region.writesHandedOut && region.running == 0;
            if (finished) {
                region.work.finished();
            }
            return finished;
        });
    }

    private void done(Claim claim) {
        synchronized (state) {
            claim.region.running--;
            if (claim.region.running == 0) {
                state.notifyAll();
            }
        }
    }
}
