package io.rezarr.plan;

import io.rezarr.memory.Arithmetic;

/** How work is cut into tasks, on which planner and runner agree: small enough to share out, large enough not to count. */
public final class Tasks {
    /** Units are put together until they are about this many decoded bytes. */
    static final long TASK_BYTES = 1 << 20;

    private static final long MAX_TASK_UNITS = 4096;

    /** Small destination units of a region lie together in arrays of about this size. */
    static final long SLAB_BYTES = 1 << 20;

    private Tasks() {}

    /** The next smaller number of threads worth weighing; 0 after 1. */
    static int fewerThreads(int threads) {
        return threads > 8 ? threads / 2 : threads - 1;
    }

    /**
     * How many units one task takes.
     *
     * @param available units to be shared out
     */
    public static int unitsPerTask(long unitBytes, long available, int threads) {
        long byBytes = Math.max(1, TASK_BYTES / Math.max(1, unitBytes));
        long byThreads = Math.max(1, available / (4L * threads));
        return (int) Math.min(MAX_TASK_UNITS, Math.min(byBytes, byThreads));
    }

    /** The most bytes that the units of one task take encoded. */
    public static long maxTaskBytes(Side side) {
        long units = Math.min(MAX_TASK_UNITS, Math.max(1, TASK_BYTES / Math.max(1, side.workBytes())));
        return Arithmetic.times(units, side.maxEncodedBytes());
    }

    /**
     * How many units lie in one array of a region's buffer.
     *
     * @param regionUnits of the largest region
     */
    public static int unitsPerSlab(long unitBytes, long regionUnits) {
        return (int) Math.max(1, Math.min(regionUnits, SLAB_BYTES / Math.max(1, unitBytes)));
    }
}
