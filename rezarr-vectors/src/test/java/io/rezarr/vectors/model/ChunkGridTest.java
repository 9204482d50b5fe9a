package io.rezarr.vectors.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ChunkGridTest {
    @Test
    void bordersBelongToTheUpperChunk() {
        ChunkGrid grid = ChunkGrid.of(WorldVector.of(16), WorldVector.of(4));
        assertThat(grid.chunkOf(16, 0)).isEqualTo(1);
        assertThat(grid.chunkOf(-16, 0)).isEqualTo(-1);
        assertThat(grid.chunkOf(-1e-300, 0)).isEqualTo(-1);
        assertThat(grid.chunkOf(-0.0, 0)).isZero();
    }

    @Test
    void binsOfDecimalGridsStayInTheirChunk() {
        ChunkGrid grid = ChunkGrid.of(WorldVector.of(0.3), WorldVector.of(0.1));
        assertThat(grid.binsPerChunk()).isEqualTo(3);
        // 0.3 / 0.1 is 2.9999999999999996, 0.3 / 0.3 is 1: the chunk decides.
        assertThat(grid.chunkOf(0.3, 0)).isEqualTo(1);
        assertThat(grid.binOf(0.3, 0, 1)).isZero();
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            double position = (random.nextInt(2001) - 1000) * 0.1;
            assertThat(grid.binOf(position, 0, grid.chunkOf(position, 0))).isBetween(0L, 2L);
        }
    }

    @Test
    void multiplesAreTakenWithATolerance() {
        assertThat(ChunkGrid.divides(0.1, 0.3)).isTrue();
        assertThat(ChunkGrid.divides(2.5, 10)).isTrue();
        assertThat(ChunkGrid.divides(3, 10)).isFalse();
        assertThat(ChunkGrid.divides(10, 5)).isFalse();
        assertThat(ChunkGrid.divides(Double.NaN, 5)).isFalse();
    }

    @Test
    void emptyChunksAreTheCallersMistake() {
        assertThatThrownBy(() -> ChunkGrid.of(WorldVector.of(0), WorldVector.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("chunks of (0) in bins of (1)");
    }
}
