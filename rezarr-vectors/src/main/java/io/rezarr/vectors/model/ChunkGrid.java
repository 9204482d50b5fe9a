package io.rezarr.vectors.model;

/**
 * Where a position belongs: its chunk, and its bin in that chunk. Both grids begin at 0, whatever the bounds are.
 *
 * <p>The chunk is {@code floor((double) p / (double) chunk)}. The bin is {@code floor(p / bin)} clamped into the bins of that chunk, so that
 * rounding on grids such as 0.1 never puts a bin outside its chunk.
 */
public final class ChunkGrid {
    /** Coordinates of chunks are told apart from 0 to here, and as far below: doubles have a number for each of their halves. */
    public static final long MAX_COORDINATE = 1L << 52;

    private static final double DIVIDES = 1e-9;

    private final double[] chunk;
    private final double[] bin;
    private final long[] binsAlong;

    private ChunkGrid(double[] chunk, double[] bin, long... binsAlong) {
        this.chunk = chunk;
        this.bin = bin;
        this.binsAlong = binsAlong;
    }

    /** @throws IllegalArgumentException if they differ in dimensions, or one is not positive */
    public static ChunkGrid of(WorldVector chunkShape, WorldVector binShape) {
        if (chunkShape.dimensions() != binShape.dimensions() || !chunkShape.isPositive() || !binShape.isPositive()) {
            throw new IllegalArgumentException("chunks of " + chunkShape + " in bins of " + binShape);
        }
        long[] binsAlong = new long[chunkShape.dimensions()];
        for (int axis = 0; axis < binsAlong.length; axis++) {
            binsAlong[axis] = Math.max(1, Math.round(chunkShape.component(axis) / binShape.component(axis)));
        }
        return new ChunkGrid(chunkShape.toArray(), binShape.toArray(), binsAlong);
    }

    /** Whether {@code whole} is a positive whole multiple of {@code part}, as far as doubles can tell. */
    public static boolean divides(double part, double whole) {
        double ratio = whole / part;
        return ratio >= 1 - DIVIDES && Math.abs(ratio - Math.rint(ratio)) <= DIVIDES * Math.max(1, ratio);
    }

    /** Likewise along every axis. */
    public static boolean divides(WorldVector part, WorldVector whole) {
        for (int axis = 0; axis < whole.dimensions(); axis++) {
            if (part.dimensions() != whole.dimensions() || !divides(part.component(axis), whole.component(axis))) {
                return false;
            }
        }
        return true;
    }

    public int dimensions() {
        return chunk.length;
    }

    /** How many bins a chunk has. */
    public long binsPerChunk() {
        long bins = 1;
        for (long along : binsAlong) {
            bins = Math.multiplyExact(bins, along);
        }
        return bins;
    }

    /** The coordinate of the chunk along an axis. NaN gives 0, infinities the ends of the range of a long. */
    public long chunkOf(double position, int axis) {
        return (long) Math.floor(position / chunk[axis]);
    }

    /**
     * Goes on with the numbers of some positions in a box of chunks, in C order, by one more axis: each becomes {@code number * extent + chunk - lower}.
     *
     * @param positions along the axis, all of them in the box
     */
    public void appendChunks(
            double[] positions, int count, int axis, long lower, long extent, int[] numbers, int from) {
        double side = chunk[axis];
        double first = lower;
        int along = (int) extent;
        for (int i = 0; i < count; i++) {
            numbers[from + i] = numbers[from + i] * along + (int) (Math.floor(positions[i] / side) - first);
        }
    }

    /** Likewise the numbers of bins in one chunk, of positions that may lie outside of it; as {@link #binOf}. */
    public void appendBins(double[] positions, int count, int axis, long chunkCoordinate, int[] numbers, int from) {
        double side = bin[axis];
        double first = (double) chunkCoordinate * (double) binsAlong[axis];
        double last = binsAlong[axis] - 1;
        int along = (int) binsAlong[axis];
        for (int i = 0; i < count; i++) {
            double inChunk = Math.floor(positions[i] / side) - first;
            numbers[from + i] = numbers[from + i] * along + (int) Math.max(0, Math.min(last, inChunk));
        }
    }

    /** The bin along an axis, from 0, in a chunk of that coordinate. */
    public long binOf(double position, int axis, long chunkCoordinate) {
        double first = (double) chunkCoordinate * (double) binsAlong[axis];
        double inChunk = Math.floor(position / bin[axis]) - first;
        return (long) Math.max(0, Math.min((double) (binsAlong[axis] - 1), inChunk));
    }

    public long binsAlong(int axis) {
        return binsAlong[axis];
    }
}
