package io.rezarr.vectors.layout.v09;

import io.rezarr.error.MalformedDataException;

/**
 * The order in which the ends of a link were given, as the Lehmer code that is stored in front of its sorted ends: {@code given[sigma[i]] =
 * stored[i]}.
 */
final class Permutations {
    private static final int MAX_WIDTH = 20; // 20! is the last factorial below 2^63

    private Permutations() {}

    /** How many there are of that many ends. */
    static long count(int width) {
        if (width > MAX_WIDTH) {
            throw new MalformedDataException(
                    "link width", 0, "expected at most " + MAX_WIDTH + " ends, found " + width);
        }
        long count = 1;
        for (int i = 2; i <= width; i++) {
            count *= i;
        }
        return count;
    }

    /**
     * Decodes a code into {@code sigma}.
     *
     * @param count as {@link #count} gives it for {@code sigma.length}
     * @return false if the code is out of range
     */
    static boolean decode(long code, long count, int[] sigma) {
        if (code < 0 || code >= count) {
            return false;
        }
        int width = sigma.length;
        long rest = code;
        long weight = count;
        long used = 0;
        for (int i = 0; i < width; i++) {
            weight /= width - i;
            int digit = (int) (rest / weight);
            rest %= weight;
            int value = unused(used, digit);
            used |= 1L << value;
            sigma[i] = value;
        }
        return true;
    }

    /** The value that is number {@code digit} among those not used yet. */
    private static int unused(long used, int digit) {
        int value = 0;
        for (int left = digit; ; value++) {
            if ((used >> value & 1) == 0 && left-- == 0) {
                return value;
            }
        }
    }

    /** The code of {@code sigma}, from index {@code from} on; the inverse of {@link #decode}. */
    static long encode(int[] sigma, int from, int width) {
        long code = 0;
        long used = 0;
        for (int i = 0; i < width; i++) {
            int value = sigma[from + i];
            long smaller = (1L << value) - 1;
            int digit = value - Long.bitCount(used & smaller);
            code = code * (width - i) + digit;
            used |= 1L << value;
        }
        return code;
    }
}
