package io.rezarr.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FloatFormatTest {
    @ParameterizedTest
    @EnumSource(names = {"FLOAT16", "BFLOAT16"})
    void everyNumberSurvives(FloatFormat format) {
        for (long bits = 0; bits < 0x10000; bits++) {
            if (!format.isNan(bits)) {
                assertThat(format.bitsOf(format.valueOf(bits))).isEqualTo(bits);
            } else {
                assertThat(format.valueOf(bits)).isNaN();
            }
        }
    }

    /** Judged by numpy.float16(x).view('u2') and ml_dtypes.bfloat16. */
    @ParameterizedTest
    @CsvSource({
        "FLOAT16,1.00048828125,0x3c00",
        "FLOAT16,1.00146484375,0x3c02",
        "FLOAT16,65519.99,0x7bff",
        "FLOAT16,65520,0x7c00",
        "FLOAT16,-1e300,0xfc00",
        "FLOAT16,2.98023223876953125e-8,0x0000",
        "FLOAT16,2.99e-8,0x0001",
        "FLOAT16,6.1e-5,0x03ff",
        "FLOAT16,6.1035e-5,0x0400",
        "BFLOAT16,1.00390625,0x3f80",
        "BFLOAT16,1.01171875,0x3f82",
        "BFLOAT16,3.4e38,0x7f80",
        "FLOAT32,1e300,0x7f800000",
    })
    void numbersAreRoundedToNearestEven(FloatFormat format, double value, String bits) {
        assertThat(format.bitsOf(value)).isEqualTo(Long.decode(bits));
    }

    @Test
    void nansAreToldFromInfinities() {
        for (FloatFormat format : FloatFormat.values()) {
            assertThat(format.isNan(format.infinity)).isFalse();
            assertThat(format.isNan(format.negative(format.infinity))).isFalse();
            assertThat(format.isNan(format.infinity + 1)).isTrue();
            assertThat(format.isNan(format.canonicalNan)).isTrue();
            assertThat(format.valueOf(format.infinity)).isEqualTo(Double.POSITIVE_INFINITY);
        }
    }
}
