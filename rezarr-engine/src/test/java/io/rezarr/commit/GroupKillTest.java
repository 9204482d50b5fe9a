package io.rezarr.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.commit.Journal.Operation;
import io.rezarr.commit.StagedNode.Backup;
import io.rezarr.commit.StagedNode.Entries;
import io.rezarr.commit.StoppingFiles.Killed;
import io.rezarr.commit.StoppingFiles.When;
import io.rezarr.json.Json;
import io.rezarr.metadata.ZarrFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process that replaces a whole group, or the whole store, killed before and half way through each file operation. */
class GroupKillTest {
    @TempDir
    Path temporary;

    private int copies;

    @ParameterizedTest
    @CsvSource({"V2, g", "V3, g", "V2, ''", "V3, ''"})
    void theOldOrTheNewGroupStandsAndRecoveryEndsIt(ZarrFormat format, String path) {
        Path template = temporary.resolve("template");
        SampleStore.write(template, format);
        StoppingFiles whole = StoppingFiles.never();
        Path finished = copyOf(template);
        replace(finished, format, path, whole);
        Map<String, Object> old = contentOf(template);
        Map<String, Object> replaced = contentOf(finished);
        assertThat(replaced).isNotEqualTo(old);
        int ended = 0;
        int hit = 0;
        for (When when : When.values()) {
            for (int n = 1; n <= whole.log().size(); n++) {
                if (when == When.HALF_WAY && !whole.log().get(n - 1).startsWith("create")) {
                    continue;
                }
                hit++;
                String place = when + " operation " + n + ", " + whole.log().get(n - 1);
                Path left = copyOf(template);
                StoppingFiles files = StoppingFiles.at(n, when);
                assertThatThrownBy(() -> replace(left, format, path, files))
                        .as(place)
                        .isInstanceOf(Killed.class);
                assertThat(files.log()).as(place).isEqualTo(whole.log().subList(0, n));
                requireNotMisled(left, format, path, place);
                Recovery.recover(left.resolve("root.zarr"), StoppingFiles.never());
                Map<String, Object> found = contentOf(left);
                assertThat(found).as(place).isIn(old, replaced);
                ended += found.equals(replaced) ? 1 : 0;
                assertThat(Recovery.recover(left.resolve("root.zarr"), StoppingFiles.never()))
                        .as(place)
                        .startsWith("Nothing to recover");
            }
        }
        assertThat(hit).isGreaterThan(whole.log().size()).isGreaterThan(40);
        assertThat(ended).isGreaterThan(10).isLessThan(hit - 10);
    }

    private Path copyOf(Path directory) {
        Path copy = temporary.resolve("copy" + copies++ + "/here");
        SampleStore.writeText(copy.resolveSibling("made"), "");
        SampleStore.copy(directory, copy);
        return copy;
    }

    /** What takes the place of the group has its arrays with other chunks, and consolidated metadata of its own. */
    private static void replace(Path here, ZarrFormat format, String path, StoppingFiles files) {
        Path group = here.resolve("root.zarr").resolve(path);
        try (StagedNode staged = StagedNode.begin(group, Operation.REPLACE, Backup.DELETE, Entries.PUT, files)) {
            if (files.isDead()) {
                throw new Killed();
            }
            Path inner = path.isEmpty() ? staged.directory().resolve("g") : staged.directory();
            SampleStore.writeArray(inner.resolve("a"), format, SampleStore.NEW, 1);
            SampleStore.writeArray(inner.resolve("b"), format, SampleStore.NEW, 1);
            SampleStore.writeGroup(inner, format, "a", "b");
            if (path.isEmpty()) {
                SampleStore.writeArray(staged.directory().resolve("z"), format, "z", 1);
                SampleStore.writeGroup(staged.directory(), format, "g", "g/a", "g/b", "z");
            }
            staged.commit(SourceCheck.NONE);
        }
    }

    private static void requireNotMisled(Path here, ZarrFormat format, String path, String place) {
        SampleStore store = new SampleStore(here.resolve("root.zarr"), format);
        if (!ZarrDirectory.isNode(store.root())) {
            assertThat(path).as(place).isEmpty();
            return;
        }
        List<@Nullable String> words = new java.util.ArrayList<>();
        words.add(wordOf(store.group().resolve("a"), format));
        words.add(wordOf(store.group().resolve("b"), format));
        assertThat(words.toString()).as(place).isIn("[old, b]", "[new, new]", "[null, null]");
        if (words.get(0) != null) {
            store.requireConsolidatedTrue("a");
            store.requireConsolidatedTrue("b");
        } else {
            assertThat(store.isConsolidated(store.root(), "g/a")).as(place).isFalse();
        }
    }

    private static @Nullable String wordOf(Path array, ZarrFormat format) {
        if (!ZarrDirectory.isNode(array)) {
            return null;
        }
        String text = SampleStore.readText(array.resolve(format == ZarrFormat.V2 ? ".zarray" : "zarr.json"));
        return text.replaceAll("(?s).*\"word\": \"(\\w+)\".*", "$1");
    }

    /** Files by name; documents by what they say, however it is written. */
    private static Map<String, Object> contentOf(Path here) {
        Map<String, Object> content = new TreeMap<>();
        SampleStore.files(here).forEach((name, text) -> {
            boolean isDocument = name.endsWith(".json") || name.contains("/.z");
            content.put(
                    name,
                    isDocument ? Json.parseObject(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), name) : text);
        });
        return content;
    }
}
