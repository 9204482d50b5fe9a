package io.rezarr.plan;

import org.jspecify.annotations.Nullable;

/** Plans in which regions of the destination are assembled in memory from all the read units that each touches. */
final class Assembling {
    /** An encoded byte costs about as much as so many decoded ones. */
    private static final double ENCODE_COST = 1.5;

    /** Without a second region, reading and writing do not overlap. */
    private static final double SINGLE_REGION_PENALTY = 1.3;

    private final PlanRequest request;
    private final Side source;
    private final Side destination;
    private final Memory memory;
    private final RegionChoice choice;

    Assembling(PlanRequest request, Side source, Side destination) {
        this.request = request;
        this.source = source;
        this.destination = destination;
        this.memory = new Memory(source, destination);
        this.choice = new RegionChoice(source, destination);
    }

    /** A region with what else it needs. */
    private record Candidate(RegionChoice.Region region, int threads, int concurrent, double cost) {}

    Plan plan(String reason) {
        Candidate best = null;
        for (int threads = request.threads(); threads >= 1; threads = threads > 8 ? threads / 2 : threads - 1) {
            for (int concurrent = 2; concurrent >= 1; concurrent--) {
                Candidate candidate = candidate(threads, concurrent);
                if (candidate != null && (best == null || candidate.cost < best.cost)) {
                    best = candidate;
                }
            }
        }
        if (best == null) {
            long least = Arithmetic.plus(
                    memory.fixed(1), memory.assembled(choice.smallest().shape()));
            throw Planner.tooLittleMemory(
                    request,
                    least,
                    "assembling chunks of shape " + destination.units().unitShape() + " from chunks of shape "
                            + source.units().unitShape());
        }
        return planOf(best, reason);
    }

    private @Nullable Candidate candidate(int threads, int concurrent) {
        long available = (request.maxBytes() - memory.fixed(threads)) / concurrent;
        RegionChoice.Region region = available <= 0 ? null : choice.best(available, threads);
        if (region == null) {
            return null;
        }
        double decoded = (double) region.touches() * source.unitBytes();
        double encoded = (double) destination.unitCount() * destination.unitBytes();
        boolean isSingle = regionsOf(region) <= 1;
        if (isSingle && concurrent > 1) {
            return null;
        }
        double cost = (decoded + ENCODE_COST * encoded) / threads;
        return new Candidate(
                region, threads, concurrent, concurrent > 1 || isSingle ? cost : SINGLE_REGION_PENALTY * cost);
    }

    private long regionsOf(RegionChoice.Region region) {
        return new RegionGrid(destination, region.shape()).regions();
    }

    private Plan planOf(Candidate candidate, String reason) {
        RegionChoice.Region region = candidate.region;
        long regions = regionsOf(region);
        long perRegion = memory.assembled(region.shape());
        long fixed = memory.fixed(candidate.threads);
        int concurrent = Math.max(candidate.concurrent, wantedRegions(region, candidate.threads, regions));
        concurrent = (int) Math.min(concurrent, Math.max(1, (request.maxBytes() - fixed) / Math.max(1, perRegion)));
        long units = destination.unitCount();
        Work work = new Work(
                region.touches(),
                0,
                region.touches(),
                units,
                0,
                0,
                destination.chunkCount(),
                Arithmetic.times(region.touches(), source.unitBytes()),
                Arithmetic.times(region.touches(), source.unitBytes()),
                Arithmetic.times(units, destination.unitBytes()));
        long peak = Arithmetic.plus(fixed, Arithmetic.times(concurrent, perRegion));
        return new Plan(
                request,
                Strategy.DIRECT,
                Plan.Method.SCATTERED,
                reason,
                region.shape(),
                regions,
                concurrent,
                candidate.threads,
                work,
                peak);
    }

    /** So many regions that every thread finds units to read or to write, and one more. */
    private int wantedRegions(RegionChoice.Region region, int threads, long regions) {
        long read = Memory.touched(region.shape(), source.units());
        long busy = Math.max(1, Math.min(read, region.units()));
        long wanted = Arithmetic.ceilDiv(threads, busy) + 1;
        return (int) Math.max(1, Math.min(wanted, regions));
    }
}
