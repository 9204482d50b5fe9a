package io.rezarr.metadata;

import org.jspecify.annotations.Nullable;

/** Binary floating-point formats, as bits in the low bytes of a long. Numbers are rounded to nearest, ties to even. */
public enum FloatFormat {
    FLOAT16(2, 0x7C00, 0x7E00) {
        @Override
        public long bitsOf(double value) {
            return halfBits(value);
        }

        @Override
        public double valueOf(long bits) {
            int exponent = (int) (bits >> 10) & 0x1F;
            int mantissa = (int) bits & 0x3FF;
            double magnitude = exponent == 0x1F
                    ? (mantissa == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
                    : exponent == 0 ? Math.scalb((double) mantissa, -24) : Math.scalb(1024.0 + mantissa, exponent - 25);
            return (bits & 0x8000) == 0 ? magnitude : -magnitude;
        }
    },
    BFLOAT16(2, 0x7F80, 0x7FC0) {
        @Override
        public long bitsOf(double value) {
            int bits = Float.floatToRawIntBits((float) value);
            return ((bits + 0x7FFFL + ((bits >>> 16) & 1)) >>> 16) & 0xFFFF;
        }

        @Override
        public double valueOf(long bits) {
            return Float.intBitsToFloat((int) bits << 16);
        }
    },
    FLOAT32(4, 0x7F80_0000L, 0x7FC0_0000L) {
        @Override
        public long bitsOf(double value) {
            return Float.floatToRawIntBits((float) value) & 0xFFFF_FFFFL;
        }

        @Override
        public double valueOf(long bits) {
            return Float.intBitsToFloat((int) bits);
        }
    },
    FLOAT64(8, 0x7FF0_0000_0000_0000L, 0x7FF8_0000_0000_0000L) {
        @Override
        public long bitsOf(double value) {
            return Double.doubleToRawLongBits(value);
        }

        @Override
        public double valueOf(long bits) {
            return Double.longBitsToDouble(bits);
        }
    };

    final int bytes;
    /** Of positive infinity. */
    final long infinity;
    /** What "NaN" means in metadata. */
    final long canonicalNan;

    FloatFormat(int bytes, long infinity, long canonicalNan) {
        this.bytes = bytes;
        this.infinity = infinity;
        this.canonicalNan = canonicalNan;
    }

    /** The bits of the nearest number; of one beyond the greatest, as NumPy has it, infinity. The value is not a NaN. */
    public abstract long bitsOf(double value);

    /** The number; of a NaN, any NaN. */
    public abstract double valueOf(long bits);

    boolean isNan(long bits) {
        long magnitude = bits & ~(1L << (8 * bytes - 1));
        return magnitude > infinity;
    }

    long negative(long bits) {
        return bits | 1L << (8 * bytes - 1);
    }

    /** The format of a float type, or of the parts of a complex type; {@code null} if it is neither or too narrow to be known. */
    static @Nullable FloatFormat of(String typeName) {
        return switch (typeName) {
            case "float16", "complex_float16" -> FLOAT16;
            case "bfloat16", "complex_bfloat16" -> BFLOAT16;
            case "float32", "complex64", "complex_float32" -> FLOAT32;
            case "float64", "complex128", "complex_float64" -> FLOAT64;
            default -> null;
        };
    }

    private static long halfBits(double value) {
        long sign = (Double.doubleToRawLongBits(value) >>> 48) & 0x8000;
        double magnitude = Math.abs(value);
        if (magnitude >= 65520) {
            return sign | 0x7C00;
        }
        if (magnitude < 0x1p-14) {
            return sign | (long) Math.rint(Math.scalb(magnitude, 24));
        }
        int exponent = Math.getExponent(magnitude);
        long mantissa = (long) Math.rint(Math.scalb(magnitude, 10 - exponent));
        // The mantissa brings the implicit bit, and may round up to the next power of two: both are carried by the
        // addition.
        return sign | (((exponent + 14L) << 10) + mantissa);
    }
}
