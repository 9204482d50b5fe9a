package io.rezarr.plan;

import io.rezarr.metadata.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one array is rechunked. Immutable and printable; regions are described by their grid, never listed.
 *
 * @param request what it was made for
 * @param strategy chosen
 * @param method by which a unit gets from one side to the other
 * @param reason why this one, in a sentence
 * @param regionShape the box that is assembled at a time, in elements: a multiple of the destination's units
 * @param sweepAxis along which regions follow one another and hand on what straddles their border, so that it is decoded
 *     once; -1: none
 * @param parts what is decoded of a read unit that a region needs a slab of; {@code null}: all of it
 * @param regions how many there are
 * @param concurrentRegions how many of them are in memory at once
 * @param threads that the run uses: fewer than asked for where the memory holds no more workspaces
 * @param threadBytes of memory that each thread's workspace may hold
 * @param slackBytes the part of them that it could do without: with it, buffers of one size stand in for those of another
 * @param shuffle how pieces go through scratch files; {@code null} if they do not
 * @param items the room for items of variable size
 * @param predicted work, for a store without absent or all-fill chunks; its encoded bytes are estimates, and so are the
 *     decoded bytes of items of variable size, and the reads if a region outgrows its room for items
 * @param cost of that work, an estimate
 * @param peakBytes the most memory that the run takes for buffers
 * @param alternatives that were weighed against this one
 */
public record Plan(
        PlanRequest request,
        Strategy strategy,
        Method method,
        String reason,
        Shape regionShape,
        int sweepAxis,
        @Nullable Parts parts,
        long regions,
        int concurrentRegions,
        int threads,
        long threadBytes,
        long slackBytes,
        @Nullable ShufflePlan shuffle,
        ItemMemory items,
        Work predicted,
        CostModel.Cost cost,
        long peakBytes,
        List<Alternative> alternatives) {
    public Plan {
        alternatives = List.copyOf(alternatives);
    }

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
        SCATTERED,
        /** Likewise, of items of variable size: their slots are scattered, their bytes gathered in the order of each unit. */
        ITEMS
    }

    /** The plan for people: a line for each fact, name and value. */
    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        lines.add("strategy: " + strategy.label() + " (" + reason + ")");
        lines.add("regions: %d of %s, %d at a time%s%s, %d thread%s"
                .formatted(
                        regions,
                        regionShape,
                        concurrentRegions,
                        sweepAxis >= 0 ? ", swept along axis " + sweepAxis : "",
                        parts != null ? ", parts of " + parts.partBytes() + " bytes decoded" : "",
                        threads,
                        threads == 1 ? "" : "s"));
        lines.add(
                "work: %d reads, %d decodes (%d bytes), %d encodes, %d moved undecoded, %d writes, %d bytes of scratch"
                        .formatted(
                                predicted.reads(),
                                predicted.decodes(),
                                predicted.bytesDecoded(),
                                predicted.encodes(),
                                predicted.moved(),
                                predicted.writes(),
                                predicted.bytesScratch()));
        if (method == Method.ITEMS) {
            lines.add("items: ~%d bytes a region, %d at most; chunks of at most %d bytes read, %d written"
                    .formatted(
                            regions == 0 ? 0 : predicted.bytesWritten() / regions,
                            items.regionBytes(),
                            items.readBytes(),
                            items.writtenBytes()));
        }
        lines.add("peak memory: %d of %d bytes".formatted(peakBytes, request.maxBytes()));
        return lines;
    }

    Alternative asAlternative() {
        return new Alternative(strategy, regionShape, predicted, cost, peakBytes);
    }

    Plan with(String otherReason, List<Alternative> others) {
        return changed(otherReason, 0, others);
    }

    /** With what the budget has left given to the threads, as far as they can use it. */
    Plan withSlack() {
        long slack = Math.max(0, Math.min(threadBytes, (request.maxBytes() - peakBytes) / threads));
        return changed(reason, slack, alternatives);
    }

    private Plan changed(String otherReason, long moreSlack, List<Alternative> others) {
        return new Plan(
                request,
                strategy,
                method,
                otherReason,
                regionShape,
                sweepAxis,
                parts,
                regions,
                concurrentRegions,
                threads,
                threadBytes + moreSlack,
                slackBytes + moreSlack,
                shuffle,
                items,
                predicted,
                cost,
                peakBytes + threads * moreSlack,
                others);
    }
}
