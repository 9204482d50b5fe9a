package io.rezarr.vectors.layout.v07;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.ChunkKey;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Places as zarr-vectors 0.2.0 computes them ({@code morton_encode}, {@code hilbert_encode} of order 16). */
class ChunkCurveTest {
    @ParameterizedTest
    @CsvSource({
        "5, 5, 5",
        "0.0, 0, 0",
        "1.0, 1, 1",
        "0.1, 2, 3",
        "1.1, 3, 2",
        "2.3, 14, 9",
        "7.4, 53, 37",
        "100.33, 7186, 6161",
        "-1.2, 366503875933, 4294967291",
        "-3.-4, 1099511627761, 2863311521",
        "40000.70000, 9719396864, 3898287360",
        "3.1.2, 43, 46",
        "-1.0.5, 164703072086692685, 35184372089124",
        "9.8.7, 1829, 1985",
        "1.2.3.4, 2149, 2275",
        "-2.-1.0.6, 241785163922925834943410, 3458764513820542985",
        "65535.3.70000, 1166385564013147, 176231174637584"
    })
    void chunksHaveThePlacesOfTheReferenceImplementation(String key, String octree, String snake) {
        ChunkKey of = Objects.requireNonNull(ChunkKey.parse(key));
        ChunkIndex chunks = ChunkIndex.of(of.rank(), List.of(of));
        assertThat(ChunkCurve.of("octree").place(chunks, 0)).hasToString(octree);
        assertThat(ChunkCurve.of("index_table").place(chunks, 0)).hasToString(octree);
        assertThat(ChunkCurve.of("snake").place(chunks, 0)).hasToString(snake);
    }
}
