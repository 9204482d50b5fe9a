package io.rezarr.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.rezarr.commit.Journal.Operation;
import io.rezarr.commit.StagedNode.Backup;
import io.rezarr.commit.StagedNode.Entries;
import io.rezarr.commit.StoppingFiles.Killed;
import io.rezarr.commit.StoppingFiles.When;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.RefusedException;
import io.rezarr.error.StoreException;
import io.rezarr.metadata.ZarrFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagedNodeTest {
    @TempDir
    Path directory;

    private SampleStore store = new SampleStore(Path.of(""), ZarrFormat.V2);

    @BeforeEach
    void writeStore() {
        store = SampleStore.write(directory, ZarrFormat.V2);
    }

    private static void writeNew(StagedNode staged) {
        SampleStore.writeArray(staged.directory(), ZarrFormat.V2, SampleStore.NEW, 1);
    }

    private String word(Path array) {
        return String.valueOf(SampleStore.word(array, ZarrFormat.V2));
    }

    @Test
    void theNewNodeTakesTheNameAndTheEntriesOfTheOldOne() {
        try (StagedNode staged = StagedNode.replace(store.array())) {
            writeNew(staged);
            assertThat(word(store.array())).isEqualTo(SampleStore.OLD);
            staged.commit(SourceFingerprint.of(store.array()));
        }
        assertThat(word(store.array())).isEqualTo(SampleStore.NEW);
        store.requireConsolidatedTrue("a");
        assertThat(store.entries(store.root()).keySet())
                .containsExactly(
                        ".zgroup",
                        "g/.zgroup",
                        "g/a/.zattrs",
                        "g/a/.zarray",
                        "g/b/.zattrs",
                        "g/b/.zarray",
                        "z/.zattrs",
                        "z/.zarray");
        assertThat(SampleStore.files(directory).keySet()).noneMatch(name -> name.contains("rezarr"));
        assertThat(SampleStore.readText(store.root().resolve(".zmetadata"))).contains("18446744073709551615", "NaN");
    }

    @Test
    void withoutACommitNothingIsLeftAndNothingChanged() {
        Map<String, String> before = SampleStore.identities(directory, name -> false);
        try (StagedNode staged = StagedNode.replace(store.array())) {
            writeNew(staged);
        }
        try (StagedNode staged = StagedNode.createInGroup(store.group().resolve("new"))) {
            writeNew(staged);
        }
        assertThat(SampleStore.identities(directory, name -> false)).isEqualTo(before);
    }

    @Test
    void aSourceThatChangedStopsTheCommit() {
        Map<String, String> before = SampleStore.files(directory);
        String changed = "{\"word\": \"changed\"}";
        try (StagedNode staged = StagedNode.replace(store.array())) {
            SourceFingerprint fingerprint = SourceFingerprint.of(store.array());
            writeNew(staged);
            SampleStore.writeText(store.array().resolve(".zattrs"), changed);
            assertThatThrownBy(() -> staged.commit(fingerprint))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("changed while it was read")
                    .hasMessageContaining(store.array().toString());
        }
        before.put("root.zarr/g/a/.zattrs", changed);
        assertThat(SampleStore.files(directory)).isEqualTo(before);
    }

    @Test
    void namesThatAreTakenByOthersAreRefusedAndLeftAlone() {
        for (String suffix : new String[] {".rechunked", ".backup"}) {
            Path taken = store.group().resolve("a" + suffix);
            SampleStore.writeText(taken.resolve("mine"), "x");
            assertThatThrownBy(() -> StagedNode.replace(store.array()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("'" + taken + "' exists already");
            assertThat(taken.resolve("mine")).hasContent("x");
            new Trees(LocalFileOperations.INSTANCE).discard(taken, new Places(store.array()));
        }
        assertThatThrownBy(() -> StagedNode.create(store.array())).hasMessageContaining("exists already");
        assertThatThrownBy(() -> StagedNode.replace(store.array().resolve("0"))).hasMessageContaining("is no Zarr");
        assertThat(SampleStore.files(directory).keySet()).noneMatch(name -> name.contains("rezarr"));
    }

    @Test
    void theRootOfAStoreIsReplacedLikeAnyOtherArray() {
        Path array = directory.resolve("alone.zarr");
        SampleStore.writeArray(array, ZarrFormat.V3, SampleStore.OLD, 3);
        try (StagedNode staged = StagedNode.replaceKeepingBackup(array)) {
            SampleStore.writeArray(staged.directory(), ZarrFormat.V3, SampleStore.NEW, 1);
            staged.commit(SourceCheck.NONE);
        }
        assertThat(SampleStore.word(array, ZarrFormat.V3)).isEqualTo(SampleStore.NEW);
        assertThat(SampleStore.word(directory.resolve("alone.zarr.backup"), ZarrFormat.V3))
                .isEqualTo(SampleStore.OLD);
    }

    @Test
    void aGroupIsReplacedWithAllItsEntries() {
        try (StagedNode staged = StagedNode.createOrReplace(store.group())) {
            SampleStore.writeArray(staged.directory().resolve("c"), ZarrFormat.V2, SampleStore.NEW, 1);
            SampleStore.writeText(staged.directory().resolve(".zgroup"), "{\"zarr_format\": 2}");
            staged.commit(SourceFingerprint.of(store.group()));
        }
        assertThat(store.entries(store.root()).keySet())
                .containsExactly(".zgroup", "g/.zgroup", "g/c/.zattrs", "g/c/.zarray", "z/.zattrs", "z/.zarray");
        assertThat(SampleStore.files(store.group()).keySet())
                .containsExactlyInAnyOrder(".zgroup", "c/0", "c/.zarray", "c/.zattrs");
    }

    @Test
    void bothWaysToANodeBehindALinkAreEdited() throws IOException {
        SampleStore other = SampleStore.write(Files.createDirectory(directory.resolve("other")), ZarrFormat.V2);
        new Trees(LocalFileOperations.INSTANCE).discard(other.array(), new Places(other.array()));
        Files.createSymbolicLink(other.array(), store.array());
        try (StagedNode staged = StagedNode.replace(other.array())) {
            writeNew(staged);
            staged.commit(SourceCheck.NONE);
        }
        assertThat(other.array()).isSymbolicLink();
        for (SampleStore each : new SampleStore[] {store, other}) {
            assertThat(word(each.array().toRealPath())).isEqualTo(SampleStore.NEW);
            each.requireConsolidatedTrue("a");
            assertThat(each.isConsolidated(each.root(), "g/a")).isTrue();
        }
    }

    @Test
    void linksInsideTheOldNodeAreRemovedAndNotFollowed() throws IOException {
        Path outside = directory.resolve("outside");
        SampleStore.writeText(outside.resolve("file"), "x");
        Files.createSymbolicLink(store.array().resolve("link"), outside);
        try (StagedNode staged = StagedNode.replace(store.array())) {
            writeNew(staged);
            staged.commit(SourceCheck.NONE);
        }
        assertThat(outside.resolve("file")).hasContent("x");
        assertThat(store.array().resolve("link")).doesNotExist();
    }

    @Test
    void aDocumentKeepsItsPermissions() throws IOException {
        Path document = store.root().resolve(".zmetadata");
        Files.setPosixFilePermissions(document, PosixFilePermissions.fromString("rw-rw-r--"));
        try (StagedNode staged = StagedNode.replace(store.array())) {
            writeNew(staged);
            staged.commit(SourceCheck.NONE);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(document)))
                .isEqualTo("rw-rw-r--");
    }

    @Test
    void brokenConsolidatedMetadataAreFoundBeforeTheWork() {
        SampleStore.writeText(store.root().resolve(".zmetadata"), "{\"metadata\": 3}");
        assertThatThrownBy(() -> StagedNode.replace(store.array()))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining(".zmetadata' at /metadata");
        assertThat(SampleStore.files(directory).keySet()).noneMatch(name -> name.contains("rezarr"));
    }

    @Test
    void missingParentsAreMadeAndAnEmptyDirectoryIsTaken() throws IOException {
        Path deep = directory.resolve("x/y/z.zarr");
        try (StagedNode staged = StagedNode.create(deep)) {
            writeNew(staged);
            staged.commit(SourceCheck.NONE);
        }
        Path empty = Files.createDirectory(directory.resolve("empty.zarr"));
        try (StagedNode staged = StagedNode.createOrReplace(empty)) {
            writeNew(staged);
            staged.commit(SourceCheck.NONE);
        }
        assertThat(word(deep)).isEqualTo(SampleStore.NEW);
        assertThat(word(empty)).isEqualTo(SampleStore.NEW);
    }

    @Test
    void aNodeInALockedGroupIsRefused() throws IOException {
        SampleStore.writeText(
                directory.resolve("root.zarr.rezarr-lock"), "host=elsewhere.example\npid=17\nstarted=2020-01-01\n");
        assertThatThrownBy(() -> StagedNode.replace(store.array()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("which holds '" + store.array() + "', is in use by process 17");
    }

    @Test
    void aFailedRenameIsRolledBack() {
        Map<String, String> before = SampleStore.files(directory);
        // A file stands where the backup should go, from the moment in which the swap begins.
        Throwable thrown = catchThrowable(() -> {
            try (StagedNode staged = StagedNode.replace(store.array())) {
                writeNew(staged);
                staged.commit(() -> SampleStore.writeText(store.group().resolve("a.backup"), "x"));
            }
        });
        assertThat(thrown).isInstanceOf(StoreException.class).hasMessageContaining("a.backup");
        assertThat(store.group().resolve("a.backup")).hasContent("x");
        before.put("root.zarr/g/a.backup", "x");
        before.keySet().removeIf(name -> name.endsWith(".zmetadata"));
        Map<String, String> after = SampleStore.files(directory);
        after.keySet().removeIf(name -> name.endsWith(".zmetadata"));
        assertThat(after).isEqualTo(before);
        store.requireConsolidatedTrue("a");
        assertThat(store.isConsolidated(store.root(), "g/a")).isTrue();
    }

    /** Stops a run right after its n-th operation whose log entry is as given. */
    private void killAfter(String entry) {
        StoppingFiles counting = StoppingFiles.never();
        SampleStore trial = SampleStore.write(directory.resolve("trial"), ZarrFormat.V2);
        carryOut(trial, counting);
        int operation = counting.log().lastIndexOf(entry) + 2;
        assertThat(operation).as(entry).isGreaterThan(1);
        assertThatThrownBy(() -> carryOut(store, StoppingFiles.at(operation, When.BEFORE)))
                .isInstanceOf(Killed.class);
    }

    private static void carryOut(SampleStore store, StoppingFiles files) {
        try (StagedNode staged =
                StagedNode.begin(store.array(), Operation.REPLACE, Backup.DELETE, Entries.PUT, files)) {
            writeNew(staged);
            staged.commit(SourceCheck.NONE);
        }
    }

    @Test
    void readersOfAnAbsentNameOfItsGroupAndOfWhatIsBelowAreSentToRecovery() {
        killAfter("rename a");
        assertThat(store.array()).doesNotExist();
        for (Path path : new Path[] {
            store.array(), store.group(), store.root(), store.array().resolve("0")
        }) {
            assertThatThrownBy(() -> Recovery.requireNotInterrupted(path))
                    .as(path.toString())
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("'" + store.array() + "' is away for the moment")
                    .hasMessageContaining("rezarr recover '" + store.array() + "'");
        }
        Recovery.requireNotInterrupted(store.group().resolve("b"));
        assertThatThrownBy(() -> StagedNode.replace(store.array())).isInstanceOf(RefusedException.class);

        assertThat(Recovery.recover(store.group().resolve("a.rechunked"))).startsWith("Rolled back: '" + store.array());
        Recovery.requireNotInterrupted(store.root());
        assertThat(word(store.array())).isEqualTo(SampleStore.OLD);
    }

    @Test
    void readersDoNotMindARunThatHasNotBegunToCommit() {
        try (StagedNode staged = StagedNode.replace(store.array())) {
            writeNew(staged);
            Recovery.requireNotInterrupted(store.array());
            Recovery.requireNotInterrupted(store.root());
            assertThatThrownBy(() -> Recovery.recover(store.array()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("is in use by process");
        }
        Recovery.requireNotInterrupted(store.root());
    }

    @Test
    void aWholeStoreIsRecoveredByItsRoot() {
        killAfter("rename a.rechunked");
        assertThat(Recovery.recover(store.root())).isEqualTo("Finished: '" + store.array() + "' is the new one.");
        assertThat(word(store.array())).isEqualTo(SampleStore.NEW);
    }

    @Test
    void aJournalOfANewerVersionIsNotTouched() {
        killAfter("rename a");
        Path journal = store.group().resolve("a.rechunked/.rezarr/journal.json");
        SampleStore.writeText(
                journal, SampleStore.readText(journal).replaceAll("\"formatVersion\": *1", "\"formatVersion\": 2"));
        Map<String, String> before = SampleStore.files(directory);
        assertThatThrownBy(() -> Recovery.recover(store.array()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("formatVersion 2");
        // The lock file of the killed run was taken over.
        before.remove("root.zarr/g/a.rezarr-lock");
        assertThat(SampleStore.files(directory)).isEqualTo(before);
    }

    @Test
    void twoRunsOnNeighboursDoNotWriteBackEachOthersEntries() throws InterruptedException {
        Thread[] threads = new Thread[2];
        String[] names = {"a", "b"};
        for (int i = 0; i < threads.length; i++) {
            Path node = store.group().resolve(names[i]);
            threads[i] = new Thread(() -> {
                for (int round = 0; round < 5; round++) {
                    try (StagedNode staged = StagedNode.replace(node)) {
                        writeNew(staged);
                        staged.commit(SourceCheck.NONE);
                    }
                }
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (String name : names) {
            assertThat(word(store.group().resolve(name))).isEqualTo(SampleStore.NEW);
            store.requireConsolidatedTrue(name);
            assertThat(store.isConsolidated(store.root(), "g/" + name)).isTrue();
        }
    }
}
