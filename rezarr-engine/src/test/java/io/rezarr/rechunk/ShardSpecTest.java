package io.rezarr.rechunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.InvalidRequestException;
import io.rezarr.error.RefusedException;
import io.rezarr.metadata.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ShardSpecTest {
    private static final ChunkSpec.Target ARRAY =
            new ChunkSpec.Target(Shape.of(100, 50), List.of("y", "x"), Shape.of(10, 10), 4);
    private static final Shape CHUNKS = Shape.of(10, 5);

    @Test
    void elementsAreTakenAsTheyAre() {
        assertThat(resolve("40,50", null)).isEqualTo(Shape.of(40, 50));
    }

    @Test
    void oneExtentInChunksIsForAllAxes() {
        assertThat(resolve("x4", null)).isEqualTo(Shape.of(40, 20));
    }

    @Test
    void minusOneIsTheWholeAxisInWholeChunks() {
        assertThat(new ShardSpec.ByAxis(List.of(new ShardSpec.Extent(-1, false), new ShardSpec.Extent(2, true)))
                        .resolve(ARRAY, Shape.of(30, 5), null))
                .isEqualTo(Shape.of(120, 10));
    }

    @Test
    void anAxisLeftOutByNameKeepsItsShard() {
        assertThat(resolve("y=x2", Shape.of(50, 25))).isEqualTo(Shape.of(20, 25));
        assertThat(resolve("y=x2", null)).isEqualTo(Shape.of(20, 5));
    }

    @Test
    void noneTakesThemOff() {
        assertThat(resolve("none", Shape.of(50, 50))).isNull();
    }

    @Test
    void keptShardsThatDoNotFitAreRefusedWithTheNearest() {
        assertThatThrownBy(() -> resolve("keep", Shape.of(25, 24)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("(25, 24)")
                .hasMessageContaining("--shards 30,25")
                .hasMessageContaining("--shards none");
    }

    @Test
    void whatIsNoSpecIsRefused() {
        for (String text : List.of("x0", "0", "x", "y=", "y=x2,y=x3", "a", "x-1")) {
            assertThatThrownBy(() -> ShardSpec.parse(text))
                    .as(text)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("--shards");
        }
    }

    private static @Nullable Shape resolve(String spec, @Nullable Shape shards) {
        return ShardSpec.parse(spec).resolve(ARRAY, CHUNKS, shards);
    }
}
