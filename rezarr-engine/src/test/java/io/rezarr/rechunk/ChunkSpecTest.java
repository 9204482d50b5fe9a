package io.rezarr.rechunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.InvalidRequestException;
import io.rezarr.metadata.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkSpecTest {
    private static final ChunkSpec.Target CUBE =
            new ChunkSpec.Target(Shape.of(1000, 360, 720), List.of("time", "lat", "lon"), Shape.of(1, 360, 720), 4);

    @Test
    void extentsByAxisAreTakenAsTheyAre() {
        assertThat(resolve("512,32,2000")).isEqualTo(Shape.of(512, 32, 2000));
    }

    @Test
    void minusOneIsTheWholeAxis() {
        assertThat(resolve("-1,18,18")).isEqualTo(Shape.of(1000, 18, 18));
    }

    @Test
    void minusOneOfAnEmptyAxisIsOne() {
        ChunkSpec.Target empty = new ChunkSpec.Target(Shape.of(0), null, Shape.of(3), 4);
        assertThat(ChunkSpec.parse("-1").resolve(empty)).isEqualTo(Shape.of(1));
    }

    @Test
    void anAxisLeftOutByNameIsKept() {
        assertThat(resolve("time=-1,lat=18")).isEqualTo(Shape.of(1000, 18, 720));
    }

    @Test
    void dotsSizeTheOtherAxesTogether() {
        Shape chunks = resolve("time=-1,...=16MiB");
        assertThat(chunks.extent(0)).isEqualTo(1000);
        assertThat(chunks.elements() * 4).isBetween(14L << 20, 16L << 20);
        assertThat(chunks.extent(2)).isBetween(2 * chunks.extent(1) - 2, 2 * chunks.extent(1) + 2);
    }

    @Test
    void autoKeepsTheProportionsOfTheArray() {
        Shape chunks = resolve("auto:1MiB");
        assertThat(chunks.elements() * 4).isBetween(900_000L, 1L << 20);
        assertThat(chunks.extent(0)).isGreaterThan(chunks.extent(2));
    }

    @Test
    void autoOfASmallArrayIsTheWholeArray() {
        ChunkSpec.Target small = new ChunkSpec.Target(Shape.of(5, 7), null, Shape.of(1, 1), 8);
        assertThat(ChunkSpec.parse("auto").resolve(small)).isEqualTo(Shape.of(5, 7));
    }

    @Test
    void theEmptySpecIsRightForRankZero() {
        ChunkSpec.Target scalar = new ChunkSpec.Target(Shape.SCALAR, null, Shape.SCALAR, 8);
        assertThat(ChunkSpec.parse("").resolve(scalar)).isEqualTo(Shape.SCALAR);
    }

    @Test
    void aChunkOfZeroIsRefusedWithAHint() {
        assertThatThrownBy(() -> ChunkSpec.parse("0,1"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("smallest is 1")
                .hasMessageContaining("-1 is the whole axis");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "1,,2", "-2", "time=", "=3", "time=1,time=2", "time=1,lat", "auto:", "auto:x", "1.5"})
    void whatIsNoSpecIsRefused(String text) {
        assertThatThrownBy(() -> ChunkSpec.parse(text))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("--chunks");
    }

    @Test
    void anotherRankIsRefusedWithBothRanks() {
        assertThatThrownBy(() -> resolve("1,2"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("2 axes")
                .hasMessageContaining("(1000, 360, 720) has 3");
    }

    @Test
    void aNameThatStandsTwiceIsRefused() {
        ChunkSpec.Target twice = new ChunkSpec.Target(Shape.of(4, 4), Arrays.asList("x", "x"), Shape.of(1, 1), 4);
        assertThatThrownBy(() -> ChunkSpec.parse("x=2").resolve(twice)).hasMessageContaining("twice");
    }

    private static Shape resolve(String spec) {
        return ChunkSpec.parse(spec).resolve(CUBE);
    }
}
