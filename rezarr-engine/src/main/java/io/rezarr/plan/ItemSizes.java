package io.rezarr.plan;

/**
 * How large the items of an array of variable size are, as far as a few of its units tell.
 *
 * @param meanBytes of an item and its length
 * @param maxUnitBytes of all items of the largest unit, and their lengths
 */
public record ItemSizes(double meanBytes, long maxUnitBytes) {
    /** What is assumed where no unit could be looked at. */
    private static final double UNKNOWN_BYTES = 32;

    /** Of an array none of whose units was found. */
    public static ItemSizes unknown(long itemsPerUnit) {
        return new ItemSizes(UNKNOWN_BYTES, (long) (UNKNOWN_BYTES * itemsPerUnit) + Integer.BYTES);
    }

    /** At least as large as both. */
    public ItemSizes or(ItemSizes other) {
        return new ItemSizes(Math.max(meanBytes, other.meanBytes), Math.max(maxUnitBytes, other.maxUnitBytes));
    }
}
