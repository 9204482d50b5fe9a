package io.rezarr.rechunk;

import io.rezarr.plan.Work;
import java.util.List;

/**
 * What a run did.
 *
 * @param arrays in the order of the run
 * @param committed where the result stands
 * @param seconds of the whole run
 */
public record RechunkReport(List<ArrayReport> arrays, String committed, double seconds) {
    /**
     * What was done for one array.
     *
     * @param array what was planned
     * @param done counted; differs from the plan's prediction by absent and all-fill units only
     * @param verified whether everything that was written was read again and was equal
     * @param seconds of writing and verifying
     */
    public record ArrayReport(ArrayRechunk array, Work done, boolean verified, double seconds) {}

    public RechunkReport {
        arrays = List.copyOf(arrays);
    }
}
