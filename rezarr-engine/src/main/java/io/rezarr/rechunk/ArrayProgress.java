package io.rezarr.rechunk;

import io.rezarr.execute.RunListener;
import io.rezarr.plan.Work;

/** Tells a listener how the run of one array goes, under the array's path, and asks it whether to go on. */
record ArrayProgress(String path, RechunkListener listener) implements RunListener {
    @Override
    public void progress(Work done, long doneUnits, long totalUnits) {
        listener.progress(path, done, doneUnits, totalUnits);
    }

    @Override
    public boolean isCancelled() {
        return listener.isCancelled();
    }
}
