package io.rezarr.metadata;

import org.jspecify.annotations.Nullable;

/**
 * Floats of at most 8 bits, each in a byte of its own: sign, exponent, mantissa from the highest bit that counts.
 *
 * @param bias of the exponent
 * @see <a href="https://github.com/jax-ml/ml_dtypes#specifications-of-implemented-floating-point-formats">ml_dtypes, formats</a>
 */
record SmallFloat(int signBits, int exponentBits, int mantissaBits, int bias, Specials specials) {
    private enum Specials {
        /** Of the highest exponent, as IEEE 754 has it: infinities and NaNs. */
        IEEE,
        /** No infinity; NaN is all ones, but for the sign. */
        ONES_ARE_NAN,
        /** No infinity, no negative zero: its bits are NaN. */
        MINUS_ZERO_IS_NAN,
        NONE
    }

    /** {@code null} if the type is none of them. */
    static @Nullable SmallFloat of(String typeName) {
        return switch (typeName) {
            case "float8_e3m4" -> new SmallFloat(1, 3, 4, 3, Specials.IEEE);
            case "float8_e4m3" -> new SmallFloat(1, 4, 3, 7, Specials.IEEE);
            case "float8_e5m2" -> new SmallFloat(1, 5, 2, 15, Specials.IEEE);
            case "float8_e4m3fn" -> new SmallFloat(1, 4, 3, 7, Specials.ONES_ARE_NAN);
            case "float8_e4m3fnuz" -> new SmallFloat(1, 4, 3, 8, Specials.MINUS_ZERO_IS_NAN);
            case "float8_e4m3b11fnuz" -> new SmallFloat(1, 4, 3, 11, Specials.MINUS_ZERO_IS_NAN);
            case "float8_e5m2fnuz" -> new SmallFloat(1, 5, 2, 16, Specials.MINUS_ZERO_IS_NAN);
            case "float8_e8m0fnu" -> new SmallFloat(0, 8, 0, 127, Specials.ONES_ARE_NAN);
            case "float4_e2m1fn" -> new SmallFloat(1, 2, 1, 1, Specials.NONE);
            case "float6_e2m3fn" -> new SmallFloat(1, 2, 3, 1, Specials.NONE);
            case "float6_e3m2fn" -> new SmallFloat(1, 3, 2, 3, Specials.NONE);
            default -> null;
        };
    }

    /** The bits of "NaN"; -1 if there is none. */
    int nan() {
        int magnitude = (1 << (exponentBits + mantissaBits)) - 1;
        return switch (specials) {
            case IEEE -> infinity() | 1 << (mantissaBits - 1);
            case ONES_ARE_NAN -> magnitude;
            case MINUS_ZERO_IS_NAN -> magnitude + 1;
            case NONE -> -1;
        };
    }

    /** The bits of positive infinity; -1 if there is none. */
    int infinity() {
        return specials == Specials.IEEE ? ((1 << exponentBits) - 1) << mantissaBits : -1;
    }

    int negative(int bits) {
        return bits < 0 ? bits : bits | 1 << (exponentBits + mantissaBits);
    }

    /** The bits of exactly that number; -1 if there are none. */
    int bitsOf(double value) {
        for (int bits = 0; bits < 1 << (signBits + exponentBits + mantissaBits); bits++) {
            if (Double.compare(valueOf(bits), value) == 0) {
                return bits;
            }
        }
        return -1;
    }

    private double valueOf(int bits) {
        int mantissa = bits & (1 << mantissaBits) - 1;
        int exponent = bits >> mantissaBits & (1 << exponentBits) - 1;
        boolean isNegative = (bits >> (exponentBits + mantissaBits) & 1) == 1;
        boolean isHighest = exponent == (1 << exponentBits) - 1;
        int magnitude = exponent << mantissaBits | mantissa;
        boolean isSpecial = switch (specials) {
            case IEEE -> isHighest;
            case ONES_ARE_NAN -> magnitude == (1 << (exponentBits + mantissaBits)) - 1;
            case MINUS_ZERO_IS_NAN -> isNegative && magnitude == 0;
            case NONE -> false;
        };
        if (isSpecial) {
            return Double.NaN;
        }
        boolean isSubnormal = exponent == 0 && signBits == 1;
        double significand = isSubnormal ? mantissa : (1 << mantissaBits) + mantissa;
        double value = Math.scalb(significand, (isSubnormal ? 1 : exponent) - bias - mantissaBits);
        return isNegative ? -value : value;
    }
}
