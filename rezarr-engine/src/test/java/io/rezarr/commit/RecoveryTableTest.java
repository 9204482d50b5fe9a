package io.rezarr.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.commit.Journal.Operation;
import io.rezarr.commit.Journal.State;
import io.rezarr.error.RefusedException;
import io.rezarr.metadata.ZarrFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each row of the table in {@code docs/recovery.md}, made on the disk, does what the table says. */
class RecoveryTableTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "recovery.md");
    private static final FileOperations FILES = StoppingFiles.never();

    /** A row. */
    record Row(
            String node,
            String staged,
            String backup,
            String action,
            String nodeAfter,
            String stagedAfter,
            String backupAfter) {}

    static List<Row> rows() throws IOException {
        return Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.chars().filter(c -> c == '|').count() == 8)
                .skip(2)
                .map(line -> Arrays.stream(line.substring(1).split("\\|"))
                        .map(String::trim)
                        .toList())
                .map(cells -> new Row(
                        cells.get(0),
                        cells.get(1),
                        cells.get(2),
                        cells.get(3),
                        cells.get(4),
                        cells.get(5),
                        cells.get(6)))
                .toList();
    }

    @TempDir
    Path temporary;

    @Test
    void theTableIsThere() throws IOException {
        assertThat(rows()).hasSizeGreaterThan(20);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void recoveryDoesWhatTheTableSays(Row row) {
        SampleStore store = made(row);
        Places places = new Places(store.array());
        Map<String, String> before = SampleStore.files(store.root());
        switch (row.action()) {
            case "refused" -> {
                assertThatThrownBy(() -> Recovery.recover(store.array(), FILES))
                        .isInstanceOf(RefusedException.class)
                        .hasMessageContaining("Nothing was changed");
                assertThat(SampleStore.files(store.root())).isEqualTo(before);
            }
            case "nothing" ->
                assertThat(Recovery.recover(store.array(), FILES)).startsWith("Deleted what an interrupted run");
            case "rolled back" ->
                assertThat(Recovery.recover(store.array(), FILES)).startsWith("Rolled back:");
            case "finished" ->
                assertThat(Recovery.recover(store.array(), FILES)).startsWith("Finished:");
            default -> throw new AssertionError("unknown action: " + row.action());
        }
        assertThat(kind(places.node())).isEqualTo(row.nodeAfter());
        assertThat(kind(places.staged())).isEqualTo(row.stagedAfter());
        assertThat(kind(places.backup())).isEqualTo(row.backupAfter());
        requireClean(row, store, places);
    }

    private static void requireClean(Row row, SampleStore store, Places places) {
        store.requireConsolidatedTrue("a");
        assertThat(Disk.exists(places.lock())).isFalse();
        if (row.action().equals("refused")) {
            return;
        }
        assertThat(Disk.exists(places.discarded())).isFalse();
        if (!row.action().equals("nothing")) {
            boolean stands = !row.nodeAfter().equals("absent");
            assertThat(store.isConsolidated(store.root(), "g/a")).isEqualTo(stands);
            assertThat(store.isConsolidated(store.group(), "a")).isEqualTo(stands);
        }
        assertThat(Recovery.recover(store.array(), FILES)).startsWith("Nothing to recover");
    }

    private SampleStore made(Row row) {
        SampleStore store = SampleStore.write(temporary, ZarrFormat.V2);
        Places places = new Places(store.array());
        List<Ancestor> ancestors = Ancestor.of(store.array(), store.array());
        Path old = temporary.resolve("old");
        SampleStore.copy(store.array(), old);
        String replaced = SourceFingerprint.of(old).sha256().toString();
        if (!row.node().equals("old") || row.staged().startsWith("ready")) {
            new ConsolidatedEdits(FILES).remove(ancestors);
        }
        new Trees(FILES).discard(store.array(), places);

        make(places.node(), row.node(), old, replaced, ancestors);
        make(places.staged(), row.staged(), old, replaced, ancestors);
        make(places.backup(), row.backup(), old, replaced, ancestors);
        SampleStore.copy(old, places.discarded());
        return store;
    }

    private static void make(Path path, String state, Path old, String replaced, List<Ancestor> ancestors) {
        if (state.equals("absent")) {
            return;
        }
        if (state.equals("old")) {
            SampleStore.copy(old, path);
            return;
        }
        String word = state.equals("other") || state.equals("foreign") ? state : SampleStore.NEW;
        SampleStore.writeArray(path, ZarrFormat.V2, word, 1);
        if (!word.equals(SampleStore.NEW)) {
            return;
        }
        boolean ready = state.contains("ready");
        if (state.startsWith("part") || state.equals("writing")) {
            FILES.delete(path.resolve(".zarray"));
        }
        FILES.createDirectory(Journal.directory(path));
        new Journal(
                        state.contains("creating") ? Operation.CREATE : Operation.REPLACE,
                        ready ? State.READY : State.WRITING,
                        state.contains("another") ? "b" : "a",
                        "id",
                        "2026-01-01T00:00:00Z",
                        state.contains("keeping"),
                        ready ? replaced : "",
                        ready ? ancestors : List.of())
                .write(path, new Trees(FILES));
    }

    private static String kind(Path path) {
        if (!Disk.exists(path)) {
            return "absent";
        }
        boolean isNode = ZarrDirectory.isNode(path);
        if (path.toString().endsWith(Places.STAGED) && Journal.read(path) != null) {
            return isNode ? "ready" : "writing";
        }
        String text = isNode ? SampleStore.readText(path.resolve(".zarray")) : "part";
        return List.of("old", "new", "other", "foreign", "part").stream()
                .filter(text::contains)
                .findFirst()
                .orElseThrow();
    }
}
