package io.rezarr.plan;

import io.rezarr.metadata.ArrayMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What a plan is made for.
 *
 * @param source metadata as they stand
 * @param destination metadata as they shall be written
 * @param maxBytes of memory for buffers
 * @param threads that the run may use; at least 1
 * @param emptyChunks what becomes of chunks that hold nothing but the fill value
 * @param codecWasGiven whether the user asked for the destination's codecs, so that every chunk is encoded with them
 * @param strategy forces one (tests); null: the cheapest that is possible
 * @param scratch whether pieces may go through scratch files
 * @param hints what was measured of the source
 */
public record PlanRequest(
        ArrayMetadata source,
        ArrayMetadata destination,
        long maxBytes,
        int threads,
        EmptyChunks emptyChunks,
        boolean codecWasGiven,
        @Nullable Strategy strategy,
        Scratch scratch,
        Hints hints) {
    /** Whether a run has a place for scratch files. */
    public enum Scratch {
        NONE,
        FILES
    }

    /** With scratch files, without hints. */
    public PlanRequest(
            ArrayMetadata source,
            ArrayMetadata destination,
            long maxBytes,
            int threads,
            EmptyChunks emptyChunks,
            boolean codecWasGiven,
            @Nullable Strategy strategy) {
        this(source, destination, maxBytes, threads, emptyChunks, codecWasGiven, strategy, Scratch.FILES, Hints.NONE);
    }

    public PlanRequest withMaxBytes(long bytes) {
        return new PlanRequest(
                source, destination, bytes, threads, emptyChunks, codecWasGiven, strategy, scratch, hints);
    }

    public PlanRequest withStrategy(@Nullable Strategy forced) {
        return new PlanRequest(
                source, destination, maxBytes, threads, emptyChunks, codecWasGiven, forced, scratch, hints);
    }

    public PlanRequest withScratch(Scratch place) {
        return new PlanRequest(
                source, destination, maxBytes, threads, emptyChunks, codecWasGiven, strategy, place, hints);
    }

    public PlanRequest withHints(Hints measured) {
        return new PlanRequest(
                source, destination, maxBytes, threads, emptyChunks, codecWasGiven, strategy, scratch, measured);
    }
}
