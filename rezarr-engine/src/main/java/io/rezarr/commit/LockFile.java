package io.rezarr.commit;

import io.rezarr.error.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A file that one process at a time holds locked, and that says who it is. The operating system drops the lock when the
 * process ends in whatever way, so that a file left behind is known as such and taken over; but not one that another
 * host wrote, since locks do not reach over every network file system.
 *
 * <p>Content: {@code host}, {@code pid} and {@code started}, one {@code name=value} a line.
 */
final class LockFile implements AutoCloseable {
    /** Far behind the content, which others may read although they could not on Windows if it were locked itself. */
    private static final long LOCKED_POSITION = 1L << 40;

    private static final int MAX_CONTENT_BYTES = 4096;

    /**
     * The locks of this process, by path. POSIX drops all locks that a process has on a file as soon as it closes any
     * handle of it: no file in this map may be opened again.
     */
    private static final Map<Path, String> HELD = new ConcurrentHashMap<>();

    private final Path file;
    private final FileChannel channel;
    private final FileOperations files;

    private LockFile(Path file, FileChannel channel, FileOperations files) {
        this.file = file;
        this.channel = channel;
        this.files = files;
    }

    /** Takes the lock; {@code null} if another holds it. */
    static @Nullable LockFile tryAcquire(Path file, FileOperations files) {
        String content = "host=" + Host.NAME + "\npid="
                + ProcessHandle.current().pid() + "\nstarted=" + Instant.now().truncatedTo(ChronoUnit.SECONDS) + "\n";
        if (HELD.putIfAbsent(file, content) != null) {
            return null;
        }
        FileChannel channel = null;
        try {
            channel = lockedChannel(file, content);
        } catch (IOException e) {
            throw LocalFileOperations.failure("lock", file, e);
        } finally {
            if (channel == null) {
                HELD.remove(file);
            }
        }
        return channel == null ? null : new LockFile(file, channel, files);
    }

    private static @Nullable FileChannel lockedChannel(Path file, String content) throws IOException {
        while (true) {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            boolean ours = false;
            try {
                if (!isLockable(channel, false) || isForeign(text(channel))) {
                    return null;
                }
                long bytes = write(channel, content);
                // Its last holder may have deleted the file between our opening and our locking it. Asking for a file
                // key
                // of a channel is not possible, opening the file again would drop the lock: the random size tells.
                ours = sizeOf(file) == bytes;
                if (ours) {
                    return channel;
                }
            } finally {
                if (!ours) {
                    channel.close();
                }
            }
        }
    }

    private static boolean isLockable(FileChannel channel, boolean shared) throws IOException {
        try {
            FileLock lock = channel.tryLock(LOCKED_POSITION, 1, shared);
            return lock != null;
        } catch (OverlappingFileLockException e) {
            // Held by this process under another name of the same file.
            return false;
        }
    }

    private static long write(FileChannel channel, String content) throws IOException {
        int padding = ThreadLocalRandom.current().nextInt(MAX_CONTENT_BYTES / 2);
        byte[] bytes = (content + " ".repeat(padding) + "\n").getBytes(StandardCharsets.UTF_8);
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(bytes), 0);
        return bytes.length;
    }

    private static long sizeOf(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return -1;
        }
    }

    private static String text(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(MAX_CONTENT_BYTES);
        channel.read(bytes, 0);
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    }

    private static boolean isForeign(String content) {
        String host = value(content, "host");
        return !host.isEmpty() && !host.equals(Host.NAME);
    }

    private static String value(String content, String name) {
        return content.lines()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1).trim())
                .findFirst()
                .orElse("");
    }

    /** Whether this very process holds it. */
    static boolean isHeldHere(Path file) {
        return HELD.containsKey(file);
    }

    /** Who holds the lock, as a phrase for a message; {@code null} if no one does. Changes nothing. */
    static @Nullable String holder(Path file) {
        String here = HELD.get(file);
        if (here != null) {
            return phrase(here);
        }
        if (!Disk.isFile(file)) {
            return null;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            String content = text(channel);
            return isForeign(content) || !isLockable(channel, true) ? phrase(content) : null;
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw LocalFileOperations.failure("read the lock", file, e);
        }
    }

    private static String phrase(String content) {
        String host = value(content, "host");
        return "process " + value(content, "pid") + (host.equals(Host.NAME) ? "" : " on host '" + host + "'")
                + ", which started at " + value(content, "started");
    }

    /** What to do about a file that another host wrote: this one cannot know whether that process lives. */
    static String remedy(Path file) {
        return "Wait until it has finished; if it runs on another host and is known to be gone, delete '" + file + "'.";
    }

    /** Removes the file and gives the lock up. */
    @Override
    public void close() {
        StoreException failure = null;
        try {
            if (Disk.exists(file)) {
                files.delete(file);
            }
        } catch (StoreException e) {
            failure = e;
        } finally {
            HELD.remove(file);
            failure = closed(failure);
        }
        if (failure != null) {
            throw failure;
        }
    }

    private @Nullable StoreException closed(@Nullable StoreException failure) {
        try {
            channel.close();
            return failure;
        } catch (IOException e) {
            StoreException later = LocalFileOperations.failure("unlock", file, e);
            if (failure == null) {
                return later;
            }
            failure.addSuppressed(later);
            return failure;
        }
    }
}
