package io.rezarr.vectors.model;

import io.rezarr.error.UnsupportedFeatureException;

/** Sizes that metadata declare, checked before anything is done with them. */
public final class Sizes {
    private Sizes() {}

    /**
     * A number that must be one of an int.
     *
     * @param what of the things that are counted, in the plural
     * @throws UnsupportedFeatureException if it is not; the message names the path
     */
    public static int count(long number, String what, String path) {
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw new UnsupportedFeatureException("'" + path + "' has " + number + " " + what + ", more than the "
                    + Integer.MAX_VALUE + " that rezarr counts.");
        }
        return (int) number;
    }

    /** The product of numbers that are not negative; likewise if it exceeds 2^63 - 1. */
    public static long product(long a, long b, String path) {
        try {
            return Math.multiplyExact(a, b);
        } catch (ArithmeticException e) {
            throw new UnsupportedFeatureException(
                    "'" + path + "' declares a size of " + a + " x " + b + ", which is 2^63 or more.", e);
        }
    }
}
