package io.rezarr.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.commit.DocumentSwap.NewDocument;
import io.rezarr.commit.StoppingFiles.Killed;
import io.rezarr.commit.StoppingFiles.When;
import io.rezarr.error.RefusedException;
import io.rezarr.error.StoreException;
import io.rezarr.metadata.ZarrFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A migration killed before, and half way through, each of its file operations, and each of those of its recovery. */
class DocumentSwapTest {
    private static final List<String> NEW_V3 = List.of("g/a/zarr.json", "g/zarr.json", "z/zarr.json", "zarr.json");
    private static final List<String> NEW_V2 =
            List.of("g/a/.zattrs", "g/a/.zarray", "z/.zarray", "g/.zgroup", ".zattrs", ".zgroup", ".zmetadata");

    @TempDir
    Path directory;

    private int stores;

    /** A store of the other version, with chunks that no step may touch. */
    private Path store(ZarrFormat to) {
        Path root = directory.resolve(stores++ + "/here/root.zarr");
        (to == ZarrFormat.V2 ? NEW_V3 : NEW_V2)
                .forEach(key -> SampleStore.writeText(root.resolve(key), contentOf(key)));
        SampleStore.writeText(root.resolve("g/a/0.0"), "chunk");
        SampleStore.writeText(root.resolve("z/0"), "chunk");
        return root;
    }

    private static String contentOf(String key) {
        String type = key.equals("zarr.json") || key.equals("g/zarr.json") ? "group" : "array";
        return "{\"node_type\": \"" + type + "\", \"key\": \"" + key + "\"}";
    }

    private static List<NewDocument> documents(ZarrFormat to) {
        return (to == ZarrFormat.V2 ? NEW_V2 : NEW_V3)
                .stream()
                        .map(key -> new NewDocument(
                                key, ByteBuffer.wrap(contentOf(key).getBytes(StandardCharsets.UTF_8))))
                        .toList();
    }

    private static void migrate(Path root, ZarrFormat to, FileOperations files) {
        DocumentSwap.run(root, to, documents(to), SourceCheck.NONE, () -> {}, files);
    }

    private static Map<String, String> expected(ZarrFormat version) {
        Map<String, String> files = new TreeMap<>(Map.of("g/a/0.0", "chunk", "z/0", "chunk"));
        (version == ZarrFormat.V2 ? NEW_V2 : NEW_V3).forEach(key -> files.put(key, contentOf(key)));
        return files;
    }

    private static ZarrFormat other(ZarrFormat format) {
        return format == ZarrFormat.V2 ? ZarrFormat.V3 : ZarrFormat.V2;
    }

    @ParameterizedTest
    @EnumSource(ZarrFormat.class)
    void childrenComeFirstAndTheOldRootGoesFirst(ZarrFormat to) {
        Path root = store(to);
        StoppingFiles files = StoppingFiles.never();

        migrate(root, to, files);

        assertThat(SampleStore.files(root.resolveSibling(""))).isEqualTo(prefixed(expected(to)));
        List<String> documents = files.log().stream()
                .filter(line -> line.matches("(rename .*(\\.z|zarr\\.json).*|delete (\\.z.*|zarr\\.json))"))
                .toList();
        List<String> wanted = new ArrayList<>();
        (to == ZarrFormat.V2 ? NEW_V2 : NEW_V3).forEach(key -> wanted.add("rename " + name(key) + ".rezarr-part"));
        wanted.addAll(
                to == ZarrFormat.V3
                        ? List.of(
                                "delete .zmetadata",
                                "delete .zgroup",
                                "delete .zattrs",
                                "delete .zgroup",
                                "delete .zarray",
                                "delete .zattrs",
                                "delete .zarray")
                        : List.of("delete zarr.json", "delete zarr.json", "delete zarr.json", "delete zarr.json"));
        assertThat(documents).isEqualTo(wanted);
    }

    private static String name(String key) {
        return key.substring(key.lastIndexOf('/') + 1);
    }

    private static Map<String, String> prefixed(Map<String, String> files) {
        Map<String, String> prefixed = new TreeMap<>();
        files.forEach((key, content) -> prefixed.put("root.zarr/" + key, content));
        return prefixed;
    }

    @ParameterizedTest
    @EnumSource(ZarrFormat.class)
    void afterAKillAtAnyOperationTheRootIsWholeAndRecoveryEndsIt(ZarrFormat to) {
        StoppingFiles whole = StoppingFiles.never();
        migrate(store(to), to, whole);
        List<String> operations = whole.log();
        assertThat(operations).hasSizeGreaterThan(25);
        int finished = 0;
        int hit = 0;
        for (When when : When.values()) {
            for (int n = 1; n <= operations.size(); n++) {
                if (when == When.HALF_WAY && !operations.get(n - 1).startsWith("create")) {
                    continue;
                }
                String place = when + " operation " + n + ", " + operations.get(n - 1);
                Path root = killedAt(to, n, when, operations);
                hit++;
                requireRootWhole(root, to, place);
                if (when == When.BEFORE && !operations.get(Math.max(0, n - 2)).startsWith("force")) {
                    requireRecoverable(root, to, place);
                }
                Recovery.recover(root, StoppingFiles.never());
                Map<String, String> found = SampleStore.files(root.resolveSibling(""));
                boolean isNew = found.equals(prefixed(expected(to)));
                assertThat(found).as(place).isEqualTo(prefixed(expected(isNew ? to : other(to))));
                finished += isNew ? 1 : 0;
                assertThat(Recovery.recover(root, StoppingFiles.never())).startsWith("Nothing to recover");
            }
        }
        assertThat(hit).isGreaterThan(operations.size());
        assertThat(finished).isGreaterThan(5).isLessThan(hit - 5);
    }

    private Path killedAt(ZarrFormat to, int n, When when, List<String> operations) {
        Path root = store(to);
        StoppingFiles files = StoppingFiles.at(n, when);
        assertThatThrownBy(() -> migrate(root, to, files)).isInstanceOf(Killed.class);
        assertThat(files.log()).isEqualTo(operations.subList(0, n));
        return root;
    }

    /** Whoever takes the version that the root says finds all of it. */
    private static void requireRootWhole(Path root, ZarrFormat to, String place) {
        boolean v3 = Files.exists(root.resolve("zarr.json"));
        boolean v2 = Files.exists(root.resolve(".zgroup"));
        assertThat(v2 || v3).as(place).isTrue();
        Map<String, String> found = SampleStore.files(root);
        if (v3) {
            assertThat(found).as(place).containsAllEntriesOf(expected(ZarrFormat.V3));
        }
        // A reader takes v3 where both stand. Once the last document of v2 is there, or the first not yet gone, it is
        // whole.
        if (v2 && Files.exists(root.resolve(".zmetadata"))) {
            assertThat(found).as(place).containsAllEntriesOf(expected(ZarrFormat.V2));
        }
        assertThat(v3 || Files.exists(root.resolve(".zmetadata")) || to == ZarrFormat.V3)
                .as(place)
                .isTrue();
    }

    /** A recovery that is killed itself, before each of its operations, and recovered. */
    private void requireRecoverable(Path left, ZarrFormat to, String runPlace) {
        for (int m = 1; ; m++) {
            Path root = copy(left.resolveSibling("")).resolve("root.zarr");
            try {
                Recovery.recover(root, StoppingFiles.at(m, When.BEFORE));
                return;
            } catch (Killed e) {
                requireRootWhole(root, to, runPlace + "; recovery at " + m);
            }
            Recovery.recover(root, StoppingFiles.never());
            assertThat(SampleStore.files(root.resolveSibling("")))
                    .as(runPlace + "; recovery at " + m)
                    .isIn(prefixed(expected(to)), prefixed(expected(other(to))));
        }
    }

    private Path copy(Path here) {
        Path copy = directory.resolve("copy" + stores++);
        SampleStore.copy(here, copy);
        return copy;
    }

    @Test
    void failureBeforeAllIsWrittenIsUndone() {
        Path root = store(ZarrFormat.V3);
        assertThatThrownBy(() -> DocumentSwap.run(
                        root, ZarrFormat.V3, documents(ZarrFormat.V3), SourceCheck.NONE, DocumentSwapTest::fail))
                .isInstanceOf(StoreException.class)
                .hasMessage("the disk is full");
        assertThat(SampleStore.files(root.resolveSibling(""))).isEqualTo(prefixed(expected(ZarrFormat.V2)));
    }

    private static void fail() {
        throw new StoreException("the disk is full");
    }

    @Test
    void interruptedStoreIsRefusedWithTheWayOut() {
        Path root = store(ZarrFormat.V3);
        assertThatThrownBy(() -> migrate(root, ZarrFormat.V3, StoppingFiles.at(20, When.BEFORE)))
                .isInstanceOf(Killed.class);

        assertThatThrownBy(() -> Recovery.requireNotInterrupted(root.resolve("g/a")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("its migration was interrupted")
                .hasMessageContaining("rezarr recover");
    }

    @Test
    void documentsOfBothVersionsNestedStoresAndLinksAreRefused() throws IOException {
        Path both = store(ZarrFormat.V3);
        SampleStore.writeText(both.resolve("g/zarr.json"), "{}");
        requireRefused(both, "g/zarr.json' exists already");
        Path nested = store(ZarrFormat.V3);
        requireRefused(nested.resolve("g"), "is in the group '" + nested.toRealPath());
        Path linked = store(ZarrFormat.V3);
        Files.move(linked.resolve("g"), linked.resolveSibling("elsewhere"));
        Files.createSymbolicLink(linked.resolve("g"), linked.resolveSibling("elsewhere"));
        assertThatThrownBy(() -> migrate(linked, ZarrFormat.V3, StoppingFiles.never()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is reached through a symbolic link");
        assertThat(linked.resolve("zarr.json")).doesNotExist();
        assertThat(linked.resolve("g/zarr.json")).doesNotExist();
    }

    private static void requireRefused(Path root, String message) {
        Map<String, String> before = SampleStore.files(root);
        assertThatThrownBy(() -> migrate(root, ZarrFormat.V3, StoppingFiles.never()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(message);
        assertThat(SampleStore.files(root)).isEqualTo(before);
    }
}
