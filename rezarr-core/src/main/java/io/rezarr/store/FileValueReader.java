package io.rezarr.store;

import io.rezarr.error.CancelledException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicBoolean;

/** Reads a file through one open channel: a part costs one system call. */
final class FileValueReader implements ValueReader {
    private final StoreKey key;
    private final FileChannel channel;
    private final long bytes;
    private final FileFailures failures;
    private final String name;
    private final Runnable afterClose;
    private final AtomicBoolean closed = new AtomicBoolean();

    private FileValueReader(StoreKey key, FileChannel channel, long bytes, FileFailures failures, Runnable afterClose) {
        this.key = key;
        this.channel = channel;
        this.bytes = bytes;
        this.failures = failures;
        this.name = failures.nameOf(key);
        this.afterClose = afterClose;
    }

    /** @param afterClose is run once, when the reader is closed */
    static FileValueReader open(StoreKey key, Path path, FileFailures failures, Runnable afterClose)
            throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            return new FileValueReader(key, channel, channel.size(), failures, afterClose);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void read(long offset, byte[] target, int to, int length) {
        FileReads.requireWithin(offset, length, bytes, name);
        try {
            FileReads.part(channel, offset, length, target, to);
        } catch (ClosedByInterruptException e) {
            throw failures.of("read", key.value(), e);
        } catch (ClosedChannelException e) {
            throw whileClosed(e);
        } catch (IOException e) {
            throw failures.of("read", key.value(), e);
        }
    }

    /** An interrupt of one thread closes the channel for all of them. */
    private RuntimeException whileClosed(ClosedChannelException e) {
        return closed.get()
                ? new IllegalStateException("'" + name + "' is read after its reader was closed", e)
                : new CancelledException("cannot read '" + name + "': another thread was interrupted in reading it", e);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            throw failures.of("close", key.value(), e);
        } finally {
            afterClose.run();
        }
    }
}
