package io.rezarr.vectors.rechunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.vectors.model.ChunkGrid;
import io.rezarr.vectors.model.Numbers;
import io.rezarr.vectors.model.VertexFormat;
import io.rezarr.vectors.model.WorldVector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CellsTest {
    private static final ChunkGrid GRID = ChunkGrid.of(WorldVector.of(10, 10), WorldVector.of(10, 10));

    /** Farther out than a long can count chunks, the least and the greatest coordinate are the same. */
    @ParameterizedTest
    @ValueSource(floats = {17, -0x1p127f, 0x1p127f, 0x1p57f, Float.POSITIVE_INFINITY, Float.NaN})
    void everyPositionIsInItsChunkHoweverFarOutItLies(float far) {
        float[] y = {5, 25, -15, 5};
        ByteBuffer positions = ByteBuffer.allocate(8 * y.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float coordinate : y) {
            positions.putFloat(far).putFloat(coordinate);
        }
        VertexFormat format = new VertexFormat(Objects.requireNonNull(Numbers.type("float32")), 2);
        Cells cells = new Cells(GRID, format, 2);
        cells.split(positions.flip(), y.length, new long[2]);
        long[] key = new long[2];
        for (int row = 0; row < y.length; row++) {
            assertThat(cells.cell(row)).isBetween(0, cells.count() - 1);
            cells.coordinates(cells.cell(row), key);
            assertThat(key).as("row " + row).containsExactly(GRID.chunkOf(far, 0), GRID.chunkOf(y[row], 1));
        }
    }

    /** Likewise where no long, or no double, tells the chunks apart. */
    @ParameterizedTest
    @ValueSource(doubles = {1e300, -1e300, Long.MAX_VALUE, 1e17})
    void positionsThatLieFarApartAreInTheirChunks(double far) {
        WorldVector chunk = WorldVector.of(0.1, 0.1);
        ChunkGrid grid = ChunkGrid.of(chunk, chunk);
        Cells cells = new Cells(grid, new VertexFormat(Objects.requireNonNull(Numbers.type("float64")), 2), 2);
        ByteBuffer positions = ByteBuffer.allocate(3 * 16).order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < 3; row++) {
            positions.putDouble(far * (1 + row)).putDouble(0.25 + row);
        }
        cells.split(positions.flip(), 3, new long[2]);
        long[] key = new long[2];
        for (int row = 0; row < 3; row++) {
            assertThat(cells.cell(row)).isBetween(0, cells.count() - 1);
            cells.coordinates(cells.cell(row), key);
            assertThat(key)
                    .as("row " + row)
                    .containsExactly(grid.chunkOf(far * (1 + row), 0), grid.chunkOf(0.25 + row, 1));
        }
    }
}
