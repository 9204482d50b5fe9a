package io.rezarr.shuffle;

import io.rezarr.error.CancelledException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One file in scratch: writes and reads parts that end with their checksum, for many threads at once. It is made by the first write. As many files
 * as {@link Scratch} allows keep their channel open (on a network file system, each closing waits for the server); the others are opened for each
 * part.
 *
 * <p>An array goes through a direct buffer that the JDK keeps for each thread: so it is cut into transfers, small enough that the checksum and the
 * copies work in the cache.
 */
final class ScratchFile {
    static final int TRANSFER_BYTES = 256 << 10;

    private static final Set<OpenOption> CREATE =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    private static final Set<OpenOption> OPEN = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);

    private final Scratch scratch;
    private final Path path;
    private final int number;
    private boolean isCreated;
    private boolean isDeleted;
    private @Nullable FileChannel kept;

    ScratchFile(Scratch scratch, Path path, int number) {
        this.scratch = scratch;
        this.path = path;
        this.number = number;
    }

    /** Unlike that of any other file of the run. */
    int number() {
        return number;
    }

    Path path() {
        return path;
    }

    /** Writes the beginning of an array to a place in the file, and its checksum behind it in the last four bytes. */
    void write(byte[] bytes, int length, long position) {
        try {
            FileChannel channel = channel();
            try {
                writeChecksummed(channel, bytes, length, position);
            } finally {
                done(channel);
            }
        } catch (IOException e) {
            throw scratch.failures().ofWrite(path, e);
        }
        scratch.wrote(length);
    }

    private static void writeChecksummed(FileChannel channel, byte[] bytes, int length, long position)
            throws IOException {
        int checked = length - FrameFormat.CHECKSUM_BYTES;
        CRC32C checksum = new CRC32C();
        ByteBuffer view = ByteBuffer.wrap(bytes);
        for (int from = 0; from < length; from += TRANSFER_BYTES) {
            int to = Math.min(length, from + TRANSFER_BYTES);
            checksum.update(bytes, from, Math.max(0, Math.min(to, checked) - from));
            if (to > checked) {
                FrameFormat.putInt(bytes, checked, (int) checksum.getValue());
            }
            view.limit(to).position(from);
            while (view.hasRemaining()) {
                channel.write(view, position + view.position());
            }
        }
    }

    /**
     * Reads a part into the beginning of an array.
     *
     * @return whether its checksum is right
     */
    boolean read(byte[] into, int length, long position) {
        try {
            FileChannel channel = channel();
            try {
                return readChecksummed(channel, into, length, position);
            } finally {
                done(channel);
            }
        } catch (IOException e) {
            throw scratch.failures().of("read", path, e);
        }
    }

    private static boolean readChecksummed(FileChannel channel, byte[] into, int length, long position)
            throws IOException {
        int checked = length - FrameFormat.CHECKSUM_BYTES;
        CRC32C checksum = new CRC32C();
        ByteBuffer view = ByteBuffer.wrap(into);
        for (int from = 0; from < length; from += TRANSFER_BYTES) {
            int to = Math.min(length, from + TRANSFER_BYTES);
            view.limit(to).position(from);
            while (view.hasRemaining()) {
                if (channel.read(view, position + view.position()) < 0) {
                    throw new EOFException("it ends before byte " + (position + length));
                }
            }
            checksum.update(into, from, Math.max(0, Math.min(to, checked) - from));
        }
        return FrameFormat.intAt(into, checked) == (int) checksum.getValue();
    }

    long sizeBytes() {
        try {
            return Files.size(path);
        } catch (IOException e) {
            throw scratch.failures().of("read", path, e);
        }
    }

    private synchronized FileChannel channel() throws IOException {
        if (isDeleted) {
            throw isDeletedMeanwhile();
        }
        if (kept != null) {
            return kept;
        }
        FileChannel channel = scratch.open(path, isCreated ? OPEN : CREATE);
        isCreated = true;
        if (scratch.keepsOpen(channel)) {
            kept = channel;
        }
        return channel;
    }

    private void done(FileChannel channel) throws IOException {
        synchronized (this) {
            if (channel == kept) {
                return;
            }
        }
        channel.close();
    }

    /** What those get who still use it. */
    CancelledException isDeletedMeanwhile() {
        return new CancelledException("Scratch file '" + path + "' was deleted, since the shuffle was closed.");
    }

    /** Removes it, if it was made; it is not made again. */
    synchronized void delete() {
        isDeleted = true;
        try {
            if (kept != null) {
                scratch.closeKept(kept);
                kept = null;
            }
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw scratch.failures().of("delete", path, e);
        }
    }
}
