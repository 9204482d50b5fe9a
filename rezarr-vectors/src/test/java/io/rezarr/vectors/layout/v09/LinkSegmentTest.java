package io.rezarr.vectors.layout.v09;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.vectors.model.ChunkKey;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkSegmentTest {
    private static LinkSegment parse(String name, int rank, int width) {
        return Objects.requireNonNull(LinkSegment.parse(name, rank, width));
    }

    @Test
    void offsetsOfAllEndsButTheFirst() {
        LinkSegment segment = parse("0.0.0_+1.0.-1", 3, 3);
        assertThat(segment.offsets()).containsExactly(ChunkKey.of(0, 0, 0), ChunkKey.of(1, 0, -1));
        assertThat(segment.isZero()).isFalse();
        assertThat(parse("0.0_0.0", 2, 3).isZero()).isTrue();
        assertThat(parse("self", 3, 1).isZero()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0_+1.0.-1", "-2.0.+11_0.0.0", "0.0.0_0.0.0"})
    void nameIsMadeOfItsOffsets(String name) {
        LinkSegment segment = parse(name, 3, 3);
        long[] all = new long[6];
        for (int i = 0; i < all.length; i++) {
            all[i] = segment.offsets().get(i / 3).coordinate(i % 3);
        }
        assertThat(LinkSegment.of(ChunkKey.of(all), 3)).isEqualTo(segment);
        assertThat(LinkSegment.of(ChunkKey.of(), 3)).isEqualTo(parse("self", 3, 1));
    }

    @Test
    void sortedEndsNeverGoBack() {
        assertThat(parse("0.0_0.+1", 2, 3).isSorted()).isTrue();
        assertThat(parse("0.+1_0.0", 2, 3).isSorted()).isFalse();
        assertThat(parse("0.-1", 2, 2).isSorted()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0.0.0", "0", "1.0", "+0.0", "0.+01", "0.0_0.0", "self", "0.+1_"})
    void namesThatDoNotFitAreNull(String name) {
        assertThat(LinkSegment.parse(name, 2, 2)).isNull();
    }
}
