package io.rezarr.plan;

import io.rezarr.memory.Arithmetic;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.Shape;
import java.util.List;

/** Plans that copy stored values whole; codecs and type need not be known. */
public final class ValueCopy {
    /** Values are copied in pieces of at most this many bytes. */
    public static final int PIECE_BYTES = 1 << 20;

    private ValueCopy() {}

    static Plan plan(PlanRequest request, String reason) {
        ArrayMetadata destination = request.destination();
        long[] counts = new io.rezarr.array.UnitGrid(destination.shape(), destination.chunkShape())
                .unitsPerAxis()
                .toArray();
        long values = 1;
        for (long count : counts) {
            values = count == 0 ? 0 : Arithmetic.times(values, count);
        }
        int threads = (int) Math.max(1, Math.min(request.threads(), request.maxBytes() / (2L * PIECE_BYTES)));
        long peak = 2L * PIECE_BYTES * threads;
        if (peak > request.maxBytes()) {
            throw Planner.tooLittleMemory(request, peak, "copying values piece by piece");
        }
        Work work = new Work(values, 0, 0, 0, 0, values, values, 0, 0, 0, 0, Arithmetic.times(2, values));
        Shape region = destination.chunkShape();
        CostModel.Cost cost = new CostModel.Cost(
                values * CostModel.LOCAL.requestSeconds() / threads,
                0,
                0,
                0,
                0,
                values * CostModel.LOCAL.createSeconds() / threads);
        return new Plan(
                request,
                Strategy.PASS_THROUGH,
                Plan.Method.VALUES,
                reason,
                region,
                -1,
                null,
                values,
                1,
                threads,
                2L * PIECE_BYTES,
                0,
                null,
                ItemMemory.NONE,
                work,
                cost,
                peak,
                List.of());
    }
}
