package io.rezarr.shuffle;

import io.rezarr.error.CancelledException;
import io.rezarr.error.RefusedException;
import io.rezarr.error.StoreException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The directory of one run's scratch files: {@code .rezarr-scratch-<uuid>} in a place that the user chose. It belongs to this process: what dead
 * processes of this host left in the same place is deleted first, a live one's directory is left alone.
 *
 * <p>Safe for use by many threads. {@link #close} deletes everything; it may be called at any time, also by a shutdown hook: threads that use scratch
 * files then get a {@link CancelledException}.
 */
public final class Scratch implements AutoCloseable {
    /** Channels that stay open; a process may often have no more than 256 files open. */
    private static final int MAX_KEPT_OPEN = 64;

    private final ScratchDirectory directory;
    private final ScratchDisk disk;
    private final long expectedBytes;
    private final List<Path> leftovers;
    private final ScratchFailures failures = new ScratchFailures(this);
    private final AtomicLong bytesWritten = new AtomicLong();
    private final AtomicInteger files = new AtomicInteger();
    private final List<FileChannel> kept = new ArrayList<>();
    private volatile boolean isClosed;

    private Scratch(ScratchDirectory directory, ScratchDisk disk, long expectedBytes, List<Path> leftovers) {
        this.directory = directory;
        this.disk = disk;
        this.expectedBytes = expectedBytes;
        this.leftovers = leftovers;
    }

    /**
     * Makes a directory.
     *
     * @param parent an existing directory
     * @param expectedBytes what will be there at once, see {@link ShuffleLimits#scratchBytes}
     * @throws RefusedException if the file system has less room than that, naming both figures and the remedy; nothing was written then
     * @throws StoreException if the directory cannot be made
     */
    public static Scratch create(Path parent, long expectedBytes) {
        return create(parent, expectedBytes, ScratchDisk.LOCAL);
    }

    static Scratch create(Path parent, long expectedBytes, ScratchDisk disk) {
        try {
            List<Path> leftovers = ScratchDirectory.sweep(parent);
            requireRoom(parent, expectedBytes, disk.usableBytes(parent));
            return new Scratch(ScratchDirectory.create(parent), disk, expectedBytes, leftovers);
        } catch (ClosedByInterruptException e) {
            throw new CancelledException("Interrupted while the scratch directory was made.", e);
        } catch (IOException e) {
            throw new StoreException(
                    "Cannot make a scratch directory in '" + parent + "': "
                            + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + ". Check that it is a directory and writable, or give another one with --scratch DIR.",
                    e);
        }
    }

    private static void requireRoom(Path parent, long expectedBytes, long usableBytes) {
        if (expectedBytes > usableBytes) {
            throw new RefusedException(
                    "Scratch files will take up to %d bytes, but the file system of '%s' has %d left. Make room, or give another place with --scratch DIR."
                            .formatted(expectedBytes, parent, usableBytes));
        }
    }

    /** Where the files are. */
    public Path directory() {
        return directory.path();
    }

    /** Scratch directories of others in the same place: in use, or of another host, or not to be deleted. To tell the user about. */
    public List<Path> leftovers() {
        return List.copyOf(leftovers);
    }

    /** What was written to all files so far, those that were deleted included. */
    public long bytesWritten() {
        return bytesWritten.get();
    }

    long expectedBytes() {
        return expectedBytes;
    }

    long usableBytes() throws IOException {
        return disk.usableBytes(directory.path());
    }

    void wrote(long bytes) {
        bytesWritten.addAndGet(bytes);
    }

    ScratchFailures failures() {
        return failures;
    }

    boolean isClosed() {
        return isClosed;
    }

    ScratchFile newFile() {
        int number = files.getAndIncrement();
        return new ScratchFile(this, directory.path().resolve(ScratchDirectory.FILE_PREFIX + number), number);
    }

    FileChannel open(Path file, Set<? extends OpenOption> options) throws IOException {
        requireOpen();
        return disk.open(file, options);
    }

    private void requireOpen() {
        if (isClosed) {
            throw new CancelledException(
                    "The scratch directory '" + directory.path() + "' was closed, since the run has ended.");
        }
    }

    /** Whether the channel may stay open until {@link #closeKept}. */
    boolean keepsOpen(FileChannel channel) {
        synchronized (kept) {
            return !isClosed && kept.size() < MAX_KEPT_OPEN && kept.add(channel);
        }
    }

    void closeKept(FileChannel channel) throws IOException {
        synchronized (kept) {
            kept.remove(channel);
        }
        channel.close();
    }

    /**
     * Deletes all files and the directory. Does nothing the second time.
     *
     * @throws StoreException if something cannot be deleted, naming it
     */
    @Override
    public synchronized void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try {
            closeAllKept();
            directory.delete();
        } catch (IOException e) {
            throw new StoreException(
                    "Cannot delete the scratch directory '" + directory.path() + "': "
                            + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + ". Nothing needs it any more: delete it.",
                    e);
        }
    }

    private void closeAllKept() throws IOException {
        synchronized (kept) {
            for (FileChannel channel : kept) {
                channel.close();
            }
            kept.clear();
        }
    }
}
