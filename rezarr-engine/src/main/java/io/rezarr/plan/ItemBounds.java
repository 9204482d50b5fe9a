package io.rezarr.plan;

import io.rezarr.codec.ItemForm;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.DataType;
import io.rezarr.metadata.Shape;
import java.util.function.LongUnaryOperator;
import java.util.function.ToLongBiFunction;

/**
 * How much room the items of a unit get: what was measured of some, times a factor for those that were not looked at. The more
 * memory there is, the larger the factor.
 */
public final class ItemBounds {
    /** Tried in this order, with all threads. */
    static final double[] FACTORS = {8, 4, 2};

    /** With which one thread is better than none. */
    static final double LEAST_FACTOR = 1.25;

    private static final double SPARE_BYTES = 4 << 10;

    private ItemBounds() {}

    static boolean concern(ArrayMetadata metadata) {
        return metadata.dataType().kind() == DataType.Kind.VARIABLE;
    }

    private static ItemSizes sizesOf(PlanRequest request) {
        ItemSizes measured = request.hints().items();
        return measured != null ? measured : ItemSizes.unknown(itemsPerUnit(request.source()));
    }

    private static Shape unitShape(ArrayMetadata metadata) {
        Shape inner = metadata.innerChunkShape();
        return inner == null ? metadata.chunkShape() : inner;
    }

    private static long itemsPerUnit(ArrayMetadata metadata) {
        return unitShape(metadata).elements();
    }

    /** Both sides, with as much room as the memory has. */
    static Sides sides(PlanRequest request, ToLongBiFunction<Sides, Integer> bytesTaken) {
        for (double factor : FACTORS) {
            Sides sides = Sides.of(request, unitMemory(request, factor));
            if (bytesTaken.applyAsLong(sides, request.threads()) <= request.maxBytes()) {
                return sides;
            }
        }
        Sides sides = Sides.of(request, unitMemory(request, FACTORS[FACTORS.length - 1]));
        return bytesTaken.applyAsLong(sides, 1) <= request.maxBytes()
                ? sides
                : Sides.of(request, unitMemory(request, LEAST_FACTOR));
    }

    static ItemMemory unitMemory(PlanRequest request, double factor) {
        ItemSizes sizes = sizesOf(request);
        long read = capped(factor * (sizes.maxUnitBytes() + SPARE_BYTES));
        boolean sameUnits = unitShape(request.source()).equals(unitShape(request.destination()));
        double written =
                factor * (estimate(request, itemsPerUnit(request.destination())) + SPARE_BYTES) + sizes.maxUnitBytes();
        return new ItemMemory(read, sameUnits ? read : capped(written), 0);
    }

    /** What so many items have, on average. */
    static double estimate(PlanRequest request, long items) {
        return sizesOf(request).meanBytes() * (double) items + Integer.BYTES;
    }

    private static long capped(double bytes) {
        return (long) Math.min(bytes, ItemForm.MAX_CHUNK_BYTES);
    }

    /**
     * The room for the items of a unit when an array is only read.
     *
     * @param sizes of its items
     * @param bytesTaken of a thread, by that room
     * @return as much as all threads can have; if not even one can, the least that is worth trying
     */
    public static long scanned(ItemSizes sizes, LongUnaryOperator bytesTaken, long maxBytes, int threads) {
        for (double factor : FACTORS) {
            long room = capped(factor * (sizes.maxUnitBytes() + SPARE_BYTES));
            if (bytesTaken.applyAsLong(room) <= maxBytes / threads) {
                return room;
            }
        }
        long room = capped(FACTORS[FACTORS.length - 1] * (sizes.maxUnitBytes() + SPARE_BYTES));
        return bytesTaken.applyAsLong(room) <= maxBytes
                ? room
                : capped(LEAST_FACTOR * (sizes.maxUnitBytes() + SPARE_BYTES));
    }
}
