package io.rezarr.vectors.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.InvalidRequestException;
import io.rezarr.error.RefusedException;
import io.rezarr.error.RezarrException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonValue;
import io.rezarr.store.FileStore;
import io.rezarr.store.MemoryStore;
import io.rezarr.vectors.StoreEdit;
import io.rezarr.vectors.ZvfStores;
import io.rezarr.vectors.api.VectorRechunkRequest.Existing;
import io.rezarr.vectors.api.VectorRechunkRequest.InPlace;
import io.rezarr.vectors.api.VectorRechunkRequest.Layout;
import io.rezarr.vectors.api.VectorRechunkRequest.Verify;
import io.rezarr.vectors.digest.VectorDigest;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.rechunk.ChunkLimit;
import io.rezarr.vectors.rechunk.VectorRunOptions.Mode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests on stores of the reference implementations, in directories: written, verified, committed. */
class VectorRechunkTest {
    private static final long MAX_MEMORY = 256 << 20;

    @TempDir
    private Path directory;

    private Path unpacked(String name) {
        return ZvfDirectories.unpack(name, directory);
    }

    private static VectorRechunkRequest request(
            Path source, @Nullable Path destination, @Nullable WorldVector chunks, @Nullable WorldVector bins) {
        VectorRechunkRequest base = destination == null
                ? VectorRechunkRequest.inPlace(source.toString())
                : VectorRechunkRequest.of(source.toString(), destination.toString());
        return base.withChunkShape(chunks)
                .withBinShape(bins)
                .withVerify(Verify.FULL)
                .withMaxBytes(MAX_MEMORY)
                .withThreads(2);
    }

    private static VectorRechunkReport run(VectorRechunkRequest request) {
        try (VectorRechunk rechunk = VectorRechunk.prepare(request)) {
            return rechunk.run(VectorRechunkListener.NONE);
        }
    }

    private static String digest(Path store) {
        return VectorDigest.of(store, MAX_MEMORY).hex();
    }

    static Stream<String> all() {
        return ZvfStores.all().stream();
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyStoreIsRechunkedAndRechunkedBackInPlace(String name) {
        Path source = unpacked(name);
        VectorStore opened = ZvfStores.open(ZvfStores.copyOf(name));
        String before = digest(source);
        WorldVector chunks = opened.metadata().chunkShape();
        Path destination = directory.resolve("coarser");

        VectorRechunkReport report = run(request(source, destination, chunks.times(1.5), null));

        assertThat(report.digest()).isEqualTo(before);
        assertThat(report.run().memoryBytes()).as("of small stores").isLessThan(MAX_MEMORY / 3);
        assertThat(digest(destination)).isEqualTo(before);
        run(request(destination, null, chunks, opened.metadata().binShape()));
        assertThat(digest(destination)).isEqualTo(before);
        assertThat(directory).isDirectoryContaining(path -> path.equals(destination));
        assertThat(directory.toFile().list()).hasSize(2);
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatUsersSayOfAnyNodeStays(String name) throws IOException {
        Path source = unpacked(name);
        for (Path document : documents(source)) {
            String text = Files.readString(document);
            String empty = text.replaceFirst("\"attributes\": *\\{\\s*\\}", "\"attributes\": {\"mine\": 1}");
            Files.writeString(
                    document,
                    empty.equals(text) ? text.replaceFirst("\"attributes\": *\\{", "$0\"mine\": 1, ") : empty);
        }
        assertThat(documents(source))
                .allSatisfy(document -> assertThat(document).content().contains("\"mine\""));
        Path destination = directory.resolve("coarser");
        WorldVector chunks = ZvfStores.open(ZvfStores.copyOf(name)).metadata().chunkShape();

        run(request(source, destination, chunks.times(1.5), null));

        assertThat(documents(destination))
                .filteredOn(document -> Files.exists(source.resolve(destination.relativize(document))))
                .isNotEmpty()
                .allSatisfy(document -> assertThat(document).content().contains("\"mine\""));
    }

    /** Layout 0.7 has a node for each chunk or shard, 0.9 one for links that lead so many chunks away: which are others afterwards. */
    private static boolean isOfChunk(Path document) {
        return document.toString().matches(".*/([-+]?[0-9]+([._][-+]?[0-9]+)+|__shard_[0-9]+)/zarr.json");
    }

    private static List<Path> documents(Path store) throws IOException {
        return allDocuments(store).stream().filter(file -> !isOfChunk(file)).toList();
    }

    private static List<Path> allDocuments(Path store) throws IOException {
        try (Stream<Path> files = Files.walk(store)) {
            return files.filter(file -> file.endsWith("zarr.json")).sorted().toList();
        }
    }

    @Test
    void rebinKeepsTheBackupIfAsked() {
        Path source = unpacked("09/points3d_bins");
        run(request(source, null, null, WorldVector.of(10, 10, 10))
                .withMode(Mode.STREAMING)
                .withInPlace(InPlace.SWAP_KEEP_BACKUP)
                .withCodec("zstd:1")
                .withShards("2,2,2"));
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("09-points3d_bins", "09-points3d_bins.backup");
        try (FileStore store = FileStore.open(source)) {
            assertThat(ZvfStores.open(store).metadata().binShape()).isEqualTo(WorldVector.of(10, 10, 10));
        }
    }

    @Test
    void someLevelsOnlyLeaveOutWhatLeadsToTheOthers() {
        Path source = unpacked("09/streamlines_pyramid");
        VectorRechunkRequest all = request(source, directory.resolve("base"), WorldVector.of(16, 16, 16), null);
        VectorRechunkReport report = run(all.withLevels(0));
        assertThat(report.run().pendingLinks()).containsExactly("0/links/+1");
        try (FileStore store = FileStore.open(directory.resolve("base"))) {
            assertThat(ZvfStores.open(store).levelNumbers()).containsExactly(0);
        }
    }

    @Test
    void whatIsNoVectorStoreIsRefused() {
        Path destination = directory.resolve("there");
        assertThatThrownBy(() -> VectorRechunk.prepare(request(directory, destination, WorldVector.of(1), null)))
                .isInstanceOf(InvalidMetadataException.class);
    }

    @Test
    void sourceThatIsNotSoundIsRefusedByWhatIsWrong() {
        for (String name : List.of("07/pc3_bins", "09/points3d_bins")) {
            refusesSource(name, edit -> edit.remove("0"), "has no levels: expected a group 0");
            refusesSource(
                    name,
                    edit -> edit.root(z -> z.with(
                            "bounds",
                            StoreEdit.array(StoreEdit.numbers("9", "9", "9"), StoreEdit.numbers("0", "0", "0")))),
                    "zarr.json' /attributes/zarr_vectors/bounds are from (9, 9, 9) to (0, 0, 0), which is reversed along axis 0");
        }
        MemoryStore bins = ZvfStores.copyOf("07/pc3_bins");
        new StoreEdit(bins).root(z -> z.with("base_bin_shape", StoreEdit.numbers("5", "8", "6")));
        Path source = ZvfDirectories.write(bins, directory.resolve("bins"));
        VectorRechunkRequest upgrade =
                request(source, directory.resolve("there"), null, null).withLayout(Layout.V09);
        assertThatThrownBy(() -> VectorRechunk.prepare(upgrade))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("Bins of (5, 8, 6) do not divide chunks of (24, 24, 24) in the source")
                .hasMessageContaining("--bin-shape 4.8,8,6");
    }

    @Test
    void verticesThatNobodyFindsAreNotedAndNotReplaced() {
        MemoryStore store = ZvfStores.copyOf("09/points2d");
        StoreEdit edit = new StoreEdit(store);
        edit.attributes("0/vertices", all -> all.without("nonempty_chunks"));
        Path source = ZvfDirectories.write(store, directory.resolve("unlisted"));
        WorldVector chunks = WorldVector.of(16, 10);
        assertThatThrownBy(() -> run(request(source, null, chunks, null)))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("Level 0 of '" + source + "' has ")
                .hasMessageContaining(" vertices by its vertex_count, but 0 were found")
                .hasMessageContaining("nothing was replaced");
        assertThat(edit.values("0/vertices"))
                .allSatisfy(key -> assertThat(source.resolve(key)).exists());
        assertThat(run(request(source, directory.resolve("there"), chunks, null))
                        .notes())
                .anyMatch(note -> note.contains("but 0 were found"));
    }

    private void refusesSource(String name, Consumer<StoreEdit> change, String message) {
        MemoryStore store = ZvfStores.copyOf(name);
        change.accept(new StoreEdit(store));
        Path source = ZvfDirectories.write(store, directory.resolve(name.replace('/', '-') + message.length()));
        VectorRechunkRequest request = request(source, directory.resolve("there"), WorldVector.of(8, 8, 8), null);
        assertThatThrownBy(() -> VectorRechunk.prepare(request))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("'" + source)
                .hasMessageContaining(message);
    }

    @Test
    void destinationThatExistsIsRefusedBeforeAnythingIsWritten() {
        Path source = unpacked("09/points2d");
        Path destination = unpacked("07/pc4");
        assertThatThrownBy(() -> VectorRechunk.prepare(request(source, destination, WorldVector.of(4, 4), null)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("exists already");
    }

    /** Whichever array it is, and whoever meets it first: what reads, what writes an array like it, or what verifies a copy. */
    @ParameterizedTest
    @ValueSource(strings = {"07/graph3", "07/stream3", "09/graph3d", "09/streamlines"})
    void codecThatIsNotSupportedIsNamedWithTheDocumentOfItsArray(String name) throws IOException {
        Path source = unpacked(name);
        WorldVector chunks = ZvfStores.open(ZvfStores.copyOf(name)).metadata().chunkShape();
        Path there = directory.resolve("there");
        Set<Path> families = new HashSet<>();
        for (Path document : allDocuments(source)) {
            String text = Files.readString(document);
            Path family = isOfChunk(document) ? document.resolve("../..").normalize() : document;
            if (!text.contains("\"codecs\"") || !families.add(family)) {
                continue;
            }
            Files.writeString(document, withMagic(text));
            for (VectorRechunkRequest request : List.of(
                    request(source, there, chunks.times(1.5), null),
                    request(source, there, null, null).withLayout(Layout.V09))) {
                if (request.layout() == Layout.V09 && name.startsWith("09/")) {
                    continue;
                }
                assertThatThrownBy(() -> run(request))
                        .as(request.layout() + " of " + document)
                        .isInstanceOf(RezarrException.class)
                        .hasMessageContaining(
                                "/" + source.relativize(document) + "': Codec 'magic' of Zarr v3 is not supported");
            }
            Files.writeString(document, text);
        }
        assertThat(families).hasSizeGreaterThan(4);
    }

    private static String withMagic(String text) {
        JsonObject document = Json.parseObject(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), "document");
        List<JsonValue> codecs = new ArrayList<>(StoreEdit.items(StoreEdit.member(document, "codecs")));
        codecs.add(StoreEdit.codec("magic"));
        return Json.toString(document.with("codecs", new JsonArray(codecs)));
    }

    @Test
    void sourceIsClosedWhateverIsRefused() {
        Path source = unpacked("07/pc4");
        Path there = directory.resolve("there");
        WorldVector chunks = WorldVector.of(4, 4, 4, 4);
        VectorRechunkRequest request = request(source, there, chunks, null);
        for (VectorRechunkRequest refused : List.of(
                request(directory, there, chunks, null),
                request(source, directory, chunks, null),
                request.withLevels(7),
                request.withShards("2,2,2,2"),
                request(source, there, null, null).withChunkLimit(new ChunkLimit(ChunkLimit.Unit.LINKS, 1)))) {
            OpenedStores stores = new OpenedStores();
            assertThatThrownBy(() -> VectorRechunk.open(refused, refused.levels(), stores))
                    .isInstanceOf(RezarrException.class);
            stores.requireEachClosedOnce(1);
        }
        OpenedStores stores = new OpenedStores();
        VectorRechunk.open(request, List.of(), stores).close();
        stores.requireEachClosedOnce(1);
    }

    @Test
    void partsThatContradictEachOtherAreRefusedWhereTheyComeTogether() {
        VectorRechunkRequest there = VectorRechunkRequest.of("a", "b");
        VectorRechunkRequest inPlace = VectorRechunkRequest.inPlace("a");
        assertThat(inPlace.verify()).isEqualTo(Verify.FULL);
        refuses(() -> there.withInPlace(InPlace.SWAP), "--in-place takes no DST, found 'b'; leave out one of them");
        refuses(() -> inPlace.withInPlace(InPlace.NO), "DST is missing: name where the result goes, or say --in-place");
        refuses(() -> inPlace.withLevels(0), "--level does not go with --in-place: the other levels would be lost");
        refuses(
                () -> inPlace.withExisting(Existing.OVERWRITE),
                "--overwrite is about DST; in place the source is replaced anyway");
        refuses(
                () -> inPlace.withExisting(Existing.REPLACE_LEVELS),
                "--in-place does not go with --dest-root: that is where the result goes");
        refuses(
                () -> inPlace.withVerify(Verify.NONE),
                "--verify none does not go in place: what replaces the source is always verified");
        refuses(
                () -> there.withChunkShape(WorldVector.of(4)).withChunkLimit(ChunkLimit.USUAL),
                "a chunk shape (4) and a limit to choose one by: give one of them");
        refuses(() -> there.withThreads(0), "threads (0) and memory (1073741824 bytes) must be at least 1");
    }

    private static void refuses(ThrowingCallable change, String message) {
        assertThatThrownBy(change).isInstanceOf(InvalidRequestException.class).hasMessage(message);
    }

    @Test
    void partsThatDoNotGoTogetherAreRefused() {
        Path source = unpacked("07/pc4");
        VectorRechunkRequest request = request(source, directory.resolve("there"), WorldVector.of(4, 4, 4, 4), null);
        VectorRechunkRequest sharded = request.withShards("2,2,2,2");
        assertThatThrownBy(() -> VectorRechunk.prepare(sharded))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("layout 0.7 have no shards of Zarr");
        assertThat(directory.resolve("there")).doesNotExist();
    }
}
