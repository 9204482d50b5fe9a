package io.rezarr.plan;

import io.rezarr.memory.Arithmetic;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plans in which regions of the destination are assembled in memory from all the read units that each touches. */
final class Assembling {
    /** What reading and writing that do not overlap cost, in parts of the whole. */
    private static final double NO_OVERLAP = 1.08;

    private static final double SOME_OVERLAP = 1.01;

    private final PlanRequest request;
    private final Sides sides;
    private final Side source;
    private final Side destination;
    private final Memory memory;
    private final RegionChoice choice;

    Assembling(PlanRequest request, Sides sides) {
        this.request = request;
        this.sides = sides;
        this.source = sides.source();
        this.destination = sides.destination();
        this.memory = new Memory(source, destination);
        this.choice = new RegionChoice(
                source, destination, Parts.of(source, request.hints().partBytes()));
    }

    /** A region with what else it needs. */
    private record Candidate(
            RegionChoice.Region region,
            int threads,
            int concurrent,
            Work work,
            CostModel.Cost cost,
            double weighed,
            long peakBytes) {}

    /** The best plan within the memory; {@code null} if there is none. */
    @Nullable
    Plan plan(String reason) {
        long comfortable =
                Math.max(RegionChoice.COMFORTABLE_BYTES, Arithmetic.times(request.threads(), destination.unitBytes()));
        List<RegionChoice.Region> regions = choice.candidates(request.maxBytes(), comfortable);
        List<Candidate> candidates = new ArrayList<>();
        for (int threads = request.threads(); threads >= 1; threads = Tasks.fewerThreads(threads)) {
            for (RegionChoice.Region region : regions) {
                addCandidates(candidates, region, threads);
            }
        }
        if (candidates.isEmpty()) {
            return null;
        }
        double least = candidates.stream().mapToDouble(Candidate::weighed).min().orElseThrow();
        candidates.removeIf(candidate -> candidate.weighed > CostModel.NEARLY * least);
        Comparator<Candidate> byMemory = Comparator.comparingLong(Candidate::peakBytes);
        Candidate best = candidates.stream()
                .filter(candidate -> memory.assembled(candidate.region.shape()) >= comfortable)
                .min(byMemory)
                .orElseGet(() -> candidates.stream().max(byMemory).orElseThrow());
        return planOf(best, reason);
    }

    /** The least memory of any region, on one thread. */
    long leastBytes() {
        long least = choice.plainCandidates(Long.MAX_VALUE, 0).stream()
                .mapToLong(region -> memory.assembled(region.shape()))
                .min()
                .orElse(Long.MAX_VALUE);
        return Arithmetic.plus(fixed(1), least);
    }

    private long fixed(int threads) {
        return Arithmetic.plus(Arithmetic.times(threads, memory.assemblingThread()), memory.shared(threads));
    }

    private void addCandidates(List<Candidate> candidates, RegionChoice.Region region, int threads) {
        long fixed = fixed(threads);
        long perRegion = memory.assembled(region.shape());
        long regions = new RegionGrid(destination, region.shape(), region.sweepAxis()).regions();
        int least = region.sweepAxis() >= 0 ? 2 : 1;
        int wanted = Math.max(least, wantedRegions(region, threads, regions));
        int overlapped = (int) Math.max(least, Math.min(regions, Math.max(wanted, least + 1)));
        for (int concurrent = overlapped; concurrent >= least; concurrent--) {
            long peak = Arithmetic.plus(fixed, Arithmetic.times(concurrent, perRegion));
            if (peak <= request.maxBytes()) {
                Work work = workOf(region);
                CostModel.Cost cost = sides.costOf(work, threads);
                double penalty = concurrent >= overlapped ? 1 : concurrent > 1 ? SOME_OVERLAP : NO_OVERLAP;
                candidates.add(new Candidate(region, threads, concurrent, work, cost, penalty * cost.seconds(), peak));
            }
        }
    }

    private Work workOf(RegionChoice.Region region) {
        long units = destination.unitCount();
        return new Work(
                region.reads(),
                0,
                region.reads(),
                units,
                0,
                0,
                destination.chunkCount(),
                bytesRead(region),
                region.bytesDecoded(),
                Arithmetic.times(units, destination.unitBytes()),
                0,
                source.requests(region.reads(), region.shape()));
    }

    private long bytesRead(RegionChoice.Region region) {
        if (region.usesParts() && request.hints().partBytes() == 1) {
            // Stored as they are: only what is needed is read.
            return region.bytesDecoded();
        }
        long encoded = request.hints().meanEncodedBytes();
        return Arithmetic.times(region.reads(), encoded >= 0 ? encoded : source.unitBytes());
    }

    private Plan planOf(Candidate candidate, String reason) {
        RegionChoice.Region region = candidate.region;
        return new Plan(
                request,
                Strategy.DIRECT,
                Plan.Method.SCATTERED,
                reason,
                region.shape(),
                region.sweepAxis(),
                region.usesParts() ? Parts.of(source, request.hints().partBytes()) : null,
                new RegionGrid(destination, region.shape(), region.sweepAxis()).regions(),
                candidate.concurrent,
                candidate.threads,
                memory.assemblingThread(),
                0,
                null,
                ItemMemory.NONE,
                candidate.work,
                candidate.cost,
                candidate.peakBytes,
                List.of());
    }

    /** So many regions that every thread finds units to read or to write, and one more. */
    private int wantedRegions(RegionChoice.Region region, int threads, long regions) {
        long read = Memory.touched(region.shape(), source.units());
        long busy = Math.max(1, Math.min(read, memory.unitsIn(region.shape())));
        long wanted = Arithmetic.ceilDiv(threads, busy) + 1;
        return (int) Math.max(1, Math.min(wanted, regions));
    }
}
