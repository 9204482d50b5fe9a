package io.rezarr.store.s3;

import io.rezarr.error.CancelledException;
import io.rezarr.error.RezarrException;
import io.rezarr.error.StoreException;
import io.rezarr.store.StoreKey;
import io.rezarr.store.ValueWriter;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;

/** Gathers a value in a file of the spool directory, which nobody else sees, and sends it when it is complete. */
final class S3ValueWriter implements ValueWriter {
    private static final int MAX_TRANSFER_BYTES = 256 << 10;

    private final S3Store store;
    private final StoreKey key;
    private final Path spool;
    private @Nullable FileChannel file;
    private @Nullable Path path;
    private long position;
    private boolean finished;

    S3ValueWriter(S3Store store, StoreKey key, Path spool) {
        this.store = store;
        this.key = key;
        this.spool = spool;
    }

    private FileChannel file() throws IOException {
        if (file == null) {
            path = Files.createTempFile(spool, "rezarr-", ".upload");
            file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        }
        return file;
    }

    private RezarrException failure(IOException failure) {
        String what = "cannot write '" + store.nameOf(key) + "': gathering it in '" + spool + "' ";
        return failure instanceof ClosedByInterruptException
                ? new CancelledException(what + "was interrupted", failure)
                : new StoreException(
                        what + "failed: " + failure.getMessage() + ". Name a directory with more room by --scratch.",
                        failure);
    }

    private void requireOpen() {
        if (finished) {
            throw new IllegalStateException("'" + key + "' is written already, or was given up");
        }
    }

    @Override
    public void append(ByteBuffer bytes) {
        requireOpen();
        write(position, bytes);
    }

    private void write(long offset, ByteBuffer bytes) {
        try {
            long at = offset;
            while (bytes.hasRemaining()) {
                int limit = bytes.limit();
                bytes.limit(Math.min(limit, bytes.position() + MAX_TRANSFER_BYTES));
                at += file().write(bytes, at);
                bytes.limit(limit);
            }
            position = Math.max(position, at);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public void writeAt(long offset, ByteBuffer bytes) {
        requireOpen();
        if (offset < 0 || offset > position - bytes.remaining()) {
            throw new IllegalArgumentException(bytes.remaining() + " bytes at " + offset
                    + " were not all appended before: the value has " + position);
        }
        write(offset, bytes);
    }

    @Override
    public void commit() {
        requireOpen();
        finished = true;
        store.write(key, position, this::part);
        close();
    }

    private RequestBody part(long offset, long bytes) {
        return RequestBody.fromContentProvider(() -> stream(offset, bytes), bytes, "application/octet-stream");
    }

    private InputStream stream(long offset, long bytes) {
        if (path == null) {
            return InputStream.nullInputStream();
        }
        try {
            FileChannel part = FileChannel.open(path, StandardOpenOption.READ).position(offset);
            return new BufferedInputStream(new BoundedStream(Channels.newInputStream(part), bytes), MAX_TRANSFER_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** No more than so many bytes of a stream. */
    private static final class BoundedStream extends InputStream {
        private final InputStream all;
        private long left;

        BoundedStream(InputStream all, long left) {
            this.all = all;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            int value = left > 0 ? all.read() : -1;
            left -= value >= 0 ? 1 : 0;
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left <= 0) {
                return length == 0 ? 0 : -1;
            }
            int read = all.read(target, offset, (int) Math.min(length, left));
            left -= Math.max(0, read);
            return read;
        }

        @Override
        public void close() throws IOException {
            all.close();
        }
    }

    @Override
    public void close() {
        finished = true;
        try {
            if (file != null) {
                file.close();
            }
            if (path != null) {
                Files.deleteIfExists(path);
            }
            file = null;
            path = null;
        } catch (IOException e) {
            throw failure(e);
        }
    }
}
