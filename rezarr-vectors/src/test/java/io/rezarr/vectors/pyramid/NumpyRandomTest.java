package io.rezarr.vectors.pyramid;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected is what {@code numpy.random.default_rng(seed).choice(n, size, replace=False)} gives, sorted (NumPy 2.4.6). */
class NumpyRandomTest {
    @Test
    void fewOfFewAreThoseThatNumpyChooses() {
        assertThat(new NumpyRandom(0).choice(10, 5).stream()).containsExactly(2, 3, 4, 5, 7);
        assertThat(new NumpyRandom(5).choice(8, 4).stream()).containsExactly(0, 3, 4, 6);
        assertThat(new NumpyRandom(3).choice(12, 6).stream()).containsExactly(0, 1, 2, 5, 9, 10);
    }

    /** The sum is h * 31 + number over all numbers, modulo 2^64: Floyd's way, and that of the tail of a shuffle. */
    @ParameterizedTest
    @CsvSource({
        "1, 100, 30, 5441223309339847499",
        "7, 20000, 300, 7668472876939604478",
        "7, 20000, 10000, -8499558032689902514",
        "123456789012, 50000, 25000, -4516198417557528588"
    })
    void manyAreThoseThatNumpyChooses(long seed, int population, int size, long sum) {
        BitSet chosen = new NumpyRandom(seed).choice(population, size);
        assertThat(chosen.cardinality()).isEqualTo(size);
        assertThat(chosen.stream().asLongStream().reduce(0, (hash, number) -> hash * 31 + number))
                .isEqualTo(sum);
    }

    @Test
    void allOfThemAreAll() {
        assertThat(new NumpyRandom(9).choice(20_000, 20_000).cardinality()).isEqualTo(20_000);
        assertThat(new NumpyRandom(9).choice(3, 3).stream()).containsExactly(0, 1, 2);
    }
}
