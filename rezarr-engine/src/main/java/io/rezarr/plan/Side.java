package io.rezarr.plan;

import io.rezarr.array.UnitGrid;
import io.rezarr.array.UnitMemory;
import io.rezarr.codec.CodecChain;
import io.rezarr.codec.ShardingCodec;
import io.rezarr.memory.Arithmetic;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What planning and running need to know of one side of a rechunk. Immutable.
 *
 * @param chunks the grid of what is stored under a key: chunks or shards
 * @param units the grid of what is encoded alone: chunks or inner chunks
 * @param unitBytes of a decoded unit; of items of variable size, of their slots
 * @param maxItemBytes that the items of a unit may have together, if they are of variable size; else 0
 * @param maxEncodedBytes of a unit, as the codecs bound it
 * @param memory that the work on one unit takes
 * @param indexBytes of a shard's index; 0 if not sharded
 * @param positionOrder the axes from the slowest to the fastest, in the order in which a shard's inner chunks stand
 * @param memoryOrder the axes from the slowest to the fastest, as the elements of a decoded unit lie
 */
public record Side(
        UnitGrid chunks,
        UnitGrid units,
        long unitBytes,
        long maxItemBytes,
        long maxEncodedBytes,
        UnitMemory memory,
        long indexBytes,
        List<Integer> positionOrder,
        List<Integer> memoryOrder) {
    /** What a Java array can hold, with some room for its buffer to be rounded up. */
    static final long MAX_UNIT_BYTES = Integer.MAX_VALUE - (1 << 16);

    public Side {
        positionOrder = List.copyOf(positionOrder);
        memoryOrder = List.copyOf(memoryOrder);
    }

    /** The side of an array that is read or written through that chain. */
    public static Side of(ArrayMetadata metadata, CodecChain chain) {
        Shape array = metadata.shape();
        UnitGrid chunks = new UnitGrid(array, metadata.chunkShape());
        ShardingCodec sharding = chain.hasReadableInnerChunks() ? chain.sharding() : null;
        if (sharding == null) {
            return new Side(
                    chunks,
                    chunks,
                    chain.decodedBytes(),
                    chain.maxItemBytes(),
                    chain.maxEncodedBytes(),
                    UnitMemory.of(chain),
                    0,
                    cOrder(array.rank()),
                    chain.layout().axisOrder());
        }
        CodecChain inner = sharding.inner();
        return new Side(
                chunks,
                new UnitGrid(array, sharding.innerShape()),
                inner.decodedBytes(),
                inner.maxItemBytes(),
                inner.maxEncodedBytes(),
                UnitMemory.of(chain),
                sharding.indexBytes(),
                positionOrder(sharding),
                inner.layout().axisOrder());
    }

    static List<Integer> cOrder(int rank) {
        List<Integer> order = new ArrayList<>(rank);
        for (int axis = 0; axis < rank; axis++) {
            order.add(axis);
        }
        return order;
    }

    /** An axis along which the position grows by more is a slower one; axes with one inner chunk do not matter. */
    private static List<Integer> positionOrder(ShardingCodec sharding) {
        Shape counts = sharding.innerChunksPerShard();
        int[] steps = new int[counts.rank()];
        for (int axis = 0; axis < steps.length; axis++) {
            if (counts.extent(axis) > 1) {
                long[] second = new long[steps.length];
                second[axis] = 1;
                steps[axis] = sharding.position(second);
            }
        }
        List<Integer> order = cOrder(steps.length);
        order.sort(Comparator.comparingInt((Integer axis) -> steps[axis]).reversed());
        return order;
    }

    /** What work on a unit is measured by. */
    public long workBytes() {
        return Math.max(unitBytes, maxItemBytes);
    }

    public boolean isSharded() {
        return indexBytes > 0;
    }

    public int rank() {
        return units.arrayShape().rank();
    }

    long extent(int axis) {
        return units.arrayShape().extent(axis);
    }

    long unit(int axis) {
        return units.unitShape().extent(axis);
    }

    /** How many units lie along each axis of a chunk. */
    public long[] unitsPerChunk() {
        long[] factors = new long[rank()];
        for (int axis = 0; axis < factors.length; axis++) {
            factors[axis] = chunks.unitShape().extent(axis) / unit(axis);
        }
        return factors;
    }

    /**
     * Requests for so many reads: one each, and two for a shard's size and index, once for each region that touches it.
     *
     * @param region in elements
     */
    long requests(long reads, Shape region) {
        if (!isSharded()) {
            return reads;
        }
        long opens = 1;
        for (int axis = 0; axis < rank(); axis++) {
            long touches = Touches.along(extent(axis), chunks.unitShape().extent(axis), region.extent(axis));
            opens = touches == 0 ? 0 : Arithmetic.times(opens, touches);
        }
        return Arithmetic.plus(reads, Arithmetic.times(2, opens));
    }

    /** All units, numbered in C order. */
    public IndexBox allUnits() {
        return IndexBox.inCOrder(new long[rank()], units.unitsPerAxis().toArray());
    }

    /** The size of an element. */
    long elementBytes() {
        return unitBytes / Math.max(1, units.unitShape().elements());
    }

    /** How many units there are in all. */
    long unitCount() {
        return count(units);
    }

    long chunkCount() {
        return count(chunks);
    }

    private static long count(UnitGrid grid) {
        long count = 1;
        for (int axis = 0; axis < grid.arrayShape().rank(); axis++) {
            long along = grid.unitsAlong(axis);
            count = along == 0 ? 0 : Arithmetic.times(count, along);
        }
        return count;
    }
}
