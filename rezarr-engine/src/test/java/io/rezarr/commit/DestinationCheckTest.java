package io.rezarr.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.RefusedException;
import io.rezarr.metadata.ZarrFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DestinationCheckTest {
    @TempDir
    Path directory;

    private Path source = Path.of("");

    @BeforeEach
    void writeSource() {
        source = SampleStore.write(directory, ZarrFormat.V3).root();
    }

    private void requireRefused(Path destination, String... said) {
        for (boolean overwrite : new boolean[] {false, true}) {
            assertThatThrownBy(() -> {
                        if (overwrite) {
                            DestinationCheck.requireReplaceable(source, destination);
                        } else {
                            DestinationCheck.requireFree(source, destination);
                        }
                    })
                    .as("overwrite " + overwrite)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContainingAll(said);
        }
    }

    @Test
    void aFreeNameAndAnEmptyDirectoryWillDo() throws IOException {
        DestinationCheck.requireFree(source, directory.resolve("new.zarr"));
        DestinationCheck.requireFree(source, directory.resolve("not/there/yet.zarr"));
        DestinationCheck.requireFree(source, Files.createDirectory(directory.resolve("empty.zarr")));
        DestinationCheck.requireFree(null, directory.resolve("new.zarr"));
        DestinationCheck.requireReplaceable(source, directory.resolve("new.zarr"));
    }

    @Test
    void aNodeIsReplacedOnlyWhenAskedTo() {
        Path node = directory.resolve("node.zarr");
        SampleStore.writeArray(node, ZarrFormat.V2, "w", 1);
        DestinationCheck.requireReplaceable(source, node);
        assertThatThrownBy(() -> DestinationCheck.requireFree(source, node))
                .isInstanceOf(RefusedException.class)
                .hasMessage("The destination '" + node + "' exists already. Choose another name, or replace it with"
                        + " --overwrite.");
    }

    @Test
    void whatIsNoNodeIsNeverReplaced() throws IOException {
        SampleStore.writeText(directory.resolve("photos/1.jpg"), "x");
        requireRefused(directory.resolve("photos"), "no Zarr array or group");
        requireRefused(directory.resolve("photos/1.jpg"), "no Zarr array or group");
        Path dangling = Files.createSymbolicLink(directory.resolve("dangling"), directory.resolve("photos/1.jpg"));
        requireRefused(dangling, "no Zarr array or group");
        assertThat(directory.resolve("photos/1.jpg")).hasContent("x");
    }

    @Test
    void sameAndNestedAreRefusedAlsoThroughLinks() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), source);
        Path up = Files.createSymbolicLink(directory.resolve("up"), directory);
        requireRefused(source, "are the same", "--in-place");
        requireRefused(source.resolve("g/.."), "are the same");
        requireRefused(link, "are the same", "lead to one directory");
        requireRefused(link.resolve("copy"), "is inside the source", "--output NAME");
        requireRefused(up.resolve("root.zarr/deep/not/there"), "is inside the source");
        requireRefused(directory, "is inside the destination");
        requireRefused(up, "is inside the destination");
    }

    @Test
    void namesThatOnlyBeginAlikeAreNotNested() {
        DestinationCheck.requireFree(source, directory.resolve("root.zarr2"));
        DestinationCheck.requireFree(source, directory.resolve("root"));
    }

    @Test
    void aPlaceInsideAnArrayIsRefused() {
        Path array = directory.resolve("array.zarr");
        SampleStore.writeArray(array, ZarrFormat.V3, "w", 1);
        requireRefused(array.resolve("c/new"), "is inside the array '" + array, "among its chunks");
    }

    @Test
    void anInterruptedDestinationIsRefusedWithTheCommandThatRecoversIt() {
        Path node = directory.resolve("node.zarr");
        // It begins with 7 operations; the 8th is the first of the cleaning up.
        StoppingFiles files = StoppingFiles.at(8, StoppingFiles.When.BEFORE);
        assertThatThrownBy(() -> {
                    try (StagedNode staged = StagedNode.begin(
                            node,
                            Journal.Operation.CREATE,
                            StagedNode.Backup.DELETE,
                            StagedNode.Entries.LEAVE,
                            files)) {
                        SampleStore.writeText(staged.directory().resolve("0"), "chunk");
                        throw new StoppingFiles.Killed();
                    }
                })
                .isInstanceOf(StoppingFiles.Killed.class);
        requireRefused(node, "is incomplete", "rezarr recover '" + node + "'");
    }
}
