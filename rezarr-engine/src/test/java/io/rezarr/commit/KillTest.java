package io.rezarr.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.commit.Journal.Operation;
import io.rezarr.commit.StagedNode.Backup;
import io.rezarr.commit.StagedNode.Entries;
import io.rezarr.commit.StoppingFiles.Killed;
import io.rezarr.commit.StoppingFiles.When;
import io.rezarr.metadata.ZarrFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A process killed before, and half way through, each of its file operations, and each of those of the recovery. */
class KillTest {
    /** A kind of run. */
    record Run(ZarrFormat format, Operation operation, Backup backup, String name) {
        void carryOut(SampleStore store, StoppingFiles files) {
            Path node = store.group().resolve(name);
            try (StagedNode staged = StagedNode.begin(node, operation, backup, Entries.PUT, files)) {
                if (files.isDead()) {
                    throw new Killed();
                }
                SampleStore.writeArray(staged.directory(), format, SampleStore.NEW, 1);
                staged.commit(SourceCheck.NONE);
            }
        }

        boolean isNew() {
            return operation == Operation.CREATE;
        }
    }

    static List<Run> runs() {
        return Stream.of(ZarrFormat.V2, ZarrFormat.V3)
                .flatMap(format -> Stream.of(
                        new Run(format, Operation.REPLACE, Backup.DELETE, "a"),
                        new Run(format, Operation.REPLACE, Backup.KEEP, "a"),
                        new Run(format, Operation.CREATE, Backup.DELETE, "new")))
                .toList();
    }

    @TempDir
    Path temporary;

    private Path template = Path.of("");
    private int copies;

    private SampleStore fresh(Run run) {
        if (copies == 0) {
            template = temporary.resolve("template");
            SampleStore.write(template, run.format());
        }
        return copyOf(template, run);
    }

    private SampleStore copyOf(Path directory, Run run) {
        Path copy = temporary.resolve("copy" + copies++);
        SampleStore.copy(directory, copy);
        return new SampleStore(copy.resolve("root.zarr"), run.format());
    }

    @ParameterizedTest
    @MethodSource("runs")
    void afterAKillAtAnyOperationReadersAreNotMisledAndRecoveryIsWhole(Run run) {
        List<String> operations = logOf(run);
        int finished = 0;
        int rolledBack = 0;
        for (When when : When.values()) {
            for (int n = 1; n <= operations.size(); n++) {
                if (when == When.HALF_WAY && !operations.get(n - 1).startsWith("create")) {
                    continue;
                }
                String place = when + " operation " + n + " of " + operations.size() + ", " + operations.get(n - 1);
                SampleStore store = killedAt(run, n, when, place);
                requireNotMisled(run, store, place);
                String told = recover(store.group().resolve(run.name()));
                if (requireWhole(run, store, place + ": " + told)) {
                    finished++;
                } else {
                    rolledBack++;
                }
                assertThat(recover(store.group())).as(place).startsWith("Nothing to recover");
            }
        }
        assertThat(finished).isGreaterThan(5);
        assertThat(rolledBack).isGreaterThan(5);
    }

    @Test
    void recoveryKilledAtAnyOperationIsRecovered() {
        Run run = new Run(ZarrFormat.V2, Operation.REPLACE, Backup.DELETE, "a");
        List<String> operations = logOf(run);
        for (int n = 1; n <= operations.size(); n++) {
            if (n > 1 && operations.get(n - 2).startsWith("force")) {
                // The same on the disk as one operation before.
                continue;
            }
            String place = "run stopped at " + n + ", " + operations.get(n - 1);
            SampleStore left = killedAt(run, n, When.BEFORE, place);
            int steps = requireRecoverable(run, left, place);
            assertThat(steps).as(place).isPositive();
        }
    }

    /** Recovers copies of a store: first stopped at each operation, then again. Tells how many there are. */
    private int requireRecoverable(Run run, SampleStore left, String runPlace) {
        for (int m = 1; ; m++) {
            String place = runPlace + "; recovery at " + m;
            SampleStore store = copyOf(left.root().resolveSibling(""), run);
            StoppingFiles files = StoppingFiles.at(m, When.HALF_WAY);
            try {
                Recovery.recover(store.root(), files);
                requireWhole(run, store, place);
                return m;
            } catch (Killed e) {
                requireNotMisled(run, store, place);
            }
            recover(store.array());
            requireWhole(run, store, place);
        }
    }

    private static String recover(Path path) {
        return Recovery.recover(path, StoppingFiles.never());
    }

    private List<String> logOf(Run run) {
        StoppingFiles files = StoppingFiles.never();
        SampleStore store = fresh(run);
        run.carryOut(store, files);
        assertThat(requireWhole(run, store, "not stopped")).isTrue();
        assertThat(files.log()).hasSizeGreaterThan(15);
        return files.log();
    }

    private SampleStore killedAt(Run run, int n, When when, String place) {
        SampleStore store = fresh(run);
        // The node, what a run puts beside it, and the documents with consolidated metadata.
        Predicate<String> changing = name -> name.startsWith("g/" + run.name())
                || name.matches("(g/)?(zarr.json|.zmetadata)(.rezarr-part)?|(g/)?.rezarr-lock");
        Map<String, String> others = SampleStore.identities(store.root(), changing);
        assertThatThrownBy(() -> run.carryOut(store, StoppingFiles.at(n, when)))
                .as(place)
                .isInstanceOf(Killed.class);
        assertThat(SampleStore.identities(store.root(), changing)).as(place).isEqualTo(others);
        return store;
    }

    private static void requireNotMisled(Run run, SampleStore store, String place) {
        String word = SampleStore.word(store.group().resolve(run.name()), run.format());
        assertThat(word).as(place).isIn(run.isNew() ? null : SampleStore.OLD, null, SampleStore.NEW);
        store.requireConsolidatedTrue(run.name());
        store.requireConsolidatedTrue("b");
        assertThat(store.isConsolidated(store.root(), "z")).isTrue();
    }

    /** Tells whether it is the new node that stands. */
    private boolean requireWhole(Run run, SampleStore store, String place) {
        Path node = store.group().resolve(run.name());
        String word = SampleStore.word(node, run.format());
        boolean isNew = SampleStore.NEW.equals(word);
        assertThat(word).as(place).isIn(SampleStore.NEW, run.isNew() ? null : SampleStore.OLD);
        store.requireConsolidatedTrue(run.name());
        assertThat(store.isConsolidated(store.root(), "g/" + run.name()))
                .as(place)
                .isEqualTo(word != null);
        assertThat(store.isConsolidated(store.group(), run.name())).as(place).isEqualTo(word != null);
        Path backup = store.group().resolve("a.backup");
        if (isNew && run.backup() == Backup.KEEP) {
            assertThat(SampleStore.word(backup, run.format())).as(place).isEqualTo(SampleStore.OLD);
            new Trees(LocalFileOperations.INSTANCE).discard(backup, new Places(node));
        }
        Map<String, String> expected = SampleStore.files(template.resolve("root.zarr"));
        Map<String, String> found = SampleStore.files(store.root());
        if (isNew) {
            // Neither the replaced nor the new files count, which were looked at above.
            found.keySet().removeIf(name -> name.matches("g/" + run.name() + "/([^.].*|\\.z.*)"));
            expected.keySet().removeIf(name -> name.startsWith("g/" + run.name() + "/"));
        }
        assertThat(found.keySet()).as(place).isEqualTo(expected.keySet());
        return isNew;
    }
}
