package io.rezarr.vectors.rechunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.ZvfStores;
import io.rezarr.vectors.digest.VectorDigest;
import io.rezarr.vectors.model.ChunkGrid;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.FragmentIndex;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.write.StoreGrids;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every store of the reference implementation, of both layouts, moved to other chunks. */
class RechunkVectorsTest {
    private static final long PLENTY = 256 << 20;
    private static final int MAX_VALUE_BYTES = 64 << 20;
    private static final long MAX_BINS = 10_000;

    static Stream<String> stores() {
        return ZvfStores.all().stream();
    }

    /** The source's grids, with chunks multiplied along each axis. */
    static StoreGrids grids(VectorStore store, double... factors) {
        WorldVector chunk = times(store.metadata().chunkShape(), factors);
        WorldVector bin = bins(store.metadata().binShape(), chunk);
        Map<Integer, StoreGrids.LevelGrid> levels = new TreeMap<>();
        for (int number : store.levelNumbers()) {
            LevelMetadata level = store.level(number).metadata();
            // The bins of a coarse level stay so many of level 0.
            double[] its = level.binShape().toArray();
            for (int axis = 0; axis < its.length; axis++) {
                its[axis] *= bin.component(axis) / store.metadata().binShape().component(axis);
            }
            levels.put(number, new StoreGrids.LevelGrid(times(level.chunkShape(), factors), WorldVector.of(its)));
        }
        return new StoreGrids(chunk, bin, new TreeMap<>(levels));
    }

    private static WorldVector times(WorldVector shape, double... factors) {
        double[] scaled = shape.toArray();
        for (int axis = 0; axis < scaled.length; axis++) {
            scaled[axis] *= factors[axis % factors.length];
        }
        return WorldVector.of(scaled);
    }

    private static WorldVector bins(WorldVector bin, WorldVector chunk) {
        boolean isFine =
                ChunkGrid.divides(bin, chunk) && ChunkGrid.of(chunk, bin).binsPerChunk() <= MAX_BINS;
        return isFine ? bin : chunk.times(0.25);
    }

    private static CollectedStore moved(VectorStore source, StoreGrids grids, VectorRunOptions options) {
        return moved(source, grids, options, Long.MAX_VALUE);
    }

    /** @param held the bytes that stay in memory between steps */
    private static CollectedStore moved(VectorStore source, StoreGrids grids, VectorRunOptions options, long held) {
        CollectedStore destination = new CollectedStore(source, grids);
        RechunkVectors.run(source, destination, options, VectorRunListener.NONE, held);
        assertThat(destination.isFinished()).isTrue();
        return destination;
    }

    private static VectorRunOptions plenty() {
        return VectorRunOptions.of(PLENTY, 2);
    }

    private static void requireSame(VectorStore source, VectorStore destination) {
        VectorDigest wanted = VectorDigest.of(source, MAX_VALUE_BYTES);
        VectorDigest found = VectorDigest.of(destination, MAX_VALUE_BYTES);
        assertThat(found.parts()).isEqualTo(wanted.parts());
        for (int number : destination.levelNumbers()) {
            requireInChunks(destination, number);
        }
    }

    private static void requireInChunks(VectorStore store, int number) {
        VectorLevel level = store.level(number);
        ChunkGrid grid = level.metadata().grid();
        ChunkIndex chunks = level.vertices().chunks();
        Workspace workspace = new Workspace();
        for (int chunk = 0; chunk < chunks.size(); chunk++) {
            ByteBuffer positions = Objects.requireNonNull(level.vertices().read(chunks.key(chunk), workspace));
            int rows = positions.remaining() / level.vertexFormat().rowBytes();
            assertThat(rows).isPositive();
            int before = chunks.rank() - grid.dimensions();
            for (int row = 0; row < rows; row++) {
                for (int axis = 0; axis < grid.dimensions(); axis++) {
                    double position = level.vertexFormat().coordinate(positions, row, axis);
                    assertThat(grid.chunkOf(position, axis)).isEqualTo(chunks.coordinate(chunk, before + axis));
                }
            }
            FragmentIndex index = FragmentIndex.decode(
                    Objects.requireNonNull(level.fragments().read(chunks.key(chunk), workspace)));
            long covered = index.size() == 0 ? 0 : index.row(index.size() - 1, 0) + index.rows(index.size() - 1);
            assertThat(index.tiles(covered)).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("stores")
    void coarserChunksHoldTheSame(String name) {
        VectorStore source = ZvfStores.open(ZvfStores.copyOf(name));
        requireSame(source, moved(source, grids(source, 2), plenty()));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void finerChunksHoldTheSame(String name) {
        VectorStore source = ZvfStores.open(ZvfStores.copyOf(name));
        requireSame(source, moved(source, grids(source, 0.5), plenty()));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void chunksOfOddRatiosHoldTheSame(String name) {
        VectorStore source = ZvfStores.open(ZvfStores.copyOf(name));
        requireSame(source, moved(source, grids(source, 0.7, 1.3, 2.1), plenty()));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void oneChunkHoldsTheSame(String name) {
        VectorStore source = ZvfStores.open(ZvfStores.copyOf(name));
        requireSame(source, moved(source, grids(source, 1000), plenty()));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void binsCanBeChangedAlone(String name) {
        VectorStore source = ZvfStores.open(ZvfStores.copyOf(name));
        requireSame(source, moved(source, grids(source, 1), plenty()));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void thereAndBackHoldsTheSame(String name) {
        VectorStore source = ZvfStores.open(ZvfStores.copyOf(name));
        CollectedStore there = moved(source, grids(source, 1.7, 0.6), plenty());
        requireSame(source, moved(there, grids(source, 1), plenty()));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void theResultIsTheSameForAnyMemoryThreadsAndMode(String name) {
        VectorStore source = ZvfStores.open(ZvfStores.copyOf(name));
        StoreGrids grids = grids(source, 0.8, 1.5);
        Map<String, String> wanted = moved(source, grids, plenty()).contents();
        for (int threads : List.of(1, 3, 8)) {
            VectorRunOptions shuffled = VectorRunOptions.of(PLENTY, threads);
            VectorRunOptions streaming = shuffled.withMode(VectorRunOptions.Mode.STREAMING);
            for (long held : List.of(Long.MAX_VALUE, 20_000L, 4_000L)) {
                String which = threads + " threads, " + held + " bytes held";
                assertThat(moved(source, grids, shuffled, held).contents())
                        .as(which)
                        .isEqualTo(wanted);
                assertThat(moved(source, grids, streaming, held).contents())
                        .as(which + ", streaming")
                        .isEqualTo(wanted);
            }
        }
    }

    /** Those of trees are stored where rows do not imply them, which are others in other chunks. */
    @ParameterizedTest
    @MethodSource("storesOfLinks")
    void linksThatAreStoredAreThoseOfTheSourceButForWhatRowsImply(String name) {
        VectorStore source = ZvfStores.open(ZvfStores.copyOf(name));
        for (double factor : new double[] {0.5, 1, 1000}) {
            VectorRunReport.OfLevel report = reported(source, factor, plenty(), Long.MAX_VALUE);
            assertThat(report.links() - report.nowStored() + report.nowImplied())
                    .as("factor " + factor)
                    .isEqualTo(links(source));
        }
    }

    /** Of level 0. */
    private static VectorRunReport.OfLevel reported(
            VectorStore source, double factor, VectorRunOptions options, long held) {
        CollectedStore destination = new CollectedStore(source, grids(source, factor));
        VectorRunReport.OfLevel report = RechunkVectors.run(source, destination, options, VectorRunListener.NONE, held)
                .levels()
                .get(0);
        assertThat(report.links()).isEqualTo(links(destination));
        return report;
    }

    @Test
    void edgesThatRowsImplyInOtherChunksAreCountedOnceHoweverOftenLinksAreFiled() {
        VectorStore source = ZvfStores.open(ZvfStores.copyOf("07/skel3"));
        VectorRunReport.OfLevel report = reported(source, 0.5, plenty(), Long.MAX_VALUE);
        assertThat(report.nowImplied()).isEqualTo(7);
        VectorRunOptions streaming = plenty().withMode(VectorRunOptions.Mode.STREAMING);
        assertThat(reported(source, 0.5, streaming, 2_000).nowImplied()).isEqualTo(7);
    }

    static Stream<String> storesOfLinks() {
        return stores().filter(name -> {
            VectorStore store = ZvfStores.open(ZvfStores.copyOf(name));
            return !store.metadata().hasPaths() && store.level(0).linkDeltas().contains(0);
        });
    }

    /** Of level 0 and from it, each once. */
    private static long links(VectorStore store) {
        long links = 0;
        for (int delta : store.level(0).linkDeltas()) {
            LinkFamily family = store.level(0).links(delta);
            try (Workspace workspace = new Workspace()) {
                for (int b = 0; b < family.batches(); b++) {
                    LinkBatch batch = family.read(b, workspace);
                    for (int link = 0; link < batch.size(); link++) {
                        links += batch.isCopy(link) ? 0 : 1;
                    }
                }
            }
        }
        return links;
    }

    @Test
    void aChunkThatDoesNotFitIsRefusedBeforeAnythingIsWritten() {
        VectorStore source = ZvfStores.open(ZvfStores.copyOf("09/points_f64"));
        CollectedStore destination = new CollectedStore(source, grids(source, 1000));
        assertThatThrownBy(() -> RechunkVectors.run(
                        source, destination, VectorRunOptions.of(100_000, 1), VectorRunListener.NONE))
                .isInstanceOf(InfeasiblePlanException.class)
                .hasMessageContaining("of level 0 would hold")
                .hasMessageContaining("would do");
        assertThat(destination.isTouched()).isFalse();
    }

    @Test
    void theRefusalNamesTheLargestPartsOfChunksThatFit() {
        VectorStore source = ZvfStores.open(ZvfStores.copyOf("09/points_f64"));
        double whole = 1000 * source.metadata().chunkShape().component(0);
        Pattern shape = Pattern.compile(
                "Chunks of \\(([0-9.]+)[^)]*\\) would do: the fullest part of it has ([0-9]+) vertices");
        Matcher said = shape.matcher(refusal(source, 1));
        assertThat(said.find()).isTrue();
        int parts = (int) Math.round(whole / Double.parseDouble(said.group(1)));

        moved(source, grids(source, 1000.0 / parts), VectorRunOptions.of(100_000, 1));

        assertThat(refusal(source, parts - 1)).contains("Chunk ", "would hold");
    }

    /** Of chunks a thousand times as long as those of the source, cut into so many parts. */
    private static String refusal(VectorStore source, int parts) {
        CollectedStore destination = new CollectedStore(source, grids(source, 1000.0 / parts));
        return String.valueOf(catchThrowable(() -> RechunkVectors.run(
                        source, destination, VectorRunOptions.of(100_000, 1), VectorRunListener.NONE))
                .getMessage());
    }
}
