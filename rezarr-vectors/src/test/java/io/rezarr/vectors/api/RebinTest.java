package io.rezarr.vectors.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.memory.Workspace;
import io.rezarr.store.FileStore;
import io.rezarr.vectors.ZvfStores;
import io.rezarr.vectors.api.VectorRechunkRequest.Verify;
import io.rezarr.vectors.model.ChunkIndex;
import io.rezarr.vectors.model.FragmentIndex;
import io.rezarr.vectors.model.LinkBatch;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.model.WorldVector;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every store of both reference implementations in other bins: chunks stay, and which chunks links join. */
class RebinTest {
    @TempDir
    private Path directory;

    static Stream<String> all() {
        return ZvfStores.all().stream();
    }

    private static VectorRechunkReport rebin(Path store, Path destination, WorldVector bins) {
        VectorRechunkRequest request = VectorRechunkRequest.of(store.toString(), destination.toString())
                .withBinShape(bins)
                .withVerify(Verify.FULL)
                .withMaxBytes(256 << 20)
                .withThreads(2);
        try (VectorRechunk rebin = VectorRechunk.prepare(request)) {
            return rebin.run(VectorRechunkListener.NONE);
        }
    }

    /** By level: its chunks with how many vertices they have; for each delta, the chunks that links join, with how many do. */
    private static Map<String, Long> topology(VectorStore store) {
        Map<String, Long> found = new TreeMap<>();
        try (Workspace workspace = new Workspace()) {
            for (int number : store.levelNumbers()) {
                VectorLevel level = store.level(number);
                ChunkIndex chunks = level.vertices().chunks();
                for (int chunk = 0; chunk < chunks.size(); chunk++) {
                    int bytes = Objects.requireNonNull(level.vertices().read(chunks.key(chunk), workspace))
                            .remaining();
                    found.put(number + " chunk " + chunks.key(chunk), (long) bytes);
                }
                for (int delta : level.linkDeltas()) {
                    addLinks(number + " links " + delta, level.links(delta), workspace, found);
                }
            }
        }
        return found;
    }

    private static void addLinks(String name, LinkFamily family, Workspace workspace, Map<String, Long> found) {
        for (int number = 0; number < family.batches(); number++) {
            LinkBatch batch = family.read(number, workspace);
            for (int link = 0; link < batch.size(); link++) {
                boolean crosses = family.format().delta() != 0 || !batch.staysInChunk(link);
                StringBuilder chunks = new StringBuilder(name);
                for (int end = 0; end < batch.width(); end++) {
                    chunks.append(' ').append(batch.chunk(link, end));
                }
                if (crosses) {
                    found.merge(chunks.toString(), 1L, Long::sum);
                }
            }
        }
    }

    private static long fragments(VectorStore store) {
        VectorLevel level = store.level(0);
        ChunkIndex chunks = level.fragments().chunks();
        long fragments = 0;
        try (Workspace workspace = new Workspace()) {
            for (int chunk = 0; chunk < chunks.size(); chunk++) {
                fragments += FragmentIndex.decode(
                                Objects.requireNonNull(level.fragments().read(chunks.key(chunk), workspace)))
                        .size();
            }
        }
        return fragments;
    }

    @ParameterizedTest
    @MethodSource("all")
    void chunksAndWhatLinksJoinStay(String name) {
        VectorStore before = ZvfStores.open(ZvfStores.copyOf(name));
        Path path = ZvfDirectories.unpack(name, directory);
        // Bins of the levels above are twice and four times as long.
        long along = before.levelNumbers().size() == 1 ? 3 : 8;
        double[] bins = before.metadata().chunkShape().toArray();
        for (int axis = 0; axis < bins.length; axis++) {
            bins[axis] /= axis == 0 ? along : 2;
        }

        Path destination = directory.resolve("there");

        rebin(path, destination, WorldVector.of(bins));

        try (FileStore store = FileStore.open(destination)) {
            VectorStore after = ZvfStores.open(store);
            assertThat(after.metadata().binShape()).isEqualTo(WorldVector.of(bins));
            assertThat(topology(after)).isEqualTo(topology(before));
            boolean isBinned = before.level(0).objects() == null
                    && before.metadata().geometryTypes().contains(io.rezarr.vectors.model.GeometryType.POINT_CLOUD);
            if (isBinned) {
                long perChunk = along << (bins.length - 1);
                int chunks = after.level(0).vertices().chunks().size();
                assertThat(fragments(after)).isEqualTo(perChunk * chunks);
            }
        }
    }
}
