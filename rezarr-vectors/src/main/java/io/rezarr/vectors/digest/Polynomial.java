package io.rezarr.vectors.digest;

/**
 * Sums of v(k)·r^k modulo the prime 2^61 - 1 for a fixed r: what a sequence of hashes comes down to, so that parts of it can be summed up alone and put
 * together by where they begin.
 */
final class Polynomial {
    static final long PRIME = (1L << 61) - 1;
    private static final long RADIX = 0x0b7e151628aed2a6L % PRIME;

    private Polynomial() {}

    /** A hash as a number below the prime. */
    static long reduce(long hash) {
        long folded = (hash & PRIME) + (hash >>> 61);
        return folded >= PRIME ? folded - PRIME : folded;
    }

    static long add(long a, long b) {
        long sum = a + b;
        return sum >= PRIME ? sum - PRIME : sum;
    }

    static long times(long a, long b) {
        long high = Math.multiplyHigh(a, b);
        long low = a * b;
        return reduceSum((low & PRIME) + (low >>> 61 | high << 3));
    }

    private static long reduceSum(long sum) {
        long folded = (sum & PRIME) + (sum >>> 61);
        return folded >= PRIME ? folded - PRIME : folded;
    }

    /** The next power of r. */
    static long next(long power) {
        return times(power, RADIX);
    }

    /** r to an exponent that is not negative. */
    static long power(long exponent) {
        long result = 1;
        long square = RADIX;
        for (long rest = exponent; rest > 0; rest >>= 1) {
            if ((rest & 1) != 0) {
                result = times(result, square);
            }
            square = times(square, square);
        }
        return result;
    }
}
