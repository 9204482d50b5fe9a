package io.rezarr.vectors.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.json.Json;
import io.rezarr.json.JsonObject;
import io.rezarr.vectors.StoreEdit;
import io.rezarr.vectors.ZvfStores;
import io.rezarr.vectors.model.LinksConvention;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.write.StoreChanges;
import io.rezarr.vectors.write.StoreGrids;
import io.rezarr.vectors.write.StoreGrids.LevelGrid;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WrittenAttributesTest {
    private static StoreGrids grids(WorldVector chunks, WorldVector bins, LevelGrid... levels) {
        TreeMap<Integer, LevelGrid> byNumber = new TreeMap<>();
        for (LevelGrid level : levels) {
            byNumber.put(byNumber.size(), level);
        }
        return new StoreGrids(chunks, bins, byNumber);
    }

    private static StoreGrids asTheyAre(VectorStore store) {
        LevelGrid[] levels = store.levelNumbers().stream()
                .map(number -> store.level(number).metadata())
                .map(level -> new LevelGrid(level.chunkShape(), level.binShape()))
                .toArray(LevelGrid[]::new);
        return grids(store.metadata().chunkShape(), store.metadata().binShape(), levels);
    }

    private static JsonObject root(VectorStore store, StoreGrids grids, List<Integer> levels) {
        StoreMetadata metadata = store.metadata();
        return WrittenAttributes.root(metadata, grids, levels, new StoreChanges(metadata.linksConvention()));
    }

    @Test
    void sameGridsLeaveEveryAttributeOfEveryStoreAsItIs() {
        for (String name : ZvfStores.all()) {
            VectorStore store = ZvfStores.open(ZvfStores.copyOf(name));
            JsonObject written = root(store, asTheyAre(store), store.levelNumbers());
            assertThat(Json.toString(written))
                    .as(name)
                    .isEqualTo(Json.toString(store.metadata().attributes()));
        }
    }

    @Test
    void binsOfLevelsStandInTheTransformations() {
        VectorStore store = ZvfStores.open(ZvfStores.copyOf("07/pyr_pc3"));
        WorldVector chunks = WorldVector.of(20, 20, 20);
        StoreGrids grids = grids(
                chunks,
                WorldVector.of(5, 5, 10),
                new LevelGrid(chunks, WorldVector.of(5, 5, 10)),
                new LevelGrid(chunks.times(2), WorldVector.of(10, 10, 20)));
        JsonObject written = root(store, grids, List.of(0, 1));
        Multiscales multiscales = Multiscales.parse(RootAttributes.place(written, "zarr.json"));
        assertThat(multiscales.levels()).containsOnlyKeys(0, 1);
        assertThat(multiscales.of(0).translation()).isEqualTo(WorldVector.of(2.5, 2.5, 5));
        assertThat(multiscales.of(1).translation()).isEqualTo(WorldVector.of(5, 5, 10));
        assertThat(multiscales.of(1).scale()).isEqualTo(WorldVector.of(2, 2, 2));
        StoreMetadata read = RootAttributes.parse(RootAttributes.place(written, "zarr.json"));
        assertThat(read.chunkShape()).isEqualTo(chunks);
        assertThat(read.baseBinShape()).isEqualTo(WorldVector.of(5, 5, 10));
    }

    @Test
    void offsetOfCoordinatesStaysWhereBinsWouldStand() {
        VectorStore store = ZvfStores.open(ZvfStores.copyOf("09/skeleton_streamed"));
        WorldVector chunks = WorldVector.of(4, 4, 4);
        JsonObject written = root(store, grids(chunks, chunks, new LevelGrid(chunks, chunks)), List.of(0));
        Multiscales multiscales = Multiscales.parse(RootAttributes.place(written, "zarr.json"));
        assertThat(multiscales.of(0).translation()).isEqualTo(WorldVector.of(10, 0, -5));
    }

    @Test
    void nodesAreThoseOfTheLevelsThatStand() {
        VectorStore store = ZvfStores.open(ZvfStores.copyOf("09/points_pyramid"));
        JsonObject ome = (JsonObject) StoreEdit.member(root(store, asTheyAre(store), List.of(0)), "ome");
        assertThat(Json.toString(StoreEdit.member(ome, "nodes")))
                .contains("\"0\"")
                .doesNotContain("\"1\"");
    }

    @Test
    void conventionThatWasSwitchedIsSaid() {
        VectorStore store = ZvfStores.open(ZvfStores.copyOf("07/skel3"));
        JsonObject written = WrittenAttributes.root(
                store.metadata(), asTheyAre(store), List.of(0), new StoreChanges(LinksConvention.EXPLICIT));
        assertThat(RootAttributes.parse(RootAttributes.place(written, "zarr.json"))
                        .linksConvention())
                .isEqualTo(LinksConvention.EXPLICIT);
    }

    @Test
    void levelSaysItsOwnChunkShapeOnlyIfItIsNotTheRoots() {
        VectorStore store = ZvfStores.open(ZvfStores.copyOf("09/points2d"));
        WorldVector chunks = WorldVector.of(8, 8);
        StoreGrids own = grids(chunks, chunks, new LevelGrid(chunks.times(2), chunks));
        StoreGrids roots = grids(chunks, chunks, new LevelGrid(chunks, chunks));
        var level = store.level(0).metadata();
        assertThat(Json.toString(WrittenAttributes.level(level, own, 0, 7, true)))
                .contains("\"chunk_shape\": [16.0, 16.0]", "\"vertex_count\": 7", "\"fragments_tile\": true");
        assertThat(Json.toString(WrittenAttributes.level(level, roots, 0, 7, false)))
                .doesNotContain("chunk_shape")
                .doesNotContain("fragments_tile");
    }
}
