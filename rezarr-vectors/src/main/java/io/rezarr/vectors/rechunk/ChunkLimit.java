package io.rezarr.vectors.rechunk;

import io.rezarr.rechunk.ByteSize;

/**
 * How full the fullest chunk of a store may be.
 *
 * @param unit what is counted
 * @param most at least 1
 */
public record ChunkLimit(Unit unit, long most) {
    /** What is taken where nothing else is said. */
    public static final ChunkLimit USUAL = new ChunkLimit(Unit.BYTES, 16L << 20);

    /** What is counted. */
    public enum Unit {
        /** Bytes of positions, of vertex attributes, of the ends of links within the level, of the index of bins. */
        BYTES,
        /** Links within the level; of a skeleton the vertices, which have a parent each. */
        LINKS
    }

    public ChunkLimit {
        if (most < 1) {
            throw new IllegalArgumentException("most is " + most + ", must be at least 1");
        }
    }

    /** An amount in this unit, for the user: sizes rounded, unless that would make them look like the limit. */
    String text(long amount) {
        if (unit == Unit.LINKS) {
            return amount + " links";
        }
        String rounded = ByteSize.text(amount);
        boolean looksLikeIt = amount != most && rounded.equals(ByteSize.text(most));
        return looksLikeIt ? amount + " B" : rounded;
    }
}
