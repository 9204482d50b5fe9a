package io.rezarr.plan;

import io.rezarr.metadata.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * How one array is rechunked. Immutable and printable; regions are described by their grid, never listed.
 *
 * @param request what it was made for
 * @param strategy chosen
 * @param method by which a unit gets from one side to the other
 * @param reason why this one, in a sentence
 * @param regionShape the box that is assembled at a time, in elements: a multiple of the destination's units
 * @param regions how many there are
 * @param concurrentRegions how many of them are in memory at once
 * @param threads that the run uses: fewer than asked for where the memory holds no more workspaces
 * @param predicted work, for a store without absent or all-fill chunks; its encoded bytes are estimates (of data that do not compress)
 * @param peakBytes the most memory that the run takes for buffers
 */
public record Plan(
        PlanRequest request,
        Strategy strategy,
        Method method,
        String reason,
        Shape regionShape,
        long regions,
        int concurrentRegions,
        int threads,
        Work predicted,
        long peakBytes) {

    /** By which a unit gets from one side to the other. */
    public enum Method {
        /** Stored values are copied as they are, under other keys; nothing in them needs to be known. */
        VALUES,
        /** Encoded units are moved, in and out of shards if need be. */
        UNITS,
        /** zlib streams become gzip members: only header and trailer change. */
        REWRAP,
        /** Units are decoded and encoded one by one. */
        CODED,
        /** Units are decoded, scattered, and encoded. */
        SCATTERED
    }

    /** The plan for people: a line for each fact, name and value. */
    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        lines.add("strategy: "
                + strategy.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-') + " (" + reason + ")");
        lines.add("regions: %d of %s, %d at a time, %d thread%s"
                .formatted(regions, regionShape, concurrentRegions, threads, threads == 1 ? "" : "s"));
        lines.add("work: %d reads, %d decodes (%d bytes), %d encodes, %d moved undecoded, %d writes"
                .formatted(
                        predicted.reads(),
                        predicted.decodes(),
                        predicted.bytesDecoded(),
                        predicted.encodes(),
                        predicted.moved(),
                        predicted.writes()));
        lines.add("peak memory: %d of %d bytes".formatted(peakBytes, request.maxBytes()));
        return lines;
    }
}
