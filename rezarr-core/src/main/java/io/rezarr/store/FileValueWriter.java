package io.rezarr.store;

import io.rezarr.store.Store.WriteMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes one file; small pieces are gathered, so that a shard of tiny inner chunks does not cost a call for each. */
final class FileValueWriter implements ValueWriter {
    private static final int GATHER_BYTES = 64 << 10;
    private static final Set<OpenOption> CREATE_NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private final StoreKey key;
    private final Path target;
    /** Where the bytes go first: the target itself when writing directly. */
    private final Path file;

    private final FileChannel channel;
    private final FileStore.Fsync fsync;
    private final FileDirectories directories;
    private final FileFailures failures;
    private @Nullable ByteBuffer gathered;
    private long flushedBytes;
    private boolean finished;

    private FileValueWriter(
            StoreKey key,
            Path target,
            Path file,
            FileChannel channel,
            FileStore.Fsync fsync,
            FileDirectories directories,
            FileFailures failures) {
        this.key = key;
        this.target = target;
        this.file = file;
        this.channel = channel;
        this.fsync = fsync;
        this.directories = directories;
        this.failures = failures;
    }

    static FileValueWriter open(
            Path target,
            StoreKey key,
            WriteMode mode,
            FileStore.Fsync fsync,
            FileDirectories directories,
            FileFailures failures) {
        Path file = mode == WriteMode.DIRECT ? target : temporaryFor(target);
        try {
            directories.makeParents(key.value());
            FileChannel channel;
            try {
                channel = create(file, mode, key, failures);
            } catch (NoSuchFileException e) {
                // A directory that was seen before has been removed by someone else.
                directories.forget();
                directories.makeParents(key.value());
                channel = create(file, mode, key, failures);
            }
            return new FileValueWriter(key, target, file, channel, fsync, directories, failures);
        } catch (IOException e) {
            throw failures.of("write", key.value(), e);
        }
    }

    private static Path temporaryFor(Path target) {
        return target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + FileStore.TEMPORARY_SUFFIX);
    }

    /** Always a new file: an old one may be a link, or have other hard links whose bytes are not ours to change. */
    private static FileChannel create(Path file, WriteMode mode, StoreKey key, FileFailures failures)
            throws IOException {
        try {
            return FileChannel.open(file, CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            if (mode != WriteMode.DIRECT) {
                throw e;
            }
            if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                throw failures.isDirectory(key);
            }
            Files.delete(file);
            return FileChannel.open(file, CREATE_NEW);
        }
    }

    /** The whole value at once. */
    void setWhole(ByteBuffer value) {
        int bytes = value.remaining();
        try {
            write(value);
        } catch (IOException e) {
            throw failures.ofWrite(key, e, flushedBytes, bytes);
        }
        commit();
    }

    @Override
    public void append(ByteBuffer bytes) {
        requireOpen();
        try {
            ByteBuffer buffer = gathered;
            if (buffer != null && buffer.remaining() < bytes.remaining()) {
                flush();
            }
            if (bytes.remaining() >= GATHER_BYTES) {
                write(bytes);
                return;
            }
            if (buffer == null) {
                buffer = ByteBuffer.allocate(GATHER_BYTES);
                gathered = buffer;
            }
            buffer.put(bytes);
        } catch (IOException e) {
            throw failures.ofWrite(key, e, flushedBytes, -1);
        }
    }

    private void flush() throws IOException {
        ByteBuffer buffer = gathered;
        if (buffer != null && buffer.position() > 0) {
            write(buffer.flip());
            buffer.clear();
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            flushedBytes += writePiece(bytes, flushedBytes);
        }
    }

    /** Cut, since a channel copies through a direct buffer as large as the largest write, kept for each thread. */
    private int writePiece(ByteBuffer bytes, long offset) throws IOException {
        int end = bytes.limit();
        bytes.limit(Math.min(end, bytes.position() + FileReads.MAX_TRANSFER_BYTES));
        try {
            return channel.write(bytes, offset);
        } finally {
            bytes.limit(end);
        }
    }

    @Override
    public long position() {
        return flushedBytes + (gathered == null ? 0 : gathered.position());
    }

    @Override
    public void writeAt(long offset, ByteBuffer bytes) {
        requireOpen();
        if (offset < 0 || offset > position() - bytes.remaining()) {
            throw new IllegalArgumentException(bytes.remaining() + " bytes at " + offset
                    + " were not all appended before: the value has " + position());
        }
        try {
            flush();
            long at = offset;
            while (bytes.hasRemaining()) {
                at += writePiece(bytes, at);
            }
        } catch (IOException e) {
            throw failures.ofWrite(key, e, flushedBytes, -1);
        }
    }

    private void requireOpen() {
        if (finished) {
            throw new IllegalStateException("'" + key + "' is written already, or was given up");
        }
    }

    @Override
    public void commit() {
        requireOpen();
        try {
            flush();
            if (fsync == FileStore.Fsync.ALWAYS) {
                channel.force(true);
            }
            channel.close();
            if (!file.equals(target)) {
                Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
            }
            finished = true;
            directories.sync(target.resolveSibling(""));
        } catch (IOException e) {
            throw failures.ofWrite(key, e, flushedBytes, -1);
        }
    }

    @Override
    public void close() {
        if (finished) {
            return;
        }
        finished = true;
        IOException failure = null;
        try {
            channel.close();
        } catch (IOException e) {
            failure = e;
        }
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            if (failure != null) {
                e.addSuppressed(failure);
            }
            failure = e;
        }
        if (failure != null) {
            throw failures.of("clean up after writing", key.value(), failure);
        }
    }
}
