package io.rezarr.plan;

import org.jspecify.annotations.Nullable;

/**
 * What was measured of a source before planning. A plan made without it is right, too; one made with it is cheaper.
 *
 * @param partBytes how many decoded bytes of a read unit can be had without decoding the rest of it (a Blosc block, one
 *     byte of an uncompressed chunk); 0 if only whole units decode
 * @param meanEncodedBytes of a stored read unit; negative if not known
 * @param items of variable size; {@code null} if they have none, or are not known
 */
public record Hints(
        long partBytes, long meanEncodedBytes, @Nullable ItemSizes items) {
    public static final Hints NONE = new Hints(0, -1);

    /** Of elements of fixed size. */
    public Hints(long partBytes, long meanEncodedBytes) {
        this(partBytes, meanEncodedBytes, null);
    }

    public Hints {
        if (partBytes < 0) {
            throw new IllegalArgumentException("partBytes is " + partBytes + ", must not be negative");
        }
    }
}
