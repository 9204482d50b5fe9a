package io.rezarr.plan;

import io.rezarr.codec.ItemForm;
import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.memory.Arithmetic;
import io.rezarr.metadata.Shape;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Plans in which regions of items of variable size are assembled: of each item the region holds a slot of fixed size, and beside them
 * the items' bytes, for which it has room as measured. One region at a time, so that one that needs more can be taken in parts.
 */
final class ItemAssembling {
    private final PlanRequest request;

    ItemAssembling(PlanRequest request) {
        this.request = request;
    }

    /** A region with what else it needs. */
    private record Candidate(RegionChoice.Region region, Sides sides, int threads, long roomBytes, long peakBytes) {}

    /** @throws InfeasiblePlanException if there is no plan within the memory; names about how much there would be one with */
    Plan plan(String reason) {
        requireOneChunkFits();
        Candidate best = best();
        if (best == null) {
            throw Planner.tooLittleMemory(
                    request,
                    leastBytes(),
                    "assembling chunks of items of variable size, as large as those that were looked at,");
        }
        return planOf(best, reason);
    }

    private void requireOneChunkFits() {
        Shape unit = Sides.of(request, ItemMemory.NONE).destination().units().unitShape();
        double estimate = ItemBounds.estimate(request, unit.elements());
        if (estimate > ItemForm.MAX_CHUNK_BYTES) {
            throw new InfeasiblePlanException(
                    "A chunk of the destination of shape %s and type %s would have about %d bytes decoded; chunks of at most %d bytes can be. Choose smaller chunks, and shards (-s) of that shape if it is the file size that matters: shards have no such limit."
                            .formatted(unit, request.destination().dataType().name(), (long) estimate, (long)
                                    ItemForm.MAX_CHUNK_BYTES));
        }
    }

    private @Nullable Candidate best() {
        for (double factor : ItemBounds.FACTORS) {
            Candidate found = best(factor, request.threads());
            if (found != null) {
                return found;
            }
        }
        for (int threads = Tasks.fewerThreads(request.threads()); threads >= 1; threads = Tasks.fewerThreads(threads)) {
            Candidate found = best(ItemBounds.FACTORS[ItemBounds.FACTORS.length - 1], threads);
            if (found != null) {
                return found;
            }
        }
        return best(ItemBounds.LEAST_FACTOR, 1);
    }

    private @Nullable Candidate best(double factor, int threads) {
        Sides sides = Sides.of(request, ItemBounds.unitMemory(request, factor));
        Memory memory = memoryOf(sides);
        long fixed = fixed(memory, threads);
        if (fixed > request.maxBytes()) {
            return null;
        }
        List<Candidate> candidates = new RegionChoice(memory, null)
                .plainCandidates(request.maxBytes() - fixed, RegionChoice.COMFORTABLE_BYTES).stream()
                        .map(region -> candidate(region, sides, memory, factor, fixed, threads))
                        .filter(candidate -> candidate.peakBytes <= request.maxBytes())
                        .toList();
        long leastReads = candidates.stream()
                .mapToLong(candidate -> candidate.region.reads())
                .min()
                .orElse(0);
        return candidates.stream()
                .filter(candidate -> candidate.region.reads() <= CostModel.NEARLY * leastReads)
                .min(Comparator.comparingLong(Candidate::peakBytes))
                .orElse(null);
    }

    private Memory memoryOf(Sides sides) {
        return new Memory(sides.source(), sides.destination(), ItemBounds.estimate(request, 1) - Integer.BYTES);
    }

    private static long fixed(Memory memory, int threads) {
        return Arithmetic.plus(Arithmetic.times(threads, memory.assemblingThread()), memory.shared(threads));
    }

    private Candidate candidate(
            RegionChoice.Region region, Sides sides, Memory memory, double factor, long fixed, int threads) {
        Shape shape = region.shape();
        // One unit has at least as much room as it may need.
        long items = Math.max(
                sides.destination().maxItemBytes(), (long) Math.min(factor * (double) memory.itemBytes(shape), 0x1p61));
        long peak = Arithmetic.plus(fixed, Arithmetic.plus(memory.slots(shape), items));
        return new Candidate(region, sides, threads, items, peak);
    }

    private long leastBytes() {
        Sides sides = Sides.of(request, ItemBounds.unitMemory(request, ItemBounds.LEAST_FACTOR));
        Memory memory = memoryOf(sides);
        return new RegionChoice(memory, null)
                .plainCandidates(Long.MAX_VALUE, 0).stream()
                        .mapToLong(
                                region -> candidate(region, sides, memory, ItemBounds.LEAST_FACTOR, fixed(memory, 1), 1)
                                        .peakBytes)
                        .min()
                        .orElse(Long.MAX_VALUE);
    }

    private Plan planOf(Candidate best, String reason) {
        Side source = best.sides.source();
        Side destination = best.sides.destination();
        Memory memory = memoryOf(best.sides);
        Shape shape = best.region.shape();
        // Half of what is left: room for a region with larger items than those that were looked at.
        long more = Math.min(best.roomBytes, (request.maxBytes() - best.peakBytes) / 2);
        Work work = workOf(best.region, source, destination);
        return new Plan(
                request,
                Strategy.DIRECT,
                Plan.Method.ITEMS,
                reason,
                shape,
                -1,
                null,
                new RegionGrid(destination, shape, -1).regions(),
                1,
                best.threads,
                memory.assemblingThread(),
                0,
                null,
                new ItemMemory(source.maxItemBytes(), destination.maxItemBytes(), best.roomBytes + more),
                work,
                best.sides.costOf(work, best.threads),
                best.peakBytes + more,
                List.of());
    }

    private Work workOf(RegionChoice.Region region, Side source, Side destination) {
        long reads = region.reads();
        long units = destination.unitCount();
        long read =
                (long) ItemBounds.estimate(request, source.units().unitShape().elements());
        long written = (long)
                ItemBounds.estimate(request, destination.units().unitShape().elements());
        long encoded = request.hints().meanEncodedBytes();
        return new Work(
                reads,
                0,
                reads,
                units,
                0,
                0,
                destination.chunkCount(),
                Arithmetic.times(reads, encoded >= 0 ? encoded : read),
                Arithmetic.times(reads, read),
                Arithmetic.times(units, written),
                0,
                source.requests(reads, region.shape()));
    }
}
