package io.rezarr.verify;

/** Powers of the base of the digest, as {@code docs/digest.md} publishes it. */
final class Powers {
    /**
     * The second 64 bits behind the point of pi, the first of them that are a primitive root. That no two changed bytes of an array cancel
     * out was computed for this number: do not change it.
     */
    static final long BASE = 0x13198A2E03707344L;

    private static final int DIGITS = Long.BYTES;
    private static final int VALUES = 1 << Byte.SIZE;

    /** The powers for each digit (of eight bits) of an exponent, by the value of the digit. */
    private static final long[][] BY_DIGIT = byDigit();

    private Powers() {}

    private static long[][] byDigit() {
        long[][] powers = new long[DIGITS][];
        long base = BASE;
        for (int digit = 0; digit < DIGITS; digit++) {
            powers[digit] = first(base, VALUES);
            base = Residues.times(powers[digit][VALUES - 1], base);
        }
        return powers;
    }

    /** The powers of a residue from 0 to {@code count - 1}. */
    static long[] first(long residue, int count) {
        long[] powers = new long[count];
        powers[0] = 1;
        for (int i = 1; i < count; i++) {
            powers[i] = Residues.times(powers[i - 1], residue);
        }
        return powers;
    }

    /** @param exponent not negative */
    static long of(long exponent) {
        long power = 1;
        int digit = 0;
        for (long rest = exponent; rest != 0; rest >>>= Byte.SIZE) {
            power = Residues.times(power, BY_DIGIT[digit++][(int) rest & VALUES - 1]);
        }
        return power;
    }
}
