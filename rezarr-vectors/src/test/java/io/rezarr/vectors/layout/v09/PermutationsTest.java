package io.rezarr.vectors.layout.v09;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PermutationsTest {
    @Test
    void codesCountPermutationsInOrder() {
        for (int width = 1; width <= 5; width++) {
            long count = Permutations.count(width);
            List<int[]> all = new ArrayList<>();
            for (long code = 0; code < count; code++) {
                int[] sigma = new int[width];
                assertThat(Permutations.decode(code, count, sigma)).isTrue();
                assertThat(Permutations.encode(sigma, 0, width)).isEqualTo(code);
                all.add(sigma);
            }
            for (int i = 1; i < all.size(); i++) {
                assertThat(Arrays.compare(all.get(i - 1), all.get(i))).isNegative();
            }
            assertThat(all)
                    .allSatisfy(sigma ->
                            assertThat(Arrays.stream(sigma).distinct().count()).isEqualTo(sigma.length));
        }
    }

    @Test
    void codeOneExchangesTheLastTwo() {
        int[] sigma = new int[3];
        assertThat(Permutations.decode(1, 6, sigma)).isTrue();
        assertThat(sigma).containsExactly(0, 2, 1);
    }

    @Test
    void codesOutOfRangeAreTold() {
        assertThat(Permutations.decode(-1, 2, new int[2])).isFalse();
        assertThat(Permutations.decode(2, 2, new int[2])).isFalse();
        assertThatThrownBy(() -> Permutations.count(21)).hasMessageContaining("at most 20 ends, found 21");
    }
}
