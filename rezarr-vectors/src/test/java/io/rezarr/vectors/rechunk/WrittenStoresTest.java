package io.rezarr.vectors.rechunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.store.MemoryStore;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.ZvfStores;
import io.rezarr.vectors.digest.VectorDigest;
import io.rezarr.vectors.layout.VectorWriters;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.node.NodeStoreWriter;
import io.rezarr.vectors.validate.Finding;
import io.rezarr.vectors.validate.Severity;
import io.rezarr.vectors.validate.Validation;
import io.rezarr.vectors.write.Storage;
import io.rezarr.vectors.write.StoreGrids;
import io.rezarr.vectors.write.StoreWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every store of the reference implementation, moved to other chunks in its own layout: valid, and with the same content. */
class WrittenStoresTest {
    private static final int MAX_VALUE_BYTES = 64 << 20;

    @TempDir
    Path scratch;

    static Stream<String> stores() {
        return ZvfStores.all().stream();
    }

    private MemoryStore moved(MemoryStore from, double... factors) {
        VectorStore source = ZvfStores.open(from);
        StoreGrids grids = RechunkVectorsTest.grids(source, factors);
        MemoryStore to = new MemoryStore();
        NodeStoreWriter.Settings settings =
                new NodeStoreWriter.Settings(Storage.AS_IN_SOURCE, scratch, 1 << 20, note -> {});
        try (StoreWriter writer = VectorWriters.create(to, StorePrefix.ROOT, source, grids, settings)) {
            RechunkVectors.run(
                    source, writer, VectorRunOptions.of(256 << 20, 2).withScratch(scratch), VectorRunListener.NONE);
        }
        return to;
    }

    private static String digest(MemoryStore store) {
        return VectorDigest.of(ZvfStores.open(store), MAX_VALUE_BYTES).hex();
    }

    private static List<String> errors(MemoryStore store) {
        return Validation.run(store, StorePrefix.ROOT, Validation.MAX_LEVEL, MAX_VALUE_BYTES).findings().stream()
                .filter(finding -> finding.severity() == Severity.ERROR)
                .map(Finding::toString)
                .toList();
    }

    private void requireMoves(String name, double... factors) {
        MemoryStore source = ZvfStores.copyOf(name);
        MemoryStore moved = moved(source, factors);
        assertThat(errors(moved)).isEmpty();
        assertThat(digest(moved)).isEqualTo(digest(source));
        assertThat(scratch).isEmptyDirectory();
    }

    @ParameterizedTest
    @MethodSource("stores")
    void coarserChunksAreValid(String name) {
        requireMoves(name, 2);
    }

    @ParameterizedTest
    @MethodSource("stores")
    void finerChunksAreValid(String name) {
        requireMoves(name, 0.5);
    }

    @ParameterizedTest
    @MethodSource("stores")
    void oneChunkIsValid(String name) {
        requireMoves(name, 1000);
    }
}
