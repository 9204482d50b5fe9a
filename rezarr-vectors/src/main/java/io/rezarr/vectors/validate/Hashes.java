package io.rezarr.vectors.validate;

/** Numbers mixed so that sums of them tell multisets apart: equal sums of 64 bits mean equal multisets but for accidents of 2^-64. */
final class Hashes {
    private Hashes() {}

    /** Takes one number into a hash. */
    static long mix(long hash, long value) {
        long x = (hash ^ value) * 0xff51afd7ed558ccdL;
        x ^= x >>> 33;
        x *= 0xc4ceb9fe1a85ec53L;
        return x ^ x >>> 29;
    }
}
