package io.rezarr.shuffle;

import static org.assertj.core.api.Assertions.assertThat;

import io.rezarr.memory.MemoryBudget;
import io.rezarr.memory.Workspace;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a shuffle gives back is what a list would: for random pieces, buckets, frames and numbers of threads. */
class ShuffleLawsTest {
    private static final int MAX_SPLITS = 3;

    @TempDir
    private Path parent;

    /** One random shuffle. */
    private static final class Case {
        final long seed;
        final long buckets;
        final int pieces;
        final int threads;
        final int maxPieceBytes;
        final boolean isSkewed;
        final ShuffleLimits limits;
        final PieceList written = new PieceList();
        final AtomicLong pieceBytes = new AtomicLong();

        Case(long seed) {
            this.seed = seed;
            Random random = new Random(seed);
            buckets = random.nextInt(4) == 0 ? 1 + random.nextLong(1L << 40) : 1 + random.nextInt(300);
            pieces = random.nextInt(1500);
            threads = 1 + random.nextInt(8);
            int frameBytes = 128 + random.nextInt(2000);
            maxPieceBytes = random.nextInt(random.nextBoolean() ? 60 : 4000);
            isSkewed = random.nextInt(3) == 0;
            int partitions = 2 + random.nextInt(20);
            long memoryBytes =
                    Math.max(8L * frameBytes, (4L * frameBytes + 3L * maxPieceBytes + 1000) * (partitions + threads));
            limits = new ShuffleLimits(
                    memoryBytes,
                    1 + random.nextInt(20_000),
                    random.nextBoolean() ? threads : 1,
                    frameBytes,
                    maxPieceBytes,
                    random.nextInt(4) == 0 ? Compression.LZ4 : Compression.NONE);
        }

        long expectedBytes() {
            return (long) pieces * maxPieceBytes;
        }

        void write(Shuffle shuffle, int thread) {
            Random own = new Random(seed * 31 + thread);
            try (PieceWriter writer = shuffle.writer()) {
                for (int id = thread; id < pieces; id += threads) {
                    writeOne(writer, id, own);
                }
            }
        }

        private void writeOne(PieceWriter writer, int id, Random own) {
            long bucket = isSkewed && own.nextInt(10) > 0 ? buckets / 3 : own.nextLong(buckets);
            byte[] bytes = new byte[own.nextInt(5) == 0 ? 0 : own.nextInt(maxPieceBytes + 1)];
            if (own.nextBoolean()) {
                own.nextBytes(bytes);
            }
            written.add(bucket, id, bytes, 0, bytes.length);
            pieceBytes.addAndGet(bytes.length);
            writer.begin(bucket, id, bytes.length);
            if (own.nextInt(200) == 0) {
                LockSupport.parkNanos(1);
            }
            System.arraycopy(bytes, 0, writer.array(), writer.offset(), bytes.length);
            writer.end();
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, 40);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void piecesComeBackOnceInTheirBucket(long seed) throws Exception {
        Case random = new Case(seed);
        MemoryBudget budget = MemoryBudget.of(random.limits.memoryBytes());
        try (Scratch scratch = Scratch.create(parent, 0)) {
            try (Shuffle shuffle =
                    Shuffle.create(random.buckets, random.expectedBytes(), random.limits, scratch, budget)) {
                Threads.run(random.threads, thread -> random.write(shuffle, thread));
                shuffle.seal();
                requireLaidOutAsTheLimitsSay(shuffle, scratch, random);
                PieceList found = new PieceList();
                readAll(shuffle, random, found, MAX_SPLITS);
                assertThat(found.sorted()).isEqualTo(random.written.sorted());
            }
            assertThat(budget.reservedBytes()).isZero();
            assertThat(budget.peakBytes()).isLessThanOrEqualTo(random.limits.memoryBytes());
        }
        assertThat(parent).isEmptyDirectory();
    }

    private static void requireLaidOutAsTheLimitsSay(Shuffle shuffle, Scratch scratch, Case random) {
        ShuffleLimits limits = random.limits;
        assertThat(shuffle.partitions()).hasSize(limits.partitions(random.buckets, random.expectedBytes()));
        List<Long> sum = sum(shuffle);
        assertThat(sum).isEqualTo(List.of((long) random.pieces, random.pieceBytes.get()));
        assertThat(scratch.bytesWritten())
                .isGreaterThanOrEqualTo(limits.compression() == Compression.LZ4 ? 0 : sum.get(1))
                .isLessThanOrEqualTo(limits.scratchBytes(random.buckets, sum.get(1), sum.get(0)));
    }

    private static void readAll(Shuffle shuffle, Case random, PieceList found, int splits) throws Exception {
        long end = shuffle.partitions().get(0).firstBucket();
        for (Partition partition : shuffle.partitions()) {
            assertThat(partition.firstBucket()).isEqualTo(end);
            end = partition.endBucket();
            if (splits > 0 && partition.isSplittable() && partition.bytes() > random.limits.partitionBytes()) {
                readSplit(shuffle, partition, random, found, splits - 1);
            } else {
                read(shuffle, partition, splits == MAX_SPLITS ? random.threads : 1, found);
                shuffle.release(partition);
            }
        }
    }

    private static void readSplit(Shuffle shuffle, Partition partition, Case random, PieceList found, int splits)
            throws Exception {
        try (Workspace workspace = new Workspace();
                Shuffle parts = shuffle.split(partition, random.limits, workspace)) {
            assertThat(parts.partitions().get(0).firstBucket()).isEqualTo(partition.firstBucket());
            assertThat(sum(parts)).isEqualTo(List.of(partition.pieces(), partition.bytes()));
            readAll(parts, random, found, splits);
        }
    }

    private static List<Long> sum(Shuffle shuffle) {
        List<Partition> all = shuffle.partitions();
        return List.of(
                all.stream().mapToLong(Partition::pieces).sum(),
                all.stream().mapToLong(Partition::bytes).sum());
    }

    private static void read(Shuffle shuffle, Partition partition, int threads, PieceList found) throws Exception {
        AtomicLong outside = new AtomicLong();
        PieceConsumer consumer = (bucket, id, array, offset, length) -> {
            found.add(bucket, id, array, offset, length);
            if (bucket < partition.firstBucket() || bucket >= partition.endBucket()) {
                outside.incrementAndGet();
            }
        };
        IntConsumer reader = thread -> {
            try (Workspace workspace = new Workspace()) {
                for (long frame = thread; frame < partition.frames(); frame += threads) {
                    shuffle.readFrame(partition, frame, workspace, consumer);
                    assertThat(workspace.mark()).isZero();
                }
            }
        };
        if (threads == 1) {
            reader.accept(0);
        } else {
            Threads.run(threads, reader);
        }
        assertThat(outside).hasValue(0);
    }
}
