package io.rezarr.plan;

import io.rezarr.memory.Arithmetic;
import io.rezarr.shuffle.ShuffleLimits;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Plans in which every read unit is decoded once and cut along the borders of the regions; the pieces wait in scratch
 * files until their region is assembled. The data once more to scratch and back, for each pass.
 */
final class Shuffling {
    private final PlanRequest request;
    private final Sides sides;
    private final Side source;
    private final Side destination;
    private final Memory memory;
    private final RegionChoice choice;

    Shuffling(PlanRequest request, Sides sides) {
        this.request = request;
        this.sides = sides;
        this.source = sides.source();
        this.destination = sides.destination();
        this.memory = new Memory(source, destination);
        this.choice = new RegionChoice(source, destination, null);
    }

    private record Candidate(
            RegionChoice.Region region,
            int threads,
            int concurrent,
            long threadBytes,
            ShufflePlan shuffle,
            Work work,
            CostModel.Cost cost,
            long peakBytes) {}

    /** The best plan within the memory; {@code null} if there is none. */
    @Nullable
    Plan plan(String reason) {
        List<Candidate> candidates = new ArrayList<>();
        List<RegionChoice.Region> regions = choice.plainCandidates(request.maxBytes(), RegionChoice.COMFORTABLE_BYTES);
        for (int threads = request.threads(); threads >= 1; threads = Tasks.fewerThreads(threads)) {
            for (RegionChoice.Region region : regions) {
                long regionCount = new RegionGrid(destination, region.shape(), -1).regions();
                for (int concurrent = regionCount > 1 ? 2 : 1; concurrent >= 1; concurrent--) {
                    Candidate candidate = candidate(region, threads, concurrent);
                    if (candidate != null) {
                        candidates.add(candidate);
                    }
                }
            }
        }
        if (candidates.isEmpty()) {
            return null;
        }
        double least = candidates.stream()
                .mapToDouble(candidate -> candidate.cost.seconds())
                .min()
                .orElseThrow();
        Candidate best = candidates.stream()
                .filter(candidate -> candidate.cost.seconds() <= CostModel.NEARLY * least)
                .min(Comparator.comparingInt((Candidate candidate) -> candidate.concurrent == 1 ? 1 : 0)
                        .thenComparingLong(Candidate::peakBytes))
                .orElseThrow();
        return planOf(best, reason);
    }

    /** The least memory of any region, on one thread. */
    long leastBytes() {
        long least = Long.MAX_VALUE;
        for (RegionChoice.Region region : choice.plainCandidates(Long.MAX_VALUE, 0)) {
            ShufflePlan.Load load = loadOf(region);
            if (load.maxPieceBytes() <= ShuffleLimits.MAX_PIECE_BYTES) {
                long thread = memory.shufflingThread(ShufflePlan.leastFrameBytes(load));
                long writing = Arithmetic.plus(memory.cutting(1), ShufflePlan.leastWritingBytes(load));
                least = Math.min(least, Arithmetic.plus(thread, Math.max(writing, assembling(region, 1, 1))));
            }
        }
        return least;
    }

    /** Beside workspaces. */
    private long assembling(RegionChoice.Region region, int threads, int concurrent) {
        return Arithmetic.plus(memory.shared(threads), Arithmetic.times(concurrent, memory.assembled(region.shape())));
    }

    private ShufflePlan.Load loadOf(RegionChoice.Region region) {
        long elementBytes = source.elementBytes();
        long pieceBytes = elementBytes;
        for (int axis = 0; axis < source.rank(); axis++) {
            long along = Math.min(source.unit(axis), region.shape().extent(axis));
            pieceBytes = Arithmetic.times(pieceBytes, along);
        }
        long buckets = new RegionGrid(destination, region.shape(), -1).numbers();
        return new ShufflePlan.Load(buckets, region.reads(), arrayBytes(elementBytes), pieceBytes);
    }

    private @Nullable Candidate candidate(RegionChoice.Region region, int threads, int concurrent) {
        long assembling = assembling(region, threads, concurrent);
        long cutting = memory.cutting(threads);
        if (assembling > request.maxBytes()) {
            return null;
        }
        // Frames of scratch files are read into workspaces, whose size depends on them.
        long room = request.maxBytes() - cutting - Arithmetic.times(threads, memory.shufflingThread(0));
        ShufflePlan shuffle = ShufflePlan.of(loadOf(region), room, threads);
        if (shuffle == null) {
            return null;
        }
        long threadBytes = memory.shufflingThread(shuffle.frameBytes());
        long peak = Arithmetic.plus(
                Arithmetic.times(threads, threadBytes),
                Math.max(Arithmetic.plus(cutting, shuffle.writingBytes()), assembling));
        if (peak > request.maxBytes()) {
            return null;
        }
        Work work = workOf(shuffle);
        CostModel.Cost cost = sides.costOf(work, threads);
        return new Candidate(region, threads, concurrent, threadBytes, shuffle, work, cost, peak);
    }

    private long arrayBytes(long elementBytes) {
        long bytes = elementBytes;
        for (int axis = 0; axis < destination.rank(); axis++) {
            bytes = Arithmetic.times(bytes, destination.extent(axis));
        }
        return bytes;
    }

    private Work workOf(ShufflePlan shuffle) {
        long reads = source.unitCount();
        long units = destination.unitCount();
        long encoded = request.hints().meanEncodedBytes();
        return new Work(
                reads,
                0,
                reads,
                units,
                0,
                0,
                destination.chunkCount(),
                Arithmetic.times(reads, encoded >= 0 ? encoded : source.unitBytes()),
                Arithmetic.times(reads, source.unitBytes()),
                Arithmetic.times(units, destination.unitBytes()),
                shuffle.writtenBytes(),
                source.requests(reads, source.chunks().unitShape()));
    }

    private Plan planOf(Candidate candidate, String reason) {
        RegionChoice.Region region = candidate.region;
        return new Plan(
                request,
                Strategy.SHUFFLE,
                Plan.Method.SCATTERED,
                reason,
                region.shape(),
                -1,
                null,
                new RegionGrid(destination, region.shape(), -1).regions(),
                candidate.concurrent,
                candidate.threads,
                candidate.threadBytes,
                0,
                candidate.shuffle,
                ItemMemory.NONE,
                candidate.work,
                candidate.cost,
                candidate.peakBytes,
                List.of());
    }
}
