package io.rezarr.vectors.pyramid;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WideSumsTest {
    private static final long[] ODD = {
        0, 1, -1, 2, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1, 1L << 32, -(1L << 53) - 1
    };

    @Test
    void meansAreThoseOfIntegersOfAnySize() {
        Random random = new Random(3);
        for (int run = 0; run < 20_000; run++) {
            boolean isUnsigned = random.nextBoolean();
            WideSums sums = new WideSums(1);
            WideSums parts = new WideSums(1);
            BigInteger expected = BigInteger.ZERO;
            long count = 0;
            for (int i = random.nextInt(4); i >= 0; i--) {
                long number = random.nextBoolean()
                        ? ODD[random.nextInt(ODD.length)]
                        : random.nextLong() >> random.nextInt(64);
                long times = 1 + (random.nextLong() >>> (1 + random.nextInt(62))) / 8;
                (random.nextBoolean() ? sums : parts).add(0, number, isUnsigned, times);
                BigInteger value =
                        isUnsigned ? new BigInteger(Long.toUnsignedString(number)) : BigInteger.valueOf(number);
                expected = expected.add(value.multiply(BigInteger.valueOf(times)));
                count += times;
            }
            byte[] stored = new byte[WideSums.BYTES + 3];
            parts.put(0, stored, 3);
            sums.add(0, stored, 3);
            BigInteger mean = new BigDecimal(expected)
                    .divide(BigDecimal.valueOf(count), 0, RoundingMode.HALF_EVEN)
                    .toBigInteger();
            assertThat(sums.mean(0, count)).as(expected + " / " + count).isEqualTo(mean.longValue());
            sums.clear();
            assertThat(sums.mean(0, 1)).isZero();
        }
    }
}
