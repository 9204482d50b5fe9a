package io.rezarr.plan;

import io.rezarr.array.UnitGrid;
import io.rezarr.memory.Arithmetic;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.Shape;

/**
 * What a run takes, in bytes. Every figure is an upper bound; huge ones are {@code Long.MAX_VALUE}.
 *
 * @param source side
 * @param destination side
 * @param itemBytes of an item of variable size, on average; 0 if elements have a fixed size
 */
record Memory(Side source, Side destination, double itemBytes) {
    /** More shards than this are not written side by side: each holds a file open. */
    static final long MAX_OPEN_SHARDS = 64;

    /** A digest copies so many bytes at a time. */
    private static final long DIGEST_COPY_BYTES = 64 << 10;

    /** What a store gathers of a value that is written in small pieces. */
    private static final long WRITER_BYTES = 64 << 10;

    Memory(Side source, Side destination) {
        this(source, destination, 0);
    }

    /** What a thread's workspace holds that decodes units, and encodes others or compares with them. */
    long assemblingThread() {
        long buffers = Math.max(
                source.memory().readingBytes(),
                Math.max(
                        destination.memory().writingBytes(),
                        destination.memory().readingBytes()));
        return Arithmetic.plus(buffers, contexts());
    }

    /** What a thread's workspace holds that decodes a unit, pads it if need be, and encodes it, or moves it. */
    long streamingThread() {
        long buffers = Arithmetic.plus(source.memory().readingBytes(), Workspace.sizeFor(destination.unitBytes()));
        return Arithmetic.plus(Arithmetic.plus(buffers, destination.memory().writingBytes()), contexts());
    }

    /** What a thread's workspace holds that cuts units, later reads frames of scratch files, and encodes units. */
    long shufflingThread(long frameBytes) {
        long buffers = Math.max(
                source.memory().readingBytes(),
                Math.max(frameBytes, destination.memory().writingBytes()));
        return Arithmetic.plus(buffers, contexts());
    }

    /** What a digest of the elements borrows that are read, where they are not in its order. */
    private long digesting() {
        long elementBytes =
                source.unitBytes() / Math.max(1, source.units().unitShape().elements());
        return Workspace.sizeFor(Math.max(DIGEST_COPY_BYTES, elementBytes));
    }

    private long contexts() {
        long contexts = Arithmetic.plus(
                source.memory().contextBytes(), destination.memory().contextBytes());
        return Arithmetic.plus(contexts, digesting());
    }

    /** What a run takes that many threads for, beside their workspaces and regions. An index is held decoded, and encoded while it is read or written. */
    long shared(int threads) {
        long bytes = Arithmetic.times(threads + 1L, Arithmetic.times(3, destination.indexBytes()));
        if (destination.isSharded()) {
            // Of each thread, one task's units that are being collected, one's that wait.
            bytes = Arithmetic.plus(bytes, Arithmetic.times(2L * threads, Tasks.maxTaskBytes(destination)));
        }
        return Arithmetic.plus(bytes, Presence.listingBytes(source.chunks()));
    }

    /** A region that is assembled in memory: what it holds of fixed size, and about as much as its items of variable size have. */
    long assembled(Shape region) {
        return itemBytes == 0 ? slots(region) : Arithmetic.plus(slots(region), itemBytes(region));
    }

    /** About as much as the items of a region have. */
    long itemBytes(Shape region) {
        double items =
                unitsIn(region) * (double) destination.units().unitShape().elements();
        return (long) Math.min(items * itemBytes, 0x1p61);
    }

    /** A region's units, the marks of what is present, and the indexes of the shards it reads and writes. */
    long slots(Shape region) {
        long units = unitsIn(region);
        long perSlab = Tasks.unitsPerSlab(destination.unitBytes(), units);
        long slabs = Arithmetic.ceilDiv(units, perSlab);
        long bytes = Arithmetic.times(slabs, Arithmetic.times(perSlab, destination.unitBytes()));
        long marks = Arithmetic.plus(units, touched(region, source.units()));
        if (marks > Side.MAX_UNIT_BYTES) {
            // Marks are kept in one array.
            return Long.MAX_VALUE;
        }
        bytes = Arithmetic.plus(bytes, marks);
        bytes = Arithmetic.plus(bytes, openShards(region));
        return Arithmetic.plus(bytes, indexes(region));
    }

    /** The indexes of the source's shards that a region touches, decoded. */
    long indexes(Shape region) {
        if (!source.isSharded()) {
            return 0;
        }
        return Arithmetic.times(touched(region, source.chunks()), Arithmetic.times(2, source.indexBytes()));
    }

    /** Shards that stay open from region to region, since each writes a part of them. */
    private long openShards(Shape region) {
        if (!destination.isSharded() || !isPartOfShards(region)) {
            return 0;
        }
        long each = Arithmetic.plus(WRITER_BYTES, Arithmetic.times(3, destination.indexBytes()));
        return Arithmetic.times(shardsTouched(region), each);
    }

    long shardsTouched(Shape region) {
        return touched(region, destination.chunks());
    }

    boolean isPartOfShards(Shape region) {
        for (int axis = 0; axis < region.rank(); axis++) {
            long shard = destination.chunks().unitShape().extent(axis);
            if (region.extent(axis) < shard && region.extent(axis) < destination.extent(axis)) {
                return true;
            }
        }
        return false;
    }

    /** How many units of the destination lie in a region. */
    long unitsIn(Shape region) {
        long units = 1;
        for (int axis = 0; axis < region.rank(); axis++) {
            units = Arithmetic.times(units, unitsAlong(region.extent(axis), axis));
        }
        return units;
    }

    long unitsAlong(long regionExtent, int axis) {
        long along = Math.min(
                regionExtent / destination.unit(axis), destination.units().unitsAlong(axis));
        return Math.max(1, along);
    }

    /** How many cells of a grid one region touches at most. */
    static long touched(Shape region, UnitGrid grid) {
        long cells = 1;
        for (int axis = 0; axis < region.rank(); axis++) {
            long cell = grid.unitShape().extent(axis);
            long extent = region.extent(axis);
            long along = extent % cell == 0 || cell % extent == 0
                    ? Arithmetic.ceilDiv(extent, cell)
                    : Arithmetic.ceilDiv(extent - 1, cell) + 1;
            cells = Arithmetic.times(cells, Math.max(1, Math.min(along, grid.unitsAlong(axis))));
        }
        return cells;
    }

    /** What cutting the source into pieces takes, beside workspaces and the shuffle's buffers. */
    long cutting(int threads) {
        long indexes = Arithmetic.times(threads + 1L, Arithmetic.times(3, source.indexBytes()));
        return Arithmetic.plus(indexes, Presence.listingBytes(source.chunks()));
    }
}
