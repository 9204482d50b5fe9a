package io.rezarr.plan;

import io.rezarr.array.UnitGrid;
import io.rezarr.memory.Arithmetic;

/** What it takes to know which chunks are there. */
public final class Presence {
    /** A listing of more chunks is not held. */
    private static final long MAX_LISTING_BYTES = 16 << 20;

    /** Fewer chunks are asked for one by one. */
    private static final long MIN_CHUNKS = 256;

    private Presence() {}

    /** Bytes of a bit for each chunk; 0 if they are so few or so many that a listing is not made. */
    public static long listingBytes(UnitGrid chunks) {
        long count = 1;
        for (int axis = 0; axis < chunks.rank(); axis++) {
            count = Arithmetic.times(count, chunks.unitsAlong(axis));
        }
        long bytes = count / 8 + 64;
        return count < MIN_CHUNKS || bytes > MAX_LISTING_BYTES ? 0 : bytes;
    }
}
