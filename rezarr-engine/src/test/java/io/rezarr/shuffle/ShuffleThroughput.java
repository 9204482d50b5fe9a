package io.rezarr.shuffle;

import com.sun.management.OperatingSystemMXBean;
import io.rezarr.memory.MemoryBudget;
import io.rezarr.memory.Workspace;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/**
 * How fast pieces of one size go to scratch and back, beside plain writes and reads of the same bytes. Not run by the tests.
 *
 * <p>{@code java -cp ... io.rezarr.shuffle.ShuffleThroughput DIRECTORY PIECE_BYTES [MIB [THREADS [PARTITIONS [FRAME_BYTES [NONE|LZ4]]]]]}
 */
final class ShuffleThroughput {
    private static final int ROUNDS = 3;
    private static final long BUCKETS = 4096;
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final Path directory;
    private final int pieceBytes;
    private final long bytes;
    private final int threads;
    private final int partitions;
    private final int frameBytes;
    private final Compression compression;
    private final byte[] source = new byte[8 << 20];

    private ShuffleThroughput(String[] args) {
        directory = Path.of(args[0]);
        pieceBytes = Integer.parseInt(args[1]);
        bytes = (long) number(args, 2, 1024) << 20;
        threads = number(args, 3, 2);
        partitions = number(args, 4, 64);
        frameBytes = number(args, 5, 1 << 20);
        compression = args.length > 6 ? Compression.valueOf(args[6]) : Compression.NONE;
        Random random = new Random(1);
        for (int i = 0; i < source.length; i += 2) {
            // Half of it compresses.
            source[i] = (byte) random.nextInt();
        }
    }

    private static int number(String[] args, int index, int otherwise) {
        return args.length > index ? Integer.parseInt(args[index]) : otherwise;
    }

    public static void main(String[] args) throws IOException {
        ShuffleThroughput throughput = new ShuffleThroughput(args);
        for (int round = 0; round < ROUNDS; round++) {
            throughput.plain();
            throughput.shuffle();
        }
    }

    private void plain() throws IOException {
        Path file = Files.createTempFile(directory, "plain", null);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            measure("plain write", thread -> each(thread, 1 << 20, offset -> write(channel, offset)));
            byte[][] into = new byte[threads][1 << 20];
            measure("plain read", thread -> each(thread, 1 << 20, offset -> read(channel, offset, into[thread])));
        } finally {
            Files.delete(file);
        }
    }

    private void write(FileChannel channel, long offset) {
        transfer(() -> channel.write(ByteBuffer.wrap(source, (int) (offset % (7 << 20)), 1 << 20), offset));
    }

    private static void read(FileChannel channel, long offset, byte[] into) {
        transfer(() -> channel.read(ByteBuffer.wrap(into), offset));
    }

    private interface Transfer {
        int run() throws IOException;
    }

    private static void transfer(Transfer transfer) {
        try {
            if (transfer.run() != 1 << 20) {
                throw new IllegalStateException("not whole");
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** This thread's share of the offsets. */
    private void each(int thread, int step, java.util.function.LongConsumer action) {
        for (long offset = (long) thread * step; offset < bytes; offset += (long) threads * step) {
            action.accept(offset);
        }
    }

    private void shuffle() {
        ShuffleLimits limits = new ShuffleLimits(
                4L * partitions * frameBytes, bytes / partitions + 1, threads, frameBytes, pieceBytes, compression);
        try (Scratch scratch = Scratch.create(directory, bytes);
                Shuffle shuffle =
                        Shuffle.create(BUCKETS, bytes, limits, scratch, MemoryBudget.of(limits.memoryBytes() * 4))) {
            measure("pieces write", thread -> writePieces(shuffle, thread));
            measure("pieces seal", thread -> {
                if (thread == 0) {
                    shuffle.seal();
                }
            });
            List<Partition> all = shuffle.partitions();
            AtomicLong read = new AtomicLong();
            measure("pieces read", thread -> read.addAndGet(readPieces(shuffle, all, thread)));
            if (read.get() != bytes) {
                throw new IllegalStateException("read " + read + ", wrote " + bytes);
            }
        }
    }

    private void writePieces(Shuffle shuffle, int thread) {
        Random random = new Random(thread);
        try (PieceWriter writer = shuffle.writer()) {
            each(thread, pieceBytes, offset -> {
                int from = (int) (offset % (source.length - pieceBytes));
                writer.write(random.nextInt((int) BUCKETS), offset, source, from, pieceBytes);
            });
        }
    }

    private long readPieces(Shuffle shuffle, List<Partition> all, int thread) {
        long[] sum = new long[1];
        try (Workspace workspace = new Workspace()) {
            for (int i = thread; i < all.size(); i += threads) {
                shuffle.read(all.get(i), workspace, (bucket, id, array, offset, length) -> sum[0] += length);
            }
        }
        return sum[0];
    }

    private void measure(String name, IntConsumer work) {
        long cpu = SYSTEM.getProcessCpuTime();
        long wall = System.nanoTime();
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int thread = i;
            workers.add(new Thread(() -> work.accept(thread)));
        }
        workers.forEach(Thread::start);
        for (Thread worker : workers) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        wall = System.nanoTime() - wall;
        cpu = SYSTEM.getProcessCpuTime() - cpu;
        System.out.printf(
                "%-24s %6.0f MB/s  %5.2f CPU s/GiB%n", name, bytes * 1e3 / wall, cpu / 1e9 / bytes * (1L << 30));
    }
}
