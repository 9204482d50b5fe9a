package io.rezarr.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.CancelledException;
import io.rezarr.error.StoreException;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.testkit.StoreContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@SuppressWarnings("NullAway.Init") // JUnit sets the directory
class FileStoreTest extends StoreContract {
    @TempDir
    Path directory;

    @Override
    protected Store newStore() {
        return FileStore.open(root());
    }

    private Path root() {
        return directory.resolve("data/root.zarr");
    }

    private void assertUnreadable(String key, String reason) {
        for (ThrowingRead read : List.<ThrowingRead>of(
                () -> store().get(new StoreKey(key), 100, workspace),
                () -> store().get(new StoreKey(key), new ByteRange(0, 1), workspace),
                () -> store().get(new StoreKey(key), ByteRange.suffix(1), workspace),
                () -> store().reader(new StoreKey(key)),
                () -> store().size(new StoreKey(key)))) {
            assertThatThrownBy(read::run)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(root().toString())
                    .hasMessageContaining(key)
                    .hasMessageContaining(reason);
        }
    }

    private interface ThrowingRead {
        void run();
    }

    @Test
    void openingTouchesNothing() {
        assertThat(children("")).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void keyIsAFileBelowTheRoot() throws IOException {
        put("a/c/0/1", 5);

        assertThat(Files.readAllBytes(root().resolve("a/c/0/1"))).containsExactly(5);
        assertThat(((FileStore) store()).path(new StoreKey("a/c/0"))).isEqualTo(root().resolve("a/c/0"));
    }

    @Test
    void openedFileIsReadAsItWasWhenItIsReplaced() {
        put("v", 1, 2, 3);
        try (ValueReader reader = Objects.requireNonNull(store().reader(new StoreKey("v")))) {
            put("v", 9);

            byte[] target = new byte[3];
            reader.read(0, target, 0, 3);
            assertThat(target).containsExactly(1, 2, 3);
        }
    }

    @Test
    void fileThatBecomesShorterIsAnError() throws IOException {
        put("v", 1, 2, 3);
        try (ValueReader reader = Objects.requireNonNull(store().reader(new StoreKey("v")))) {
            Files.newOutputStream(root().resolve("v")).close();

            assertThatThrownBy(() -> reader.read(0, new byte[3], 0, 3))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("'v'")
                    .hasMessageContaining("became shorter");
        }
    }

    @Test
    void interruptOfOneThreadCancelsAllThatReadTheSameFile() {
        put("v", 1, 2, 3);
        try (ValueReader reader = Objects.requireNonNull(store().reader(new StoreKey("v")))) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> reader.read(0, new byte[3], 0, 3)).isInstanceOf(CancelledException.class);
            assertThat(Thread.interrupted()).isTrue();

            assertThatThrownBy(() -> reader.read(0, new byte[3], 0, 3))
                    .isInstanceOf(CancelledException.class)
                    .hasMessageContaining("another thread was interrupted");
        }
    }

    @Test
    void closedReaderReadsNothing() {
        put("v", 1, 2, 3);
        ValueReader reader = Objects.requireNonNull(store().reader(new StoreKey("v")));
        reader.close();

        assertThatThrownBy(() -> reader.read(0, new byte[3], 0, 3))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("/v' is read after its reader was closed");
    }

    @Test
    void directoryAtAKeyIsNotAbsent() throws IOException {
        Files.createDirectories(root().resolve("c/1"));

        assertUnreadable("c/1", "is a directory");
        for (WriteMode mode : WriteMode.values()) {
            assertThatThrownBy(() -> store().set(new StoreKey("c/1"), ByteBuffer.allocate(1), mode))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("c/1")
                    .hasMessageContaining("directory");
        }
        assertThatThrownBy(() -> store().delete(new StoreKey("c/1"))).hasMessageContaining("is a directory");
        assertThat(root().resolve("c/1")).isEmptyDirectory();
        assertThat(root().resolve("c")).isDirectoryNotContaining(path -> path.endsWith(".rezarr-tmp"));
    }

    @Test
    void linkToNothingIsNotAbsent() throws IOException {
        Files.createDirectories(root().resolve("c"));
        Files.createSymbolicLink(root().resolve("c/1"), Path.of("nowhere"));
        Files.createSymbolicLink(root().resolve("d"), Path.of("nowhere"));
        Files.createSymbolicLink(root().resolve("e"), Path.of("e"));

        assertUnreadable("c/1", "a link that leads nowhere");
        assertUnreadable("d/0", "a link that leads nowhere");
        assertUnreadable("e", "cannot read");
        assertThat(children("")).contains(new StoreEntry("d", StoreEntry.Kind.VALUE, -1));
        assertThat(children("c")).containsExactly(new StoreEntry("1", StoreEntry.Kind.VALUE, -1));
        assertThatThrownBy(() -> children("d")).isInstanceOf(StoreException.class);
    }

    @Test
    void linkToNothingIsNoticedAfterItsNeighbourWasAbsent() throws IOException {
        Files.createDirectories(root().resolve("c"));
        assertThat(store().size(new StoreKey("c/0"))).isEqualTo(-1);
        assertThat(store().size(new StoreKey("c/0"))).isEqualTo(-1);

        Files.createSymbolicLink(root().resolve("c/1"), Path.of("nowhere"));

        assertUnreadable("c/1", "a link that leads nowhere");
    }

    @Test
    void linkedDataAreRead() throws IOException {
        Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
        Files.write(elsewhere.resolve("0"), new byte[] {7});
        Files.createDirectories(root());
        Files.createSymbolicLink(root().resolve("c"), elsewhere);
        Files.createSymbolicLink(root().resolve("file"), elsewhere.resolve("0"));

        assertThat(read(new StoreKey("c/0"), 10)).containsExactly(7);
        assertThat(read(new StoreKey("file"), 10)).containsExactly(7);
        assertThat(store().size(new StoreKey("c/1"))).isEqualTo(-1);
        assertThat(children(""))
                .containsExactlyInAnyOrder(
                        new StoreEntry("c", StoreEntry.Kind.PREFIX, -1),
                        new StoreEntry("file", StoreEntry.Kind.VALUE, 1));
    }

    @ParameterizedTest
    @EnumSource(WriteMode.class)
    void writingReplacesALinkInsteadOfFollowingIt(WriteMode mode) throws IOException {
        Path elsewhere = Files.write(directory.resolve("elsewhere"), new byte[] {7});
        Files.createDirectories(root());
        Files.createSymbolicLink(root().resolve("symbolic"), elsewhere);
        Files.createLink(root().resolve("hard"), elsewhere);
        for (String name : List.of("symbolic", "hard")) {
            store().set(new StoreKey(name), ByteBuffer.wrap(new byte[] {1, 2}), mode);

            assertThat(root().resolve(name)).isRegularFile().hasBinaryContent(new byte[] {1, 2});
            assertThat(elsewhere).hasBinaryContent(new byte[] {7});
        }
    }

    @Test
    void nothingIsChangedBehindALinkOutOfTheRoot() throws IOException {
        Path elsewhere = Files.createDirectories(directory.resolve("elsewhere/deep"));
        Files.write(elsewhere.resolve("0"), new byte[] {7});
        Files.createDirectories(root());
        Files.createSymbolicLink(root().resolve("out"), directory.resolve("elsewhere"));
        StoreKey key = new StoreKey("out/deep/0");

        for (ThrowingRead change : List.<ThrowingRead>of(
                () -> store().set(key, ByteBuffer.allocate(1), WriteMode.DIRECT),
                () -> store().set(key, ByteBuffer.allocate(1), WriteMode.ATOMIC),
                () -> store().set(new StoreKey("out/new/0"), ByteBuffer.allocate(1), WriteMode.DIRECT),
                () -> store().delete(key),
                () -> store().deleteAll(StorePrefix.ofPath("out/deep")))) {
            assertThatThrownBy(change::run)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("leads out of the store")
                    .hasMessageContaining("elsewhere");
        }
        assertThat(elsewhere.resolve("0")).hasBinaryContent(new byte[] {7});
        assertThat(directory.resolve("elsewhere/new")).doesNotExist();
    }

    @Test
    void linkInsideTheRootIsWrittenThrough() throws IOException {
        Files.createDirectories(root().resolve("real"));
        Files.createSymbolicLink(root().resolve("link"), Path.of("real"));

        put("link/0", 3);

        assertThat(root().resolve("real/0")).hasBinaryContent(new byte[] {3});
    }

    @Test
    void rootMayBeALink() throws IOException {
        Path real = Files.createDirectories(directory.resolve("real"));
        Files.createDirectories(root().resolveSibling(""));
        Files.createSymbolicLink(root(), real);

        put("c/0", 3);

        assertThat(real.resolve("c/0")).hasBinaryContent(new byte[] {3});
        store().delete(new StoreKey("c/0"));
        store().deleteAll(StorePrefix.ofPath("c"));
        assertThat(real).isEmptyDirectory();
    }

    @Test
    void deletingAPrefixRemovesLinksAndSparesWhatTheyLeadTo() throws IOException {
        Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
        Files.write(elsewhere.resolve("0"), new byte[] {7});
        Files.createDirectories(root().resolve("a/b"));
        Files.createSymbolicLink(root().resolve("a/b/link"), elsewhere);
        Files.createSymbolicLink(root().resolve("l"), elsewhere);

        store().deleteAll(StorePrefix.ofPath("a"));
        store().deleteAll(StorePrefix.ofPath("l"));

        assertThat(root()).isEmptyDirectory();
        assertThat(elsewhere.resolve("0")).exists();
    }

    @Test
    void deletingTheRootRemovesTheDirectory() {
        put("a/0", 1);

        store().deleteAll(StorePrefix.ROOT);

        assertThat(root()).doesNotExist();
        assertThat(root().resolveSibling("")).isEmptyDirectory();
    }

    @Test
    void writingGoesOnAfterDirectoriesWereRemovedByOthers() throws IOException {
        put("c/0", 1);
        Files.delete(root().resolve("c/0"));
        Files.delete(root().resolve("c"));

        put("c/1", 2);

        assertThat(root().resolve("c/1")).exists();
    }

    @Test
    void fileInTheWayOfADirectoryIsAnError() {
        put("a", 1);

        assertThatThrownBy(() -> put("a/0", 1))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("a/0")
                .hasMessageContaining("is a file");
        assertThat(store().size(new StoreKey("a/0"))).isEqualTo(-1);
    }

    @Test
    void rootThatIsAFileHoldsNothingAndIsDescribed() throws IOException {
        Files.createDirectories(root().resolveSibling(""));
        Files.write(root(), new byte[] {1});

        assertThat(store().size(new StoreKey("zarr.json"))).isEqualTo(-1);
        assertThat(children("")).isEmpty();
        assertThat(store().describe(StorePrefix.ROOT)).isEqualTo("is a file, not a directory");
        assertThatThrownBy(() -> put("zarr.json", 1)).isInstanceOf(StoreException.class);
    }

    @Test
    void absentRootIsDescribed() {
        assertThat(store().describe(StorePrefix.ROOT)).isEqualTo("does not exist");
    }

    @Test
    void atomicWriteThatIsGivenUpLeavesNoTemporaryFile() {
        try (ValueWriter writer = store().writer(new StoreKey("zarr.json"), WriteMode.ATOMIC)) {
            writer.append(ByteBuffer.wrap(random(10)));
            assertThat(root()).isDirectoryContaining("glob:**/.zarr.json.*.rezarr-tmp");
        }
        assertThat(root()).isEmptyDirectory();
    }

    @Test
    void fsyncedValuesReadBack() {
        try (FileStore store = FileStore.open(root(), FileStore.Fsync.ALWAYS)) {
            for (WriteMode mode : WriteMode.values()) {
                store.set(new StoreKey("a/b/" + mode), ByteBuffer.wrap(new byte[] {4}), mode);
                store.delete(new StoreKey("a/b/" + mode));
            }
            store.set(new StoreKey("a/b/last"), ByteBuffer.wrap(new byte[] {4}), WriteMode.ATOMIC);
        }
        assertThat(read(new StoreKey("a/b/last"), 10)).containsExactly(4);
    }

    @Test
    void sameDirectoryThroughALinkHasTheSameIdentity() throws IOException {
        Files.createDirectories(root().resolve("a"));
        Files.createSymbolicLink(root().resolve("a/up"), Path.of(".."));

        assertThat(store().identity(StorePrefix.ofPath("a/up"))).isEqualTo(store().identity(StorePrefix.ROOT));
        assertThat(store().identity(StorePrefix.ofPath("a"))).isNotEqualTo(store().identity(StorePrefix.ROOT));
        assertThat(store().identity(StorePrefix.ofPath("x"))).isNull();
    }

    @Test
    void interruptedThreadIsCancelled() {
        put("a", 1);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> store().get(new StoreKey("a"), 10, workspace))
                    .isInstanceOf(CancelledException.class)
                    .hasMessageContaining("interrupted");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void failedWriteTellsHowFarItCameAndWhatIsLeft() throws IOException {
        Files.createDirectories(root());
        FileFailures failures = new FileFailures(root(), "root.zarr");

        assertThat(failures.ofWrite(
                        new StoreKey("c/0"), new IOException("No space left on device"), 10, Long.MAX_VALUE))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("cannot write 'c/0' in 'root.zarr': No space left on device")
                .hasMessageContaining("10 of " + Long.MAX_VALUE + " bytes were written")
                .hasMessageContaining("make room");
    }
}
