package io.rezarr.rechunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.json.Json;
import io.rezarr.metadata.Shape;
import io.rezarr.metadata.V3GroupMetadata;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PyramidTest {
    private static final Shape LEVEL = Shape.of(3, 100, 40);

    private static ChunkSpec.Target level(long... chunks) {
        return new ChunkSpec.Target(LEVEL, null, Shape.of(chunks), 2);
    }

    @Test
    void chunksAreCutToTheLevel() {
        assertThat(Pyramid.chunks(Shape.of(1, 64, 64), level(1, 16, 16))).isEqualTo(Shape.of(1, 64, 40));
    }

    @Test
    void longerChunksThatTheLevelHasAlreadyStay() {
        assertThat(Pyramid.chunks(Shape.of(1, 64, 64), level(1, 64, 64))).isEqualTo(Shape.of(1, 64, 64));
    }

    @Test
    void shardsHoldNoMoreChunksThanTheLevelHas() {
        assertThat(Pyramid.shards(
                        Shape.of(1, 256, 256), Shape.of(1, 64, 64), Shape.of(1, 64, 40), level(1, 16, 16), null))
                .isEqualTo(Shape.of(1, 128, 40));
    }

    @Test
    void shardsThatTheLevelHasAlreadyStay() {
        Shape old = Shape.of(1, 512, 512);
        assertThat(Pyramid.shards(old, Shape.of(1, 64, 64), Shape.of(1, 64, 64), level(1, 64, 64), old))
                .isEqualTo(old);
    }

    @Test
    void attributesTellAPyramid() {
        assertThat(is("{\"multiscales\": []}")).isTrue();
        assertThat(is("{\"ome\": {\"version\": \"0.5\", \"multiscales\": []}}")).isTrue();
        assertThat(is("{\"ome\": {\"labels\": []}, \"ome.multiscales\": 1}")).isFalse();
    }

    private static boolean is(String attributes) {
        return Pyramid.is(new V3GroupMetadata(
                Json.parseObject(ByteBuffer.wrap(attributes.getBytes(StandardCharsets.UTF_8)), "test")));
    }
}
