package io.rezarr.vectors.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.InvalidRequestException;
import io.rezarr.vectors.ZvfStores;
import io.rezarr.vectors.model.ChunkGrid;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.write.StoreGrids.LevelGrid;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GridChoiceTest {
    private static GridChoice choice(String store, @Nullable WorldVector chunks, @Nullable WorldVector bins) {
        VectorStore source = ZvfStores.open(ZvfStores.copyOf(store));
        List<LevelMetadata> levels = source.levelNumbers().stream()
                .map(level -> source.level(level).metadata())
                .toList();
        return GridChoice.of(source.metadata(), levels, chunks, bins, false);
    }

    @Test
    void binsLeftOutAreAQuarterOfTheChunks() {
        GridChoice choice = choice("09/points2d", WorldVector.of(16, 10), null);
        assertThat(choice.grids().binShape()).isEqualTo(WorldVector.of(4, 2.5));
        assertThat(choice.notes()).singleElement().asString().contains("(4, 2.5)");
    }

    @Test
    void binsOfAPyramidStayWhereTheyDivideTheNewChunks() {
        // Bins of 8, 16 and 32 in chunks of 32.
        GridChoice choice = choice("07/pyr_pc3", WorldVector.of(64, 32, 16), null);
        assertThat(choice.grids().binShape()).isEqualTo(WorldVector.of(8, 8, 8));
        assertThat(choice.notes()).isEmpty();
        assertThat(choice.grids().level(2).binShape()).isEqualTo(WorldVector.of(32, 32, 32));
    }

    @Test
    void binsOfAPyramidThatDoNotDivideTheNewChunksAreChosenAndSaid() {
        GridChoice choice = choice("07/pyr_pc3", WorldVector.of(20, 20, 20), null);
        assertThat(choice.grids().binShape()).isEqualTo(WorldVector.of(5, 5, 5));
        assertThat(choice.grids().level(1).binShape()).isEqualTo(WorldVector.of(10, 10, 10));
        assertThat(choice.notes())
                .hasSize(2)
                .last()
                .asString()
                .contains("no longer those that their vertices were made of");
    }

    @Test
    void binsOfAPyramidStayOnlyIfThoseOfEveryLevelFit() {
        // Bins of 5 divide chunks of 15, but those of level 2, of 20, would not divide its chunks of 30.
        GridChoice choice = choice("09/points_pyramid", WorldVector.of(15, 15, 15), null);
        choice.grids()
                .levels()
                .forEach((level, grid) -> assertThat(grid.binShape().component(0)
                                        >= grid.chunkShape().component(0)
                                || ChunkGrid.divides(grid.binShape(), grid.chunkShape()))
                        .as("level " + level + ": " + grid)
                        .isTrue());
    }

    @Test
    void chunksOfALevelKeepTheirMultipleOfTheRoots() {
        VectorStore source = ZvfStores.open(ZvfStores.copyOf("09/points_pyramid"));
        WorldVector root = source.metadata().chunkShape();
        GridChoice choice = choice("09/points_pyramid", root.times(3), null);
        for (int level : source.levelNumbers()) {
            WorldVector before = source.level(level).metadata().chunkShape();
            LevelGrid after = choice.grids().level(level);
            assertThat(after.chunkShape()).isEqualTo(before.times(3));
        }
    }

    @Test
    void rebinKeepsChunks() {
        GridChoice choice = choice("09/points3d_bins", null, WorldVector.of(10, 5, 10));
        assertThat(choice.grids().chunkShape()).isEqualTo(WorldVector.of(10, 10, 20));
        assertThat(choice.grids().level(0).binShape()).isEqualTo(WorldVector.of(10, 5, 10));
    }

    @Test
    void binsThatDoNotDivideChunksAreRefusedWithTheNearestThatDo() {
        assertThatThrownBy(() -> choice("09/points2d", WorldVector.of(16, 10), WorldVector.of(5, 5)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("--bin-shape 5.333333333333333,5");
    }

    @Test
    void shapesOfOtherDimensionsAreRefused() {
        assertThatThrownBy(() -> choice("09/points2d", WorldVector.of(16, 10, 4), null))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("2 numbers");
    }

    /** The 0.7 package makes such levels, and takes them for valid. */
    @Test
    void aLevelWhoseBinsDoNotDivideItsOwnChunksStaysAsItIsButIsNotUpgraded() {
        VectorStore source = ZvfStores.open(ZvfStores.copyOf("07/pyr_stream3"));
        LevelMetadata two = source.level(2).metadata();
        List<LevelMetadata> levels = List.of(
                source.level(0).metadata(),
                new LevelMetadata(
                        2,
                        two.chunkShape(),
                        WorldVector.of(12, 12, 12),
                        two.scale(),
                        two.vertexCount(),
                        two.rank(),
                        two.chunkedBy(),
                        two.attributes()));
        GridChoice kept = GridChoice.of(source.metadata(), levels, null, null, false);
        assertThat(kept.grids().level(2).binShape()).isEqualTo(WorldVector.of(12, 12, 12));
        assertThatThrownBy(() -> GridChoice.of(source.metadata(), levels, null, null, true))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("do not divide their chunks")
                .hasMessageContaining("--bin-shape 5.333333333333333,5.333333333333333,5.333333333333333");
    }

    @Test
    void chunksThatCannotBeToldApartAreRefused() {
        for (String store : List.of("07/pc3_bins", "09/points3d_bins")) {
            assertThatThrownBy(() -> choice(store, WorldVector.of(1e-30, 1, 1), null))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("--chunk-shape (1.0E-30, 1, 1): the bounds of the store reach to ")
                    .hasMessageContaining("up to 2^52, take larger ones");
        }
    }
}
