package io.rezarr.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.commit.StagedAdditions.Notes;
import io.rezarr.commit.StoppingFiles.Killed;
import io.rezarr.commit.StoppingFiles.When;
import io.rezarr.error.RefusedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group with a level, to which a second one is added, and links to it in the first. */
class StagedAdditionsTest {
    private static final List<String> REPLACED = List.of("0/links/+1");

    @TempDir
    private Path directory;

    private Path group = Path.of("");

    @BeforeEach
    void writeGroup() {
        group = write(directory.resolve("a"));
    }

    private static Path write(Path group) {
        SampleStore.writeText(group.resolve("zarr.json"), "{\"node_type\": \"group\", \"old\": 1}");
        SampleStore.writeText(group.resolve("0/zarr.json"), "{\"node_type\": \"group\"}");
        SampleStore.writeText(group.resolve("0/links/zarr.json"), "{\"node_type\": \"group\", \"old\": 1}");
        SampleStore.writeText(group.resolve("0/links/0/c"), "kept");
        SampleStore.writeText(group.resolve("0/links/+1/old"), "old");
        SampleStore.writeText(group.resolve(".rezarr/levels/0"), "kept");
        return group;
    }

    private static void writeAdditions(Path added) {
        SampleStore.writeText(added.resolve("1/zarr.json"), "{\"node_type\": \"group\"}");
        SampleStore.writeText(added.resolve("1/c"), "new");
        SampleStore.writeText(added.resolve("0/links/+1/new"), "new");
        SampleStore.writeText(added.resolve("0/links/zarr.json"), "{\"node_type\": \"group\", \"new\": 1}");
        SampleStore.writeText(added.resolve(".rezarr/levels/1"), "new");
        SampleStore.writeText(added.resolve("zarr.json"), "{\"node_type\": \"group\", \"new\": 1}");
    }

    private static void add(Path group, Notes notes, FileOperations files) {
        try (StagedAdditions additions = StagedAdditions.begin(group, files)) {
            writeAdditions(additions.directory());
            additions.commit(REPLACED, notes, SourceCheck.NONE);
        }
    }

    private static Map<String, String> visible(Path group) {
        Map<String, String> files = new TreeMap<>(SampleStore.files(group));
        files.keySet().removeIf(name -> name.startsWith(".rezarr/"));
        return files;
    }

    @Test
    void additionsBecomePartOfTheGroup() {
        add(group, Notes.KEEP, LocalFileOperations.INSTANCE);
        assertThat(SampleStore.files(group).keySet())
                .containsExactlyInAnyOrder(
                        "zarr.json",
                        "0/zarr.json",
                        "0/links/zarr.json",
                        "0/links/0/c",
                        "0/links/+1/new",
                        "1/zarr.json",
                        "1/c",
                        ".rezarr/levels/0",
                        ".rezarr/levels/1");
        assertThat(group.resolve("zarr.json")).content().contains("new");
        assertThat(group.resolve("0/links/zarr.json")).content().contains("new");
        assertThat(directory).isDirectoryContaining(path -> path.equals(group));
    }

    @Test
    void notesGoWithTheLastOnes() {
        add(group, Notes.REMOVE, LocalFileOperations.INSTANCE);
        assertThat(group.resolve(".rezarr")).doesNotExist();
        assertThat(directory.toFile().list()).containsExactly("a");
    }

    @Test
    void withoutACommitTheGroupIsAsItWas() {
        Map<String, String> before = SampleStore.files(directory);
        try (StagedAdditions additions = StagedAdditions.begin(group)) {
            writeAdditions(additions.directory());
            assertThat(visible(group)).containsOnlyKeys(visible(group).keySet());
            Recovery.requireNotInterrupted(group);
        }
        assertThat(SampleStore.files(directory)).isEqualTo(before);
    }

    @Test
    void whatIsNoNodeIsNotAddedTo() {
        assertThatThrownBy(() -> StagedAdditions.begin(directory))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("is no Zarr group");
        assertThat(directory.toFile().list()).containsExactly("a");
    }

    @Test
    void whileOneAddsAnotherIsRefused() {
        try (StagedAdditions additions = StagedAdditions.begin(group)) {
            assertThat(additions.directory()).isDirectory();
            assertThatThrownBy(() -> StagedAdditions.begin(group)).hasMessageContaining("is in use by");
        }
    }

    @Test
    void afterAKillAtAnyOperationTheGroupIsAsItWasOrIsCompleted() {
        for (Notes notes : Notes.values()) {
            Path whole = write(directory.resolve("whole-" + notes));
            StoppingFiles all = StoppingFiles.never();
            Map<String, String> before = visible(whole);
            add(whole, notes, all);
            Map<String, String> after = visible(whole);
            for (int operation = 1; operation <= all.log().size(); operation++) {
                for (When when : When.values()) {
                    requireRecovered(operation, when, notes, before, after);
                }
            }
        }
    }

    private void requireRecovered(
            int operation, When when, Notes notes, Map<String, String> before, Map<String, String> after) {
        String name = notes + "-" + operation + "-" + when;
        Path killed = write(directory.resolve("killed").resolve(name));
        assertThatThrownBy(() -> add(killed, notes, StoppingFiles.at(operation, when)))
                .isInstanceOf(Killed.class);
        if (!Additions.areReady(killed)) {
            assertThat(visible(killed)).as(name).isIn(before, after);
            Recovery.requireNotInterrupted(killed);
        } else {
            assertThatThrownBy(() -> Recovery.requireNotInterrupted(killed)).hasMessageContaining("rezarr recover");
        }
        boolean committed = Additions.areReady(killed) || visible(killed).equals(after);
        // Recovery is killed, too, half way.
        StoppingFiles counted = StoppingFiles.at(3, When.BEFORE);
        try {
            Recovery.recover(killed, counted);
        } catch (Killed expected) {
            Recovery.recover(killed, StoppingFiles.never());
        }
        Recovery.recover(killed, StoppingFiles.never());
        assertThat(visible(killed)).as(name).isEqualTo(committed ? after : before);
        boolean isRemoved = committed && notes == Notes.REMOVE;
        assertThat(killed.resolve(".rezarr/levels/0").toFile().exists()).isEqualTo(!isRemoved);
        assertThat(killed.resolve(".rezarr/added")).doesNotExist();
        assertThat(killed.resolve(".rezarr/additions.json")).doesNotExist();
    }
}
