package io.rezarr.verify;

/**
 * Arithmetic modulo the prime 2^64 - 59. A residue is any {@code long} that is congruent to it as a signed number, so that words of
 * data are residues as they are; {@link #canonical} tells whether two are the same.
 */
final class Residues {
    /** What 2^64 is congruent to. */
    static final int FOLD = 59;

    private Residues() {}

    static long plus(long a, long b) {
        long sum = a + b;
        boolean hasOverflown = ((a ^ sum) & (b ^ sum)) < 0;
        return hasOverflown ? (sum < 0 ? sum + FOLD : sum - FOLD) : sum;
    }

    static long times(long a, long b) {
        return of(Math.multiplyHigh(a, b), a * b);
    }

    /** The residue of {@code high * 2^64 + low}, of which {@code low} is unsigned. */
    static long of(long high, long low) {
        long folded = high * FOLD;
        long folds = Math.multiplyHigh(high, FOLD) + (low >>> 63) + (folded >>> 63);
        return plus(plus(low, folded), folds * FOLD);
    }

    /** The one number from 0 to 2^64 - 60 that is congruent, as an unsigned {@code long}. */
    static long canonical(long residue) {
        return residue < 0 ? residue - FOLD : residue;
    }
}
