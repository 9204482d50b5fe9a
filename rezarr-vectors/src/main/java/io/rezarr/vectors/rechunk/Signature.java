package io.rezarr.vectors.rechunk;

/** 64-bit hashes of lists of numbers, which tell lists apart but for accidents of 2^-64. */
final class Signature {
    private Signature() {}

    /** Takes one number into a hash: a bijection of either, given the other. */
    static long mix(long hash, long value) {
        long x = (hash + 0x9e3779b97f4a7c15L ^ value) * 0xbf58476d1ce4e5b9L;
        x ^= x >>> 32;
        x *= 0x94d049bb133111ebL;
        return x ^ x >>> 29;
    }
}
