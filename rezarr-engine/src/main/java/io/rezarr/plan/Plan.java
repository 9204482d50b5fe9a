package io.rezarr.plan;

import io.rezarr.metadata.Shape;

/**
 * How one array is rechunked. Immutable and printable; regions are described by their grid, never listed.
 *
 * @param request what it was made for
 * @param strategy chosen
 * @param reason why this one, in a sentence
 * @param regionShape the box that is assembled at a time, in elements: a multiple of the destination's units
 * @param concurrentRegions how many of them are in memory at once
 * @param predicted work, for a store without absent or all-fill chunks; its encoded bytes are estimates
 * @param peakBytes the most memory that the run takes for buffers
 */
public record Plan(
        PlanRequest request,
        Strategy strategy,
        String reason,
        Shape regionShape,
        int concurrentRegions,
        Work predicted,
        long peakBytes) {}
