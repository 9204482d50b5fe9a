package io.rezarr.vectors.rechunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.CancelledException;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.StoreException;
import io.rezarr.store.MemoryStore;
import io.rezarr.store.Store;
import io.rezarr.store.StorePrefix;
import io.rezarr.testkit.FaultyStore;
import io.rezarr.testkit.FaultyStore.Fault;
import io.rezarr.testkit.FaultyStore.Operation;
import io.rezarr.vectors.ZvfStores;
import io.rezarr.vectors.digest.VectorDigest;
import io.rezarr.vectors.layout.VectorStores;
import io.rezarr.vectors.layout.VectorWriters;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.node.NodeStoreWriter;
import io.rezarr.vectors.write.Storage;
import io.rezarr.vectors.write.StoreGrids;
import io.rezarr.vectors.write.StoreWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that are broken off at each of their operations: nobody takes what is there for a store, and nothing is left in the scratch directory. */
class FaultsTest {
    private static final int MAX_VALUE_BYTES = 64 << 20;
    private static final int SAMPLES = 80;

    @TempDir
    Path scratch;

    private void move(Store from, Store to, VectorRunListener listener) {
        move(from, to, listener, false);
    }

    private void move(Store from, Store to, VectorRunListener listener, boolean upgrades) {
        VectorStore source = VectorStores.open(from, StorePrefix.ROOT, MAX_VALUE_BYTES);
        StoreGrids grids = RechunkVectorsTest.grids(source, 2);
        NodeStoreWriter.Settings settings =
                new NodeStoreWriter.Settings(Storage.AS_IN_SOURCE, scratch, 1 << 20, note -> {});
        VectorRunOptions options = VectorRunOptions.of(64 << 20, 1).withScratch(scratch);
        try (StoreWriter writer = upgrades
                ? VectorWriters.upgrade(to, StorePrefix.ROOT, source, "upgraded", grids, settings)
                : VectorWriters.create(to, StorePrefix.ROOT, source, grids, settings)) {
            // So little is held that all goes through scratch files.
            RechunkVectors.run(source, writer, options, listener, 1 << 10);
        }
    }

    /** All of them, or so many spread evenly; the last one always. */
    private static IntStream chosen(int operations) {
        Set<Integer> chosen = new TreeSet<>();
        for (int i = 0; i < SAMPLES; i++) {
            chosen.add((int) ((long) i * operations / SAMPLES));
        }
        chosen.add(operations - 1);
        return chosen.stream().mapToInt(n -> n);
    }

    private static String digest(Store store) {
        return VectorDigest.of(VectorStores.open(store, StorePrefix.ROOT, MAX_VALUE_BYTES), MAX_VALUE_BYTES)
                .hex();
    }

    @ParameterizedTest
    @CsvSource({
        "07/stream3, false",
        "07/graph3, false",
        "09/points3d_bins, false",
        "09/streamlines, false",
        "09/graph_sharded, false",
        "07/stream2_f64, true"
    })
    void whatIsBrokenOffAtAnyChangeIsNoStoreUntilTheLast(String name, boolean upgrades) {
        MemoryStore source = ZvfStores.copyOf(name);
        String before = digest(source);
        FaultyStore whole = FaultyStore.faultless(new MemoryStore());
        move(source, whole, VectorRunListener.NONE, upgrades);
        List<Operation> changes =
                whole.log().stream().filter(Operation::isChange).toList();
        assertThat(changes.get(changes.size() - 1).key()).isEqualTo("zarr.json");

        chosen(changes.size()).forEach(n -> {
            for (Fault fault : List.of(Fault.FAIL, Fault.KILL_BEFORE, Fault.KILL_HALFWAY)) {
                MemoryStore target = new MemoryStore();
                FaultyStore faulty = FaultyStore.atChange(n, fault, target);
                String place = fault + " at change " + n + " of " + changes.size();
                assertThatThrownBy(() -> move(source, faulty, VectorRunListener.NONE, upgrades))
                        .as(place)
                        .isInstanceOf(fault == Fault.FAIL ? StoreException.class : FaultyStore.Killed.class);
                assertThatThrownBy(() -> VectorStores.open(target, StorePrefix.ROOT, MAX_VALUE_BYTES))
                        .as(place)
                        .isInstanceOf(InvalidMetadataException.class);
                assertThat(scratch).as(place).isEmptyDirectory();
            }
        });
        assertThat(digest(source)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"07/graph3", "09/streamlines"})
    void sourceThatFailsAtAnyReadIsAnErrorThatNamesTheKey(String name) {
        MemoryStore source = ZvfStores.copyOf(name);
        FaultyStore whole = FaultyStore.faultless(source);
        move(whole, new MemoryStore(), VectorRunListener.NONE);
        List<Operation> reads = whole.log();

        chosen(reads.size()).forEach(n -> {
            MemoryStore target = new MemoryStore();
            String place = "read " + n + " of " + reads.size() + ", " + reads.get(n);
            assertThatThrownBy(() -> move(FaultyStore.at(n, Fault.FAIL, source), target, VectorRunListener.NONE))
                    .as(place)
                    .isInstanceOf(StoreException.class);
            assertThatThrownBy(() -> VectorStores.open(target, StorePrefix.ROOT, MAX_VALUE_BYTES))
                    .as(place)
                    .isInstanceOf(InvalidMetadataException.class);
            assertThat(scratch).as(place).isEmptyDirectory();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"07/skel3", "09/graph3d"})
    void cancelledAtAnyStepLeavesNoStoreAndNoScratch(String name) {
        MemoryStore source = ZvfStores.copyOf(name);
        AtomicInteger all = new AtomicInteger();
        move(source, new MemoryStore(), new CancelledAt(Integer.MAX_VALUE, all));
        assertThat(all.get()).isGreaterThan(20);

        chosen(all.get()).forEach(n -> {
            MemoryStore target = new MemoryStore();
            assertThatThrownBy(() -> move(source, target, new CancelledAt(n, new AtomicInteger())))
                    .isInstanceOf(CancelledException.class);
            assertThatThrownBy(() -> VectorStores.open(target, StorePrefix.ROOT, MAX_VALUE_BYTES))
                    .isInstanceOf(InvalidMetadataException.class);
            assertThat(scratch).isEmptyDirectory();
        });
    }

    /** Asks for an end when it is asked for the n-th time. */
    private record CancelledAt(int last, AtomicInteger asked) implements VectorRunListener {
        @Override
        public void progress(int level, Step step, long done, long total) {}

        @Override
        public boolean isCancelled() {
            return asked.getAndIncrement() >= last;
        }
    }
}
