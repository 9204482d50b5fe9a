package io.rezarr.plan;

import io.rezarr.metadata.Shape;

/**
 * What a run takes, in bytes. Every figure is an upper bound; huge ones are {@code Long.MAX_VALUE}.
 *
 * @param source side
 * @param destination side
 */
record Memory(Side source, Side destination) {
    /** What each thread holds: the buffers and codec contexts to decode and encode a unit, and units that wait for their turn in a shard. */
    private long perThread() {
        long bytes = Arithmetic.plus(source.workspaceBytes(), destination.workspaceBytes());
        if (destination.isSharded()) {
            // One task's units that are being collected, one's that wait.
            bytes = Arithmetic.plus(bytes, Arithmetic.times(2, Tasks.maxTaskBytes(destination)));
        }
        return bytes;
    }

    /** What a run takes that many threads for, without regions. An index is held decoded, and encoded while it is read or written. */
    long fixed(int threads) {
        long indexes = Arithmetic.times(threads + 1L, Arithmetic.times(3, destination.indexBytes()));
        return Arithmetic.plus(Arithmetic.times(threads, perThread()), indexes);
    }

    /** A region that is assembled in memory: its units, the marks of what is present, and the indexes of the shards it reads. */
    long assembled(Shape region) {
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
        return Arithmetic.plus(bytes, indexes(region));
    }

    /** The indexes of the source's shards that a region touches, decoded. */
    long indexes(Shape region) {
        if (!source.isSharded()) {
            return 0;
        }
        return Arithmetic.times(touched(region, source.chunks()), Arithmetic.times(2, source.indexBytes()));
    }

    /** How many units of the destination lie in a region. */
    long unitsIn(Shape region) {
        long units = 1;
        for (int axis = 0; axis < region.rank(); axis++) {
            long along = Math.min(
                    region.extent(axis) / destination.unit(axis),
                    destination.units().unitsAlong(axis));
            units = Arithmetic.times(units, Math.max(1, along));
        }
        return units;
    }

    /** How many cells of a grid one region touches at most. */
    static long touched(Shape region, io.rezarr.array.UnitGrid grid) {
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
}
