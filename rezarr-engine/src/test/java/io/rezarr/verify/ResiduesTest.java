package io.rezarr.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResiduesTest {
    private static final long[] EDGES = {
        0, 1, -1, 58, 59, 60, -59, Long.MAX_VALUE, Long.MAX_VALUE - 59, Long.MIN_VALUE, Long.MIN_VALUE + 58, 1L << 62
    };

    private static BigInteger residue(BigInteger number) {
        return number.mod(SlowDigest.PRIME);
    }

    private static BigInteger canonical(long residue) {
        return new BigInteger(Long.toUnsignedString(Residues.canonical(residue)));
    }

    private static long draw(Random random) {
        return random.nextInt(3) == 0 ? EDGES[random.nextInt(EDGES.length)] + random.nextInt(3) : random.nextLong();
    }

    @Test
    void sumsAndProductsAreThoseOfTheField() {
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            long a = draw(random);
            long b = draw(random);
            BigInteger wideA = BigInteger.valueOf(a);
            BigInteger wideB = BigInteger.valueOf(b);
            assertThat(canonical(Residues.plus(a, b))).as("%d + %d", a, b).isEqualTo(residue(wideA.add(wideB)));
            assertThat(canonical(Residues.times(a, b))).as("%d * %d", a, b).isEqualTo(residue(wideA.multiply(wideB)));
            BigInteger wide =
                    wideA.shiftLeft(64).add(wideB).add(b < 0 ? BigInteger.ONE.shiftLeft(64) : BigInteger.ZERO);
            assertThat(canonical(Residues.of(a, b))).as("%d, %d", a, b).isEqualTo(residue(wide));
        }
    }

    @Test
    void powersAreThoseOfTheBase() {
        Random random = new Random(2);
        for (int i = 0; i < 1000; i++) {
            long exponent = random.nextLong() >>> (1 + random.nextInt(63));
            assertThat(canonical(Powers.of(exponent)))
                    .as("exponent %d", exponent)
                    .isEqualTo(SlowDigest.BASE.modPow(BigInteger.valueOf(exponent), SlowDigest.PRIME));
        }
    }

    /** So no two words of an array have the same weight. */
    @Test
    void theBaseIsAPrimitiveRootOfThePrime() {
        BigInteger order = SlowDigest.PRIME.subtract(BigInteger.ONE);
        BigInteger product = BigInteger.valueOf(2);
        assertThat(SlowDigest.PRIME.isProbablePrime(100)).isTrue();
        for (long factor : new long[] {2, 11, 137, 547, 5_594_472_617_641L}) {
            BigInteger divisor = BigInteger.valueOf(factor);
            assertThat(divisor.isProbablePrime(100)).isTrue();
            assertThat(SlowDigest.BASE.modPow(order.divide(divisor), SlowDigest.PRIME))
                    .isNotEqualTo(BigInteger.ONE);
            product = product.multiply(divisor);
        }
        assertThat(product).isEqualTo(order);
    }
}
