package io.rezarr.vectors.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkKeyTest {
    @Test
    void keysAreOrderedByTheirNumbers() {
        assertThat(ChunkKey.of(2, 0)).isLessThan(ChunkKey.of(10, -1));
        assertThat(ChunkKey.of(-1, 5)).isLessThan(ChunkKey.of(0, -7));
        assertThat(ChunkKey.parse("-1.0.2")).isEqualTo(ChunkKey.of(-1, 0, 2)).hasToString("-1.0.2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "1.", ".1", "01", "-0", "+1", "1..2", "a", "1.2 ", "c", "9999999999999999999"})
    void whatIsNoKeyIsNull(String text) {
        assertThat(ChunkKey.parse(text)).isNull();
    }

    @Test
    void indexNumbersKeysInTheirOrder() {
        Random random = new Random(3);
        List<ChunkKey> keys = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            keys.add(ChunkKey.of(random.nextInt(9) - 4, random.nextInt(9) - 4, random.nextInt(9) - 4));
        }
        List<ChunkKey> sorted = List.copyOf(new TreeSet<>(keys));
        ChunkIndex index = ChunkIndex.of(3, keys);
        assertThat(index.size()).isEqualTo(sorted.size());
        for (int chunk = 0; chunk < index.size(); chunk++) {
            assertThat(index.key(chunk)).isEqualTo(sorted.get(chunk));
            assertThat(index.find(sorted.get(chunk))).isEqualTo(chunk);
        }
        assertThat(index.find(ChunkKey.of(0, 0, 99))).isEqualTo(-1);
        assertThat(index.find(ChunkKey.of(0, 0))).isEqualTo(-1);
    }

    @Test
    void keysOfAnotherRankAreTheCallersMistake() {
        assertThatThrownBy(() -> ChunkIndex.of(3, List.of(ChunkKey.of(1, 2))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("chunk 1.2 has 2 axes, must have 3");
    }
}
