package io.rezarr.vectors.rechunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.vectors.digest.VectorDigest;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.write.StoreGrids;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random stores of every geometry, moved to random grids. */
class RandomStoresTest {
    private static final int SEEDS = 25;
    private static final int MAX_VALUE_BYTES = 64 << 20;

    static final List<String> TEMPLATES = List.of(
            "07/pc3_f32",
            "07/pc2_f64_neg_bins",
            "07/lines3",
            "07/stream3",
            "07/graph3",
            "07/skel3",
            "07/mesh3_tri",
            "09/points2d",
            "09/points_f64",
            "09/lines2d",
            "09/streamlines_revisit",
            "09/polylines2d",
            "09/graph3d",
            "09/skeleton_one",
            "09/skeleton_streamed",
            "09/mesh_triangles");

    static Stream<Object[]> stores() {
        List<Object[]> all = new ArrayList<>();
        for (String template : TEMPLATES) {
            for (long seed = 0; seed < SEEDS; seed++) {
                all.add(new Object[] {template, seed});
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("stores")
    void anotherGridHoldsTheSameWhateverTheMemory(String template, long seed) {
        CollectedStore source = RandomStores.of(template, seed);
        StoreGrids grids = grids(source, seed);
        CollectedStore destination = moved(source, grids, 2, Long.MAX_VALUE, VectorRunOptions.Mode.SHUFFLE);
        assertThat(parts(destination)).isEqualTo(parts(source));
        for (VectorRunOptions.Mode mode : VectorRunOptions.Mode.values()) {
            assertThat(moved(source, grids, 3, 2_000 + 500 * seed, mode).contents())
                    .as(mode.toString())
                    .isEqualTo(destination.contents());
        }
    }

    private static List<VectorDigest.Part> parts(VectorStore store) {
        return VectorDigest.of(store, MAX_VALUE_BYTES).parts();
    }

    static StoreGrids grids(VectorStore source, long seed) {
        double[] factors = {0.5, 0.75, 1, 1.5, 2, 5};
        double[] shape = source.metadata().chunkShape().toArray();
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] *= factors[(int) ((seed + 5L * axis) % factors.length)];
        }
        WorldVector chunk = WorldVector.of(shape);
        Map<Integer, StoreGrids.LevelGrid> levels = new TreeMap<>();
        for (int number : source.levelNumbers()) {
            levels.put(number, new StoreGrids.LevelGrid(chunk, chunk.times(0.5)));
        }
        return new StoreGrids(chunk, chunk.times(0.5), new TreeMap<>(levels));
    }

    private static CollectedStore moved(
            VectorStore source, StoreGrids grids, int threads, long held, VectorRunOptions.Mode mode) {
        CollectedStore destination = new CollectedStore(source, grids);
        VectorRunOptions options = VectorRunOptions.of(256 << 20, threads).withMode(mode);
        RechunkVectors.run(source, destination, options, VectorRunListener.NONE, held);
        return destination;
    }
}
