package io.rezarr.vectors.rechunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.vectors.model.ChunkGrid;
import io.rezarr.vectors.model.Numbers;
import io.rezarr.vectors.model.VertexFormat;
import io.rezarr.vectors.model.WorldVector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class CellsTest {
    /** Finite numbers whose chunks no long, or no double, tells apart: a box of them would seem small. */
    @Test
    void positionsTooFarAwayForTheirChunksToBeToldApartHaveChunksNoneTheLess() {
        WorldVector chunk = WorldVector.of(0.1, 0.1);
        ChunkGrid grid = ChunkGrid.of(chunk, chunk);
        for (double far : new double[] {1e300, -1e300, Long.MAX_VALUE, 1e17}) {
            Cells cells = new Cells(grid, new VertexFormat(Objects.requireNonNull(Numbers.type("float64")), 2), 2);
            ByteBuffer positions = ByteBuffer.allocate(3 * 16).order(ByteOrder.LITTLE_ENDIAN);
            for (int row = 0; row < 3; row++) {
                positions.putDouble(far * (1 + row)).putDouble(0.25 + row);
            }
            cells.split(positions.flip(), 3, new long[] {0, 0});
            for (int row = 0; row < 3; row++) {
                assertThat(cells.cell(row)).isBetween(0, cells.count() - 1);
                long[] found = new long[2];
                cells.coordinates(cells.cell(row), found);
                assertThat(found).containsExactly(grid.chunkOf(far * (1 + row), 0), grid.chunkOf(0.25 + row, 1));
            }
        }
    }
}
