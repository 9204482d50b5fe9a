package io.rezarr.vectors.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PolynomialTest {
    private static final BigInteger PRIME = BigInteger.ONE.shiftLeft(61).subtract(BigInteger.ONE);

    @Test
    void productsAreThoseOfTheField() {
        Random random = new Random(2);
        for (int i = 0; i < 10_000; i++) {
            long a = Polynomial.reduce(random.nextLong());
            long b = i == 0 ? Polynomial.PRIME - 1 : Polynomial.reduce(random.nextLong());
            BigInteger expected =
                    BigInteger.valueOf(a).multiply(BigInteger.valueOf(b)).mod(PRIME);
            assertThat(Polynomial.times(a, b)).isEqualTo(expected.longValueExact());
        }
        long last = Polynomial.PRIME - 1;
        assertThat(Polynomial.times(last, last)).isEqualTo(1);
        assertThat(Polynomial.add(last, 1)).isZero();
    }

    @Test
    void powersFollowOneAnother() {
        long power = 1;
        for (int exponent = 0; exponent < 1000; exponent++) {
            assertThat(Polynomial.power(exponent)).isEqualTo(power);
            power = Polynomial.next(power);
        }
    }
}
