package io.rezarr.shuffle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.CancelledException;
import io.rezarr.error.StoreException;
import io.rezarr.memory.MemoryBudget;
import io.rezarr.memory.Workspace;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever goes wrong: an error that says so, no thread that waits for ever, no memory kept and nothing left on the disk. */
class ShuffleFailureTest {
    private static final ShuffleLimits LIMITS = new ShuffleLimits(1 << 16, 1, 4, 512, 600, Compression.NONE);
    private static final long BUCKETS = 10;

    private final MemoryBudget budget = MemoryBudget.of(LIMITS.memoryBytes());

    @TempDir
    private Path parent;

    @AfterEach
    void nothingIsLeft() {
        assertThat(budget.reservedBytes()).isZero();
        assertThat(parent).isEmptyDirectory();
    }

    private interface Use {
        void of(Shuffle shuffle, Scratch scratch) throws Exception;
    }

    private void use(ScratchDisk disk, Use use) throws Exception {
        try (Scratch scratch = Scratch.create(parent, 1000, disk);
                Shuffle shuffle = Shuffle.create(BUCKETS, 1000, LIMITS, scratch, budget)) {
            use.of(shuffle, scratch);
        }
    }

    private static void writeMany(Shuffle shuffle, int pieces) {
        try (PieceWriter writer = shuffle.writer()) {
            for (int i = 0; i < pieces; i++) {
                writer.write(i % BUCKETS, i, new byte[300], 0, i % 300);
            }
        }
    }

    @Test
    void fullDiskIsReportedWithFiguresAndRemedy() throws Exception {
        use(new FakeDisk(5000, "No space left on device"), (shuffle, scratch) -> {
            List<Throwable> failures = Threads.failures(4, thread -> writeMany(shuffle, 1000));
            assertThat(failures).hasSize(4).allMatch(StoreException.class::isInstance);
            assertThat(failures)
                    .anySatisfy(e -> assertThat(e)
                            .hasMessageMatching("Cannot write scratch file '.*frames-\\d+': No space left on device\\."
                                    + " \\d{4} bytes of scratch were written, 1000 were expected; the file system has 0 left\\."
                                    + " Make room, or give another place for scratch files with --scratch DIR\\."));
            assertThatThrownBy(shuffle::seal)
                    .isInstanceOf(StoreException.class)
                    .hasMessageStartingWith("The shuffle is incomplete, since a thread failed: ")
                    .hasMessageContaining("No space left on device");
        });
    }

    @Test
    void diskThatFillsWhenTheShuffleIsSealedIsReported() throws Exception {
        use(new FakeDisk(1000, "Disk quota exceeded"), (shuffle, scratch) -> {
            writeMany(shuffle, 10);
            assertThatThrownBy(shuffle::seal)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("Disk quota exceeded. ")
                    .hasMessageContaining("--scratch DIR");
            assertThatThrownBy(shuffle::partitions).isInstanceOf(StoreException.class);
        });
    }

    @Test
    void otherFailuresAreNotPutDownToAFullDisk() throws Exception {
        ScratchDisk broken = new FakeDisk(3000, "Input/output error") {
            @Override
            public long usableBytes(Path directory) {
                return 1L << 40;
            }
        };
        use(
                broken,
                (shuffle, scratch) -> assertThatThrownBy(() -> writeMany(shuffle, 1000))
                        .isInstanceOf(StoreException.class)
                        .hasMessageEndingWith(
                                "': Input/output error. Try again, or give another place for scratch files with --scratch DIR."));
    }

    @Test
    void pieceThatIsNotEndedMakesTheShuffleIncomplete() throws Exception {
        use(ScratchDisk.LOCAL, (shuffle, scratch) -> {
            try (PieceWriter writer = shuffle.writer()) {
                writer.begin(0, 0, 10);
            }
            assertThatThrownBy(shuffle::seal)
                    .isInstanceOf(StoreException.class)
                    .hasMessage("The shuffle is incomplete, since a thread failed: a piece was begun and not ended");
            assertThatThrownBy(shuffle::writer)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("incomplete");
        });
    }

    @Test
    void failureOfAConsumerGoesToItsCaller() throws Exception {
        use(ScratchDisk.LOCAL, (shuffle, scratch) -> {
            writeMany(shuffle, 100);
            shuffle.seal();
            Partition partition = shuffle.partitions().get(0);
            try (Workspace workspace = new Workspace()) {
                assertThatThrownBy(() -> shuffle.read(partition, workspace, (bucket, id, array, offset, length) -> {
                            throw new UnsupportedOperationException("consumer");
                        }))
                        .hasMessage("consumer");
                assertThat(workspace.mark()).isZero();
                long[] pieces = new long[1];
                shuffle.read(partition, workspace, (bucket, id, array, offset, length) -> pieces[0]++);
                assertThat(pieces[0]).isEqualTo(partition.pieces());
            }
        });
    }

    @Test
    void failedSplitLeavesThePartition() throws Exception {
        ShuffleLimits tooSmallPieces = LIMITS.withMaxPieceBytes(100);
        try (Scratch scratch = Scratch.create(parent, 0);
                Workspace workspace = new Workspace();
                Shuffle shuffle = Shuffle.create(
                        BUCKETS,
                        1,
                        new ShuffleLimits(1 << 16, 1 << 20, 1, 512, 600, Compression.NONE),
                        scratch,
                        budget)) {
            writeMany(shuffle, 300);
            shuffle.seal();
            Partition partition = shuffle.partitions().get(0);
            assertThatThrownBy(() -> shuffle.split(partition, tooSmallPieces, workspace))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("length is 101, must be from 0 to 100");
            assertThat(budget.reservedBytes()).isZero();
            long[] pieces = new long[1];
            shuffle.read(partition, workspace, (bucket, id, array, offset, length) -> pieces[0]++);
            assertThat(pieces[0]).isEqualTo(300);
        }
    }

    @Test
    void interruptedWriterIsCancelled() throws Exception {
        use(ScratchDisk.LOCAL, (shuffle, scratch) -> {
            List<Throwable> failures = Threads.failures(3, thread -> {
                if (thread == 0) {
                    Thread.currentThread().interrupt();
                }
                try {
                    writeMany(shuffle, 20_000);
                } finally {
                    assertThat(Thread.interrupted()).isEqualTo(thread == 0);
                }
            });
            assertThat(failures).isNotEmpty().allMatch(CancelledException.class::isInstance);
            assertThatThrownBy(shuffle::seal).isInstanceOf(CancelledException.class);
        });
    }

    @Test
    void interruptEndsTheWaitForABuffer() throws Exception {
        use(ScratchDisk.LOCAL, (shuffle, scratch) -> {
            List<PieceWriter> holders = List.of(shuffle.writer(), shuffle.writer(), shuffle.writer(), shuffle.writer());
            for (PieceWriter holder : holders) {
                holder.begin(0, 0, 600);
            }
            Thread[] waiting = new Thread[1];
            CountDownLatch begun = new CountDownLatch(1);
            Thread interrupter = new Thread(() -> interruptOnceItWaits(begun, waiting));
            interrupter.start();
            List<Throwable> failures = Threads.failures(1, thread -> {
                waiting[0] = Thread.currentThread();
                begun.countDown();
                writeOne(shuffle, 600);
            });
            interrupter.join();
            assertThat(failures)
                    .singleElement()
                    .satisfies(e -> assertThat(e)
                            .isInstanceOf(CancelledException.class)
                            .hasMessage("Interrupted while waiting for a buffer of the shuffle."));
            holders.forEach(PieceWriter::close);
        });
    }

    private static void interruptOnceItWaits(CountDownLatch begun, Thread[] waiting) {
        try {
            begun.await();
            while (waiting[0].getState() != Thread.State.WAITING) {
                Thread.sleep(1);
            }
            waiting[0].interrupt();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void writeOne(Shuffle shuffle, int length) {
        try (PieceWriter writer = shuffle.writer()) {
            writer.write(0, 1, new byte[length], 0, length);
        }
    }

    @Test
    void failureWakesThoseWhoWaitForABuffer() throws Exception {
        use(ScratchDisk.LOCAL, (shuffle, scratch) -> {
            List<PieceWriter> holders = List.of(shuffle.writer(), shuffle.writer(), shuffle.writer(), shuffle.writer());
            for (PieceWriter holder : holders) {
                holder.begin(0, 0, 600);
            }
            List<Throwable> failures = Threads.failures(2, thread -> {
                if (thread == 0) {
                    writeOne(shuffle, 600);
                } else {
                    holders.get(0).close();
                }
            });
            assertThat(failures)
                    .singleElement()
                    .satisfies(e -> assertThat(e).hasMessageContaining("a piece was begun and not ended"));
            holders.forEach(PieceWriter::close);
        });
    }

    @Test
    void closingScratchWhileThreadsWriteEndsThemAndLeavesNothing() throws Exception {
        for (int round = 0; round < 20; round++) {
            use(ScratchDisk.LOCAL, (shuffle, scratch) -> {
                CountDownLatch someWritten = new CountDownLatch(1);
                List<Throwable> failures = Threads.failures(4, thread -> {
                    if (thread > 0) {
                        writeUntilItFails(shuffle, scratch, someWritten);
                    } else {
                        await(someWritten);
                        scratch.close();
                        assertThat(parent).isEmptyDirectory();
                    }
                });
                assertThat(failures)
                        .hasSize(3)
                        .allSatisfy(e -> assertThat(e)
                                .isInstanceOf(CancelledException.class)
                                .hasMessageContaining("closed"));
                assertThat(parent).isEmptyDirectory();
            });
        }
    }

    private static void writeUntilItFails(Shuffle shuffle, Scratch scratch, CountDownLatch someWritten) {
        while (true) {
            writeMany(shuffle, 100);
            if (scratch.bytesWritten() > 10_000) {
                someWritten.countDown();
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void closingTheShuffleEndsItsWriters() throws Exception {
        use(ScratchDisk.LOCAL, (shuffle, scratch) -> {
            CountDownLatch begun = new CountDownLatch(1);
            List<Throwable> failures = Threads.failures(2, thread -> {
                if (thread == 1) {
                    begun.countDown();
                    writeUntilItFails(shuffle, scratch, begun);
                } else {
                    await(begun);
                    shuffle.close();
                }
            });
            assertThat(failures).singleElement().isInstanceOf(CancelledException.class);
        });
    }

    @Test
    void fewFilesAreOpenAtOnce() throws Exception {
        FakeDisk disk = FakeDisk.unlimited();
        ShuffleLimits limits = new ShuffleLimits(1 << 20, 1, 4, 256, 100, Compression.NONE);
        try (Scratch scratch = Scratch.create(parent, 0, disk);
                Shuffle shuffle = Shuffle.create(1000, 1 << 20, limits, scratch, MemoryBudget.of(1 << 20))) {
            assertThat(shuffle.writer()).satisfies(PieceWriter::close);
            Threads.run(4, thread -> {
                try (PieceWriter writer = shuffle.writer()) {
                    for (int i = 0; i < 3000; i++) {
                        writer.write(i % 1000, i, new byte[100], 0, 90);
                    }
                }
            });
            shuffle.seal();
            assertThat(shuffle.partitions()).hasSize(250);
            try (Workspace workspace = new Workspace()) {
                for (Partition partition : shuffle.partitions()) {
                    assertThat(partition.pieces()).isEqualTo(48);
                    shuffle.read(partition, workspace, (bucket, id, array, offset, length) -> {});
                }
            }
            assertThat(disk.mostOpen()).isBetween(1, 64 + 4);
        }
    }
}
