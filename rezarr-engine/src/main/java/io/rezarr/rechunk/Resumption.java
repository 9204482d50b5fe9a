package io.rezarr.rechunk;

import io.rezarr.commit.RunLog;
import io.rezarr.commit.RunSource;
import io.rezarr.commit.SourceCheck;
import io.rezarr.commit.Staged;
import io.rezarr.commit.StagedNode;
import io.rezarr.error.CancelledException;
import io.rezarr.error.StoreException;
import io.rezarr.execute.Checkpoint;
import io.rezarr.json.Json;
import io.rezarr.plan.Plan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What lets a run go on where another stopped, and lets another go on where this one does. Local directories only: elsewhere it does nothing. */
final class Resumption implements AutoCloseable {
    private final RechunkRequest request;
    private final List<ArrayRechunk> arrays;
    private final @Nullable Begun begun;

    private Resumption(RechunkRequest request, List<ArrayRechunk> arrays, @Nullable Begun begun) {
        this.request = request;
        this.arrays = arrays;
        this.begun = begun;
    }

    /** What is written, and the log of it. */
    private record Begun(StagedNode node, RunLog log) {}

    /**
     * @param arrays that are written to the staged node
     * @throws io.rezarr.error.RefusedException if the node was taken up from a run of another request or source
     */
    static Resumption of(RechunkRequest request, Staged staged, SourceCheck source, List<ArrayRechunk> arrays) {
        if (!(staged instanceof StagedNode node) || !(source instanceof RunSource runSource)) {
            return new Resumption(request, arrays, null);
        }
        List<RunLog.Part> parts = arrays.stream()
                .map(array -> new RunLog.Part(array.path(), planOf(array, request)))
                .toList();
        try {
            return new Resumption(request, arrays, new Begun(node, RunLog.open(node, runSource, parts)));
        } catch (RuntimeException e) {
            if (node.isTakenUp()) {
                node.keep();
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
        return begun == null ? Checkpoint.NONE : begun.log.checkpoint(arrays.indexOf(array));
    }

    /**
     * Runs something; if that is cancelled, what was written stays, unless it is nothing. If going on was asked for, it stays as well when a store
     * fails.
     */
    void keepingWhatIsWritten(Runnable writing) {
        try {
            writing.run();
        } catch (CancelledException e) {
            if (begun == null || !begun.log.isWorthKeeping()) {
                throw e;
            }
            throw new CancelledException(e.getMessage() + kept(begun), e);
        } catch (StoreException e) {
            if (begun == null || !begun.log.isWorthKeeping() || !request.resume()) {
                throw e;
            }
            throw new StoreException(e.getMessage() + kept(begun), e);
        }
    }

    private static String kept(Begun begun) {
        begun.node.keep();
        return " What is written stays: go on with the same command and --resume, or drop it with: rezarr recover '"
                + begun.node.node() + "'";
    }

    @Override
    public void close() {
        if (begun != null) {
            begun.log.close();
        }
    }
}
