package io.rezarr.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArithmeticTest {
    private static final long MAX = Long.MAX_VALUE;

    @Test
    void whatDoesNotFitIsTheLargestNumber() {
        assertThat(Arithmetic.plus(MAX - 1, 1)).isEqualTo(MAX);
        assertThat(Arithmetic.plus(MAX, MAX)).isEqualTo(MAX);
        assertThat(Arithmetic.times(1L << 31, 1L << 31)).isEqualTo(1L << 62);
        assertThat(Arithmetic.times(1L << 32, 1L << 31)).isEqualTo(MAX);
        assertThat(Arithmetic.times(MAX, MAX)).isEqualTo(MAX);
        assertThat(Arithmetic.leastCommonMultiple(MAX, MAX - 1)).isEqualTo(MAX);
    }

    @Test
    void quotientsAreRoundedUp() {
        assertThat(Arithmetic.ceilDiv(0, 3)).isZero();
        assertThat(Arithmetic.ceilDiv(3, 3)).isEqualTo(1);
        assertThat(Arithmetic.ceilDiv(4, 3)).isEqualTo(2);
        assertThat(Arithmetic.ceilDiv(MAX, 2)).isEqualTo(1L << 62);
    }

    @Test
    void leastCommonMultiples() {
        assertThat(Arithmetic.leastCommonMultiple(12, 18)).isEqualTo(36);
        assertThat(Arithmetic.leastCommonMultiple(5, 7)).isEqualTo(35);
    }
}
