package io.rezarr.plan;

import io.rezarr.memory.Arithmetic;
import io.rezarr.metadata.Shape;
import java.util.List;

/** Plans in which each unit of the source becomes one of the destination, moved or recoded. Regions only group them. */
final class Streaming {
    /** Units of a region where no shard says how many. */
    private static final long UNITS_PER_REGION = 1 << 16;

    private final PlanRequest request;
    private final Sides sides;
    private final Side source;
    private final Side destination;

    Streaming(PlanRequest request, Sides sides) {
        this.request = request;
        this.sides = sides;
        this.source = sides.source();
        this.destination = sides.destination();
    }

    /** What it takes. */
    static long bytesTaken(Sides sides, int threads) {
        Memory memory = new Memory(sides.source(), sides.destination());
        return Arithmetic.plus(
                fixed(memory, threads), memory.indexes(regionShape(sides.source(), sides.destination())));
    }

    Plan plan(Strategy strategy, Plan.Method method, String reason) {
        Shape region = regionShape(source, destination);
        Memory memory = new Memory(source, destination);
        long perRegion = memory.indexes(region);
        int threads = request.threads();
        while (threads > 1 && Arithmetic.plus(fixed(memory, threads), perRegion) > request.maxBytes()) {
            threads--;
        }
        long least = Arithmetic.plus(fixed(memory, threads), perRegion);
        if (least > request.maxBytes()) {
            throw Planner.tooLittleMemory(
                    request, least, "a chunk of shape " + destination.units().unitShape() + " with its codecs");
        }
        long regions = new RegionGrid(destination, region, -1).regions();
        int concurrent = 1;
        while (concurrent < Math.min(threads + 1, regions)
                && Arithmetic.plus(fixed(memory, threads), Arithmetic.times(concurrent + 1L, perRegion))
                        <= request.maxBytes()) {
            concurrent++;
        }
        long peak = Arithmetic.plus(fixed(memory, threads), Arithmetic.times(concurrent, perRegion));
        Work work = work(strategy);
        return new Plan(
                request,
                strategy,
                method,
                reason,
                region,
                -1,
                null,
                regions,
                concurrent,
                threads,
                memory.streamingThread(),
                0,
                null,
                new ItemMemory(source.maxItemBytes(), destination.maxItemBytes(), 0),
                work,
                sides.costOf(work, threads),
                peak,
                List.of());
    }

    private static long fixed(Memory memory, int threads) {
        return Arithmetic.plus(Arithmetic.times(threads, memory.streamingThread()), memory.shared(threads));
    }

    private Work work(Strategy strategy) {
        long units = destination.unitCount();
        long unitBytes = ItemBounds.concern(request.source())
                ? (long) ItemBounds.estimate(
                        request, destination.units().unitShape().elements())
                : destination.unitBytes();
        long bytes = Arithmetic.times(units, unitBytes);
        long mean = request.hints().meanEncodedBytes();
        long encoded = mean >= 0 ? Arithmetic.times(units, mean) : bytes;
        boolean isMoved = strategy == Strategy.PASS_THROUGH;
        return new Work(
                units,
                0,
                isMoved ? 0 : units,
                isMoved ? 0 : units,
                0,
                isMoved ? units : 0,
                destination.chunkCount(),
                encoded,
                isMoved ? 0 : bytes,
                isMoved ? encoded : bytes,
                0,
                source.requests(units, regionShape(source, destination)));
    }

    private static Shape regionShape(Side source, Side destination) {
        if (destination.isSharded()) {
            return destination.chunks().unitShape();
        }
        if (source.isSharded()) {
            return source.chunks().unitShape();
        }
        long[] shape = destination.units().unitShape().toArray();
        long units = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            long along = Math.max(1, Math.min(destination.units().unitsAlong(axis), UNITS_PER_REGION / units));
            shape[axis] = Arithmetic.times(shape[axis], along);
            units *= along;
        }
        return Shape.of(shape);
    }
}
