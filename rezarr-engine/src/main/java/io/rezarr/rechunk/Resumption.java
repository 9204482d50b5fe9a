package io.rezarr.rechunk;

import io.rezarr.commit.RunLog;
import io.rezarr.commit.SourceFingerprint;
import io.rezarr.commit.StagedNode;
import io.rezarr.error.CancelledException;
import io.rezarr.error.StoreException;
import io.rezarr.execute.Checkpoint;
import io.rezarr.json.Json;
import io.rezarr.plan.Plan;
import java.util.List;

/** What lets a run go on where another stopped, and lets another go on where this one does. */
final class Resumption implements AutoCloseable {
    private final RechunkRequest request;
    private final StagedNode staged;
    private final List<ArrayRechunk> arrays;
    private final RunLog log;

    private Resumption(RechunkRequest request, StagedNode staged, List<ArrayRechunk> arrays, RunLog log) {
        this.request = request;
        this.staged = staged;
        this.arrays = arrays;
        this.log = log;
    }

    /**
     * @param arrays that are written to the staged node
     * @throws io.rezarr.error.RefusedException if the node was taken up from a run of another request or source
     */
    static Resumption of(
            RechunkRequest request, StagedNode staged, SourceFingerprint source, List<ArrayRechunk> arrays) {
        List<RunLog.Part> parts = arrays.stream()
                .map(array -> new RunLog.Part(array.path(), planOf(array, request)))
                .toList();
        try {
            return new Resumption(request, staged, arrays, RunLog.open(staged, source, parts));
        } catch (RuntimeException e) {
            if (staged.isTakenUp()) {
                staged.keep();
            }
            throw e;
        }
    }

    /** Everything that the bytes of an array's chunks, and the order of writing them, follow from. */
    private static String planOf(ArrayRechunk array, RechunkRequest request) {
        Plan plan = array.plan();
        return "%s, %s, regions of %s, sweep axis %d, empty chunks %s, %s, %s"
                .formatted(
                        plan.strategy().label(),
                        plan.method(),
                        plan.regionShape(),
                        plan.sweepAxis(),
                        request.emptyChunks(),
                        request.inPlace(),
                        Json.toString(array.destination().document()));
    }

    Checkpoint checkpoint(ArrayRechunk array) {
        return log.checkpoint(arrays.indexOf(array));
    }

    /**
     * Runs something; if that is cancelled, what was written stays, unless it is nothing. If going on was asked for, it stays as well when a store
     * fails.
     */
    void keepingWhatIsWritten(Runnable writing) {
        try {
            writing.run();
        } catch (CancelledException e) {
            if (!log.isWorthKeeping()) {
                throw e;
            }
            staged.keep();
            throw new CancelledException(e.getMessage() + remedy(), e);
        } catch (StoreException e) {
            if (log.isWorthKeeping() && request.resume()) {
                staged.keep();
                throw new StoreException(e.getMessage() + remedy(), e);
            }
            throw e;
        }
    }

    private String remedy() {
        return " What is written stays: go on with the same command and --resume, or drop it with: rezarr recover '"
                + staged.node() + "'";
    }

    @Override
    public void close() {
        log.close();
    }
}
