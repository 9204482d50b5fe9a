package io.rezarr.rechunk;

import io.rezarr.plan.Work;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
     * @param finishedBefore units of the destination that an interrupted run had finished
     * @param done counted; differs from the plan's prediction by absent and all-fill units only, unless an interrupted run was gone on with
     * @param verdict of what was written
     * @param seconds of writing and verifying
     */
    public record ArrayReport(ArrayRechunk array, long finishedBefore, Work done, Verdict verdict, double seconds) {}

    /**
     * How what was written was found to be what the source holds.
     *
     * @param how that was found
     * @param digest in hex; {@code null} if none was made
     */
    public record Verdict(How how, @Nullable String digest) {
        static final Verdict NONE = new Verdict(How.NOT, null);

        /** What was done. */
        public enum How {
            /** Nothing was read again. */
            NOT,
            /** All of it was read again, and has the content digest of the source as it was read. */
            DIGEST,
            /** All of it and the source were read again, and every element is equal. */
            COMPARED
        }
    }

    public RechunkReport {
        arrays = List.copyOf(arrays);
    }
}
