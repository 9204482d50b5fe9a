package io.rezarr.execute;

import io.rezarr.array.ZarrArray;
import io.rezarr.plan.Plan;
import io.rezarr.plan.Work;
import io.rezarr.store.Store;

/** Runs plans on threads of this machine. */
public final class LocalRunner {
    private LocalRunner() {}

    /**
     * Writes every chunk of the destination, and no metadata.
     *
     * @param plan made for the metadata of both arrays
     * @param mode how chunks are written: {@code DIRECT} only where no metadata stand yet
     * @return what was done; equal to the prediction but for absent and all-fill units
     * @throws io.rezarr.error.RezarrException the first failure of any thread; the others have stopped when this returns
     */
    public static Work run(
            Plan plan, ZarrArray source, ZarrArray destination, Store.WriteMode mode, RunListener listener) {
        throw new UnsupportedOperationException();
    }
}
