package io.rezarr.plan;

import io.rezarr.metadata.ArrayMetadata;

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
 */
public record PlanRequest(
        ArrayMetadata source,
        ArrayMetadata destination,
        long maxBytes,
        int threads,
        EmptyChunks emptyChunks,
        boolean codecWasGiven,
        @org.jspecify.annotations.Nullable Strategy strategy) {}
