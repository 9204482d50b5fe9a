package io.rezarr.shuffle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.CancelledException;
import io.rezarr.error.RefusedException;
import io.rezarr.error.StoreException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {
    private static final long NO_PROCESS = 1L << 40;

    @TempDir
    private Path parent;

    private Path leftover(String name, ScratchOwner owner) throws IOException {
        Path directory = Files.createDirectory(parent.resolve(ScratchDirectory.PREFIX + name));
        Files.writeString(directory.resolve(ScratchDirectory.OWNER), owner.text());
        Files.writeString(directory.resolve(ScratchDirectory.FILE_PREFIX + "0"), "frames");
        return directory;
    }

    private static ScratchOwner self() {
        return ScratchOwner.self();
    }

    private static ScratchOwner withPid(long pid, Instant started) {
        return new ScratchOwner(ScratchOwner.FORMAT, self().host(), pid, started);
    }

    @Test
    void directoryIsForItsUserOnlyAndGoneWhenClosed() throws IOException {
        Scratch scratch = Scratch.create(parent, 100);
        assertThat(scratch.directory().getFileName().toString()).startsWith(".rezarr-scratch-");
        assertThat(scratch.directory()).isDirectory().hasParent(parent.toRealPath());
        assertThat(scratch.directory().resolve("owner"))
                .content()
                .matches("format=1\nhost=\\S+\npid=\\d+\nstarted=\\S+Z\n");
        if (Files.getFileStore(parent).supportsFileAttributeView("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(scratch.directory())))
                    .isEqualTo("rwx------");
        }
        scratch.close();
        scratch.close();
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void tooLittleRoomIsRefusedBeforeAnythingIsWritten() {
        assertThatThrownBy(() -> Scratch.create(parent, 1001, new FakeDisk(1000, "")))
                .isInstanceOf(RefusedException.class)
                .hasMessage("Scratch files will take up to 1001 bytes, but the file system of '" + parent
                        + "' has 1000 left. Make room, or give another place with --scratch DIR.");
        assertThat(parent).isEmptyDirectory();
        Scratch.create(parent, 1000, new FakeDisk(1000, "")).close();
    }

    @Test
    void placeThatIsNoDirectoryIsAnError() {
        assertThatThrownBy(() -> Scratch.create(parent.resolve("absent"), 0))
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith("Cannot make a scratch directory in '" + parent.resolve("absent"))
                .hasMessageEndingWith(
                        "Check that it is a directory and writable, or give another one with --scratch DIR.");
    }

    @Test
    void interruptLeavesNothing() {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> Scratch.create(parent, 0)).isInstanceOf(CancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void whatADeadProcessLeftIsSwept() throws IOException {
        leftover("ended", withPid(NO_PROCESS, Instant.now()));
        leftover(
                "number given to another",
                withPid(self().pid(), self().started().minus(Duration.ofHours(1))));
        try (Scratch scratch = Scratch.create(parent, 0)) {
            assertThat(scratch.leftovers()).isEmpty();
            assertThat(parent).isDirectoryContaining(scratch.directory()::equals);
        }
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void whatMayBeInUseIsLeftAlone() throws IOException {
        Path live = leftover("live", self());
        Path foreign = leftover("foreign", new ScratchOwner(1, "elsewhere", NO_PROCESS, Instant.EPOCH));
        Path newer = leftover("newer", new ScratchOwner(2, self().host(), NO_PROCESS, Instant.EPOCH));
        Path unmarked = Files.createDirectory(parent.resolve(ScratchDirectory.PREFIX + "unmarked"));
        Files.createFile(unmarked.resolve("frames-0"));
        Path beingMade = Files.createDirectory(parent.resolve(ScratchDirectory.PREFIX + "being made"));
        Files.writeString(beingMade.resolve(ScratchDirectory.NEW_OWNER), self().text());
        Path nonsense = leftover("nonsense", self());
        Files.writeString(nonsense.resolve("owner"), "format=1\nhost=h\npid=x\n");
        try (Scratch other = Scratch.create(parent, 0);
                Scratch scratch = Scratch.create(parent, 0)) {
            assertThat(other.directory()).isDirectory();
            assertThat(scratch.leftovers())
                    .containsExactlyInAnyOrder(live, foreign, newer, unmarked, beingMade, nonsense);
        }
        assertThat(live.resolve("frames-0")).exists();
        assertThat(newer.resolve("frames-0")).exists();
    }

    /** A kill between making a directory and saying whose it is. */
    @Test
    void anEmptyDirectoryThatIsNobodysIsDeleted() throws IOException {
        Path empty = Files.createDirectory(parent.resolve(ScratchDirectory.PREFIX + "empty"));
        try (Scratch scratch = Scratch.create(parent, 0)) {
            assertThat(scratch.leftovers()).isEmpty();
        }
        assertThat(empty).doesNotExist();
    }

    /** Kills while it is being said whose a directory is, and a loss of power soon after. */
    @Test
    void aDirectoryWhoseOwnerIsNotWholeIsDeleted() throws IOException {
        Path empty = Files.createDirectory(parent.resolve(ScratchDirectory.PREFIX + "empty"));
        Files.createFile(empty.resolve(ScratchDirectory.NEW_OWNER));
        Path unnamed = Files.createDirectory(parent.resolve(ScratchDirectory.PREFIX + "unnamed"));
        Files.writeString(
                unnamed.resolve(ScratchDirectory.NEW_OWNER),
                withPid(NO_PROCESS, Instant.EPOCH).text());
        Path lost = leftover("lost", self());
        Files.writeString(lost.resolve(ScratchDirectory.OWNER), "");
        try (Scratch scratch = Scratch.create(parent, 0)) {
            assertThat(scratch.leftovers()).isEmpty();
            assertThat(parent).isDirectoryContaining(scratch.directory()::equals);
            assertThat(scratch.directory()).isDirectoryContaining(path -> path.endsWith(ScratchDirectory.OWNER));
        }
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void directoriesAreMadeWhileAnotherProcessSweeps() throws Exception {
        Process child = child(Maker.class).redirectErrorStream(true).start();
        try (BufferedReader output = child.inputReader()) {
            assertThat(output.readLine()).isEqualTo("begins");
            int sweeps = 0;
            while (child.isAlive()) {
                ScratchDirectory.sweep(parent);
                sweeps++;
            }
            assertThat(output.readLine()).as("what the other process says").isEqualTo("ends");
            assertThat(sweeps).isPositive();
        } finally {
            child.destroyForcibly();
        }
        assertThat(parent).isEmptyDirectory();
    }

    private ProcessBuilder child(Class<?> main) {
        return new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                parent.toString());
    }

    @Test
    void linksAndForeignFilesAreNotTouched() throws IOException {
        Path target = Files.createDirectory(parent.resolve("data"));
        Files.writeString(
                target.resolve("owner"), withPid(NO_PROCESS, Instant.EPOCH).text());
        Files.createSymbolicLink(parent.resolve(ScratchDirectory.PREFIX + "link"), target);
        Path dead = leftover("dead", withPid(NO_PROCESS, Instant.EPOCH));
        Files.writeString(dead.resolve("mine.txt"), "mine");
        try (Scratch scratch = Scratch.create(parent, 0)) {
            assertThat(scratch.leftovers()).containsExactly(dead);
        }
        assertThat(target.resolve("owner")).exists();
        assertThat(dead.resolve("mine.txt")).exists();
    }

    @Test
    void directoryOfALiveProcessIsSweptOnceItWasKilled() throws Exception {
        Process child = child(Holder.class)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = child.inputReader()) {
            Path held = Path.of(output.readLine());
            Scratch.create(parent, 0).close();
            assertThat(held.resolve("owner")).exists();
            // Even if its number said that it has ended, as one of another container may: its lock says that it lives.
            Files.writeString(
                    held.resolve("owner"), withPid(NO_PROCESS, Instant.EPOCH).text());
            try (Scratch scratch = Scratch.create(parent, 0)) {
                assertThat(scratch.leftovers()).containsExactly(held);
            }
            child.destroyForcibly().waitFor();
            try (Scratch scratch = Scratch.create(parent, 0)) {
                assertThat(scratch.leftovers()).isEmpty();
                assertThat(held).doesNotExist();
            }
        } finally {
            child.destroyForcibly();
        }
    }

    /** A process that makes many scratch directories, one after another. */
    static final class Maker {
        private Maker() {}

        public static void main(String[] args) throws IOException {
            System.out.println("begins");
            for (int i = 0; i < 500; i++) {
                ScratchDirectory made = ScratchDirectory.create(Path.of(args[0]));
                if (!Files.exists(made.path().resolve(ScratchDirectory.OWNER))) {
                    throw new IllegalStateException(made.path() + " was taken away");
                }
                made.delete();
            }
            System.out.println("ends");
        }
    }

    /** A process that has a scratch directory until it is killed. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws IOException {
            Scratch scratch = Scratch.create(Path.of(args[0]), 0);
            System.out.println(scratch.directory());
            System.out.println(System.in.read());
        }
    }
}
