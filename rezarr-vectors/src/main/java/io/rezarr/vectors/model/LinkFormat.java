package io.rezarr.vectors.model;

import io.rezarr.json.JsonObject;

/**
 * What the links of one family have in common.
 *
 * @param delta from the level of the first end to that of the others; 0 for links within a level
 * @param width how many ends a link has
 * @param directed whether the order of the ends means a direction that readers must keep
 * @param policy how often a link that touches several chunks is stored
 * @param declaredLinks how many links its metadata say there are; -1 if they do not
 * @param declaredRecords likewise, counting every copy
 * @param attributes all members of the metadata, to be carried over
 */
public record LinkFormat(
        int delta,
        int width,
        boolean directed,
        StorePolicy policy,
        long declaredLinks,
        long declaredRecords,
        JsonObject attributes) {
    /** How often a link is stored. */
    public enum StorePolicy {
        /** Once. */
        CANONICAL,
        /** Once in each chunk that it touches. */
        DUPLICATE
    }

    /** A delta as the names of groups have it: {@code 0}, {@code +1}, {@code -2}. */
    public static String nameOf(int delta) {
        return delta > 0 ? "+" + delta : Integer.toString(delta);
    }
}
