package io.rezarr.vectors.rechunk;

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
}
