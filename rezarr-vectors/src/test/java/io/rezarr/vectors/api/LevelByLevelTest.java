package io.rezarr.vectors.api;

import static io.rezarr.vectors.StoreEdit.array;
import static io.rezarr.vectors.StoreEdit.items;
import static io.rezarr.vectors.StoreEdit.member;
import static io.rezarr.vectors.StoreEdit.numbers;
import static io.rezarr.vectors.StoreEdit.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.CancelledException;
import io.rezarr.error.InvalidRequestException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.RefusedException;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonValue;
import io.rezarr.vectors.StoreEdit;
import io.rezarr.vectors.ZvfStores;
import io.rezarr.vectors.api.VectorRechunkRequest.Existing;
import io.rezarr.vectors.api.VectorRechunkRequest.Verify;
import io.rezarr.vectors.digest.VectorDigest;
import io.rezarr.vectors.info.VectorInfo;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.rechunk.VectorRunListener;
import io.rezarr.vectors.validate.Check;
import io.rezarr.vectors.validate.Finding;
import io.rezarr.vectors.validate.Validation;
import io.rezarr.vectors.validate.ValidationReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Stores of several levels, each level written by a run of its own, as the format's page has it. */
class LevelByLevelTest {
    private static final long MAX_MEMORY = 256 << 20;
    /** Two ends, each with three coordinates of its chunk and a row. */
    private static final int LINK_BYTES = 64;

    private static final String PYRAMID = "09/streamlines_pyramid";

    @TempDir
    private Path directory;

    static Stream<String> pyramids() {
        return ZvfStores.all().stream()
                .filter(name ->
                        ZvfStores.open(ZvfStores.copyOf(name)).levelNumbers().size() > 1);
    }

    private static WorldVector chunks(String name) {
        return ZvfStores.open(ZvfStores.copyOf(name)).metadata().chunkShape().times(1.5);
    }

    private static VectorRechunkRequest request(
            Path source,
            Path destination,
            WorldVector chunks,
            @Nullable WorldVector bins,
            Existing existing,
            Integer... levels) {
        return VectorRechunkRequest.of(source.toString(), destination.toString())
                .withChunkShape(chunks)
                .withBinShape(bins)
                .withLevels(levels)
                .withExisting(existing)
                .withVerify(Verify.FULL)
                .withMaxBytes(MAX_MEMORY)
                .withThreads(2);
    }

    private static VectorRechunkReport run(VectorRechunkRequest request) {
        try (VectorRechunk rechunk = VectorRechunk.prepare(request)) {
            return rechunk.run(VectorRechunkListener.NONE);
        }
    }

    private static VectorRechunkReport add(Path source, Path destination, WorldVector chunks, int level) {
        return run(request(source, destination, chunks, null, Existing.ADD_LEVELS, level));
    }

    private static Map<String, byte[]> files(Path root) {
        Map<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
                files.put(root.relativize(path).toString(), Files.readAllBytes(path));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private static void requireSameFiles(Path found, Path wanted) {
        Map<String, byte[]> expected = files(wanted);
        Map<String, byte[]> actual = files(found);
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        actual.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(expected.get(name)));
    }

    private static List<Check> warnings(ValidationReport report) {
        assertThat(report.isValid()).as(report.findings().toString()).isTrue();
        return report.findings().stream().map(Finding::check).distinct().toList();
    }

    @ParameterizedTest
    @MethodSource("pyramids")
    void levelsInAnyOrderMakeTheStoreThatOneRunMakes(String name) {
        Path source = ZvfDirectories.unpack(name, directory);
        WorldVector chunks = chunks(name);
        Path whole = directory.resolve("whole");
        run(request(source, whole, chunks, null, Existing.REFUSE));
        List<Integer> levels =
                new ArrayList<>(ZvfStores.open(ZvfStores.copyOf(name)).levelNumbers());
        List<Integer> descending = new ArrayList<>(levels);
        Collections.reverse(descending);
        List<Integer> shuffled = new ArrayList<>(levels);
        Collections.shuffle(shuffled, new Random(7));
        for (List<Integer> order : new LinkedHashSet<>(List.of(levels, descending, shuffled))) {
            Path destination = directory.resolve("by-level-" + order);
            for (int i = 0; i < order.size(); i++) {
                add(source, destination, chunks, order.get(i));
                List<Check> warnings = warnings(Validation.run(destination, Validation.MAX_LEVEL, MAX_MEMORY));
                if (i + 1 < order.size()) {
                    assertThat(warnings).as(order + " after " + i).contains(Check.LEVELS_PENDING);
                } else {
                    assertThat(warnings).doesNotContain(Check.LEVELS_PENDING);
                }
            }
            requireSameFiles(destination, whole);
            assertThat(VectorDigest.of(destination, MAX_MEMORY).hex())
                    .isEqualTo(VectorDigest.of(source, MAX_MEMORY).hex());
        }
    }

    @Test
    void whatIsPendingIsToldUntilItIsWritten() {
        Path source = ZvfDirectories.unpack(PYRAMID, directory);
        Path destination = directory.resolve("there");
        VectorRechunkReport first = add(source, destination, chunks(PYRAMID), 1);
        assertThat(first.run().pendingLinks()).containsExactly("1/links/-1", "1/links/+1");
        VectorInfo info = VectorInfo.of(destination, MAX_MEMORY);
        assertThat(info.levels()).hasSize(1);
        assertThat(info.watch())
                .anyMatch(sentence -> sentence.contains("levels [0, 2]")
                        && sentence.contains(
                                "cross-level links pending: 0/links/+1, 1/links/-1, 1/links/+1, 2/links/-1"));

        VectorRechunkReport second = add(source, destination, chunks(PYRAMID), 2);
        assertThat(second.run().pendingLinks()).isEmpty();
        assertThat(second.run().addedLinks()).containsExactly("1/links/+1");
        assertThat(VectorInfo.of(destination, MAX_MEMORY).watch())
                .anyMatch(sentence -> sentence.endsWith("cross-level links pending: 0/links/+1, 1/links/-1"));

        add(source, destination, chunks(PYRAMID), 0);
        assertThat(VectorInfo.of(destination, MAX_MEMORY).watch()).noneMatch(sentence -> sentence.contains("pending"));
        assertThat(destination.resolve(".rezarr")).doesNotExist();
    }

    /** A skeleton, and one of many trees, in chunks so large that several lie in one: then the order of rows cannot say what their roots are. */
    @Test
    void theFirstRunKnowsThatEdgesOfAnotherLevelMustBeStored() {
        StoreEdit edit = new StoreEdit(ZvfStores.copyOf("07/skel3"));
        for (String key : edit.keys("0")) {
            edit.put("1" + key.substring(1), edit.bytes(key));
        }
        edit.level(
                1,
                level -> level.with("level", new JsonNumber("1"))
                        .with("chunk_shape", numbers("1024.0", "1024.0", "1024.0")));
        edit.blob("1/cross_chunk_links/0/data", LevelByLevelTest::withoutParentsOfFirstRows);
        long links = edit.bytes("1/cross_chunk_links/0/data/c/0").length / LINK_BYTES;
        edit.attributes("1/cross_chunk_links/0", all -> all.with("num_links", JsonNumber.of(links)));
        edit.attributes("", all -> {
            JsonObject entry = (JsonObject) items(member(all, "multiscales")).get(0);
            JsonValue first = items(member(entry, "datasets")).get(0);
            JsonValue second = ((JsonObject) first).with("path", text("1"));
            return all.with("multiscales", array(entry.with("datasets", array(first, second))));
        });
        Path source = ZvfDirectories.write(edit.store(), directory.resolve("source"));
        WorldVector chunks = ZvfStores.open(edit.store()).metadata().chunkShape();
        Path whole = directory.resolve("whole");
        assertThat(run(request(source, whole, chunks, null, Existing.REFUSE))
                        .run()
                        .conventionSwitched())
                .isTrue();
        Path alone = directory.resolve("alone");
        assertThat(run(request(source, alone, chunks, null, Existing.REFUSE, 0))
                        .run()
                        .conventionSwitched())
                .isFalse();
        for (List<Integer> order : List.of(List.of(0, 1), List.of(1, 0))) {
            Path destination = directory.resolve("by-level-" + order);
            order.forEach(level -> add(source, destination, chunks, level));
            requireSameFiles(destination, whole);
        }
    }

    /** Links between chunks, but those whose child is the first row of its chunk. */
    private static byte[] withoutParentsOfFirstRows(byte[] links) {
        ByteBuffer all = ByteBuffer.wrap(links).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer some = ByteBuffer.allocate(links.length);
        for (int at = 0; at < links.length; at += LINK_BYTES) {
            if (all.getLong(at + 24) != 0) {
                some.put(links, at, LINK_BYTES);
            }
        }
        return Arrays.copyOf(some.array(), some.position());
    }

    @Test
    void severalLevelsMayComeAtOnce() {
        Path source = ZvfDirectories.unpack(PYRAMID, directory);
        Path destination = directory.resolve("there");
        run(request(source, destination, chunks(PYRAMID), null, Existing.ADD_LEVELS, 2, 0));
        add(source, destination, chunks(PYRAMID), 1);
        Path whole = directory.resolve("whole");
        run(request(source, whole, chunks(PYRAMID), null, Existing.REFUSE));
        requireSameFiles(destination, whole);
    }

    @Test
    void aLevelThatIsThereIsRefusedOrWrittenAgain() {
        Path source = ZvfDirectories.unpack("07/pyr_stream3", directory);
        WorldVector chunks = chunks("07/pyr_stream3");
        Path destination = directory.resolve("there");
        add(source, destination, chunks, 0);
        add(source, destination, chunks, 1);
        Map<String, byte[]> before = files(destination);
        assertThatThrownBy(() -> add(source, destination, chunks, 0))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("Level 0 of")
                .hasMessageContaining("--overwrite");
        run(request(source, destination, chunks, null, Existing.REPLACE_LEVELS, 0));
        Map<String, byte[]> after = files(destination);
        assertThat(after.keySet()).isEqualTo(before.keySet());
        after.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(before.get(name)));
    }

    @Test
    void otherSourcesGridsAndDestinationsAreRefused() throws IOException {
        Path source = ZvfDirectories.unpack(PYRAMID, directory);
        Path other = ZvfDirectories.unpack("09/points_pyramid", directory);
        Path destination = directory.resolve("there");
        WorldVector chunks = chunks(PYRAMID);
        add(source, destination, chunks, 0);
        Map<String, byte[]> before = files(destination);
        assertThatThrownBy(() -> add(other, destination, chunks("09/points_pyramid"), 1))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("gets its levels from '" + source);
        assertThatThrownBy(() -> add(source, destination, chunks.times(2), 1))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("All levels need the same");
        assertThatThrownBy(() -> add(source, other, chunks, 1))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is no store that gets its levels one by one");
        assertThatThrownBy(() -> run(request(source, destination, chunks, null, Existing.ADD_LEVELS)))
                .isInstanceOf(InvalidRequestException.class);
        // What is not complete is no source: what is pending would be lost.
        assertThatThrownBy(() -> add(destination, directory.resolve("further"), chunks, 0))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("cross-level links pending");
        assertThat(files(destination).keySet()).isEqualTo(before.keySet());
        assertThat(directory.resolve("further")).doesNotExist();
    }

    @Test
    void aRunThatIsBrokenOffLeavesTheEarlierLevelsAndIsRunAgain() {
        Path source = ZvfDirectories.unpack(PYRAMID, directory);
        Path destination = directory.resolve("there");
        WorldVector chunks = chunks(PYRAMID);
        add(source, destination, chunks, 0);
        Map<String, byte[]> before = files(destination);
        VectorRechunkListener broken = new VectorRechunkListener() {
            private boolean cancelled;

            @Override
            public void progress(int level, Step step, long done, long total) {
                cancelled |= step == VectorRunListener.Step.LINKS;
            }

            @Override
            public boolean isCancelled() {
                return cancelled;
            }
        };
        try (VectorRechunk rechunk =
                VectorRechunk.prepare(request(source, destination, chunks, null, Existing.ADD_LEVELS, 1))) {
            assertThatThrownBy(() -> rechunk.run(broken)).isInstanceOf(CancelledException.class);
        }
        Map<String, byte[]> after = files(destination);
        assertThat(after.keySet()).isEqualTo(before.keySet());
        after.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(before.get(name)));
        add(source, destination, chunks, 1);
        add(source, destination, chunks, 2);
        assertThat(VectorDigest.of(destination, MAX_MEMORY).hex())
                .isEqualTo(VectorDigest.of(source, MAX_MEMORY).hex());
    }

    @Test
    void alteredPlacesOfRowsAreAnErrorNotWrongLinks() throws IOException {
        Path source = ZvfDirectories.unpack(PYRAMID, directory);
        Path destination = directory.resolve("there");
        add(source, destination, chunks(PYRAMID), 0);
        Path rows = destination.resolve(".rezarr/levels/0/rows");
        byte[] bytes = Files.readAllBytes(rows);
        bytes[bytes.length / 2] ^= 1;
        Files.write(rows, bytes);
        assertThatThrownBy(() -> add(source, destination, chunks(PYRAMID), 1))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining("checksum")
                .hasMessageContaining(".rezarr/levels/0/rows");
        Files.delete(rows);
        assertThatThrownBy(() -> add(source, destination, chunks(PYRAMID), 1))
                .isInstanceOf(MalformedDataException.class)
                .hasMessageContaining(".rezarr/levels/0/rows");
        VectorStore there = ZvfStores.open(io.rezarr.store.FileStore.open(destination));
        assertThat(there.levelNumbers()).containsExactly(0);
    }
}
