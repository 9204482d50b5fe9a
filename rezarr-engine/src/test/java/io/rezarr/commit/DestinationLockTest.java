package io.rezarr.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DestinationLockTest {
    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("x.rezarr-lock");
    }

    @Test
    void theFileSaysWhoHoldsItAndGoesWithTheLock() throws IOException {
        try (DestinationLock lock = DestinationLock.acquire(directory.resolve("x"))) {
            assertThat(lock).isNotNull();
            assertThat(Files.readString(file()))
                    .contains(
                            "host=" + Host.NAME,
                            "pid=" + ProcessHandle.current().pid(),
                            "started=20");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aSecondRunOfTheSameProcessIsRefusedAlsoByAnotherName() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
        try (DestinationLock lock = DestinationLock.acquire(directory.resolve("x"))) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> DestinationLock.acquire(link.resolve("x")))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining("x.rezarr-lock");
            assertThat(LockFile.isHeldHere(directory.toRealPath().resolve("x.rezarr-lock")))
                    .isTrue();
        }
    }

    @Test
    void aFileLeftByADeadProcessIsTakenOver() throws IOException {
        Files.writeString(file(), "host=" + Host.NAME + "\npid=1\nstarted=2020-01-01T00:00:00Z\n");
        assertThat(LockFile.holder(file())).isNull();
        DestinationLock.acquire(directory.resolve("x")).close();
        assertThat(file()).doesNotExist();
    }

    @Test
    void aFileWithoutContentIsTakenOver() throws IOException {
        Files.createFile(file());
        DestinationLock.acquire(directory.resolve("x")).close();
        assertThat(file()).doesNotExist();
    }

    @Test
    void aFileOfAnotherHostIsNotTakenOver() throws IOException {
        Files.writeString(file(), "host=elsewhere.example\npid=17\nstarted=2020-01-01T00:00:00Z\n");
        assertThatThrownBy(() -> DestinationLock.acquire(directory.resolve("x")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("process 17 on host 'elsewhere.example', which started at 2020-01-01T00:00:00Z")
                .hasMessageContaining("delete '" + file().toRealPath() + "'");
        assertThat(file()).exists();
    }

    @Test
    void anotherProcessHoldsItUntilItIsKilled() throws Exception {
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        directory.resolve("x").toString())
                .redirectErrorStream(true)
                .start();
        try {
            // Its one byte says that it has the lock.
            assertThat(holder.getInputStream().read()).isEqualTo('L');
            assertThatThrownBy(() -> DestinationLock.acquire(directory.resolve("x")))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("process " + holder.pid());
            assertThat(LockFile.holder(file())).contains("process " + holder.pid());
        } finally {
            holder.destroyForcibly();
            assertThat(holder.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(file()).exists();
        DestinationLock.acquire(directory.resolve("x")).close();
        assertThat(file()).doesNotExist();
    }

    @Test
    void ofManyThreadsOneAtATimeHoldsIt() throws Exception {
        AtomicInteger holders = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Integer> task = () -> {
                int most = 0;
                for (int i = 0; i < 50; i++) {
                    LockFile lock = LockFile.tryAcquire(file(), LocalFileOperations.INSTANCE);
                    if (lock != null) {
                        try (lock) {
                            most = Math.max(most, holders.incrementAndGet());
                            holders.decrementAndGet();
                        }
                    }
                }
                return most;
            };
            for (Future<Integer> most :
                    threads.invokeAll(IntStream.range(0, 4).mapToObj(i -> task).toList(), 30, TimeUnit.SECONDS)) {
                assertThat(most.get()).isIn(List.of(0, 1));
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
