package io.rezarr.memory;

/** Arithmetic on sizes and counts that may be huge: results that do not fit are {@code Long.MAX_VALUE}. Operands are not negative. */
public final class Arithmetic {
    private Arithmetic() {}

    public static long times(long a, long b) {
        boolean fits = Math.multiplyHigh(a, b) == 0 && a * b >= 0;
        return fits ? a * b : Long.MAX_VALUE;
    }

    public static long plus(long a, long b) {
        return a + b < 0 ? Long.MAX_VALUE : a + b;
    }

    public static long ceilDiv(long a, long b) {
        return -Math.floorDiv(-a, b);
    }

    public static long leastCommonMultiple(long a, long b) {
        return times(a / greatestCommonDivisor(a, b), b);
    }

    private static long greatestCommonDivisor(long a, long b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }
}
