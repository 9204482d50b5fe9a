package io.rezarr.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads a file that is opened for each part, and keeps none open: a file that is replaced meanwhile is read as a mixture. */
final class FileReopener implements ValueReader {
    private final StoreKey key;
    private final Path path;
    private final long bytes;
    private final FileFailures failures;
    private final String name;

    FileReopener(StoreKey key, Path path, long bytes, FileFailures failures) {
        this.key = key;
        this.path = path;
        this.bytes = bytes;
        this.failures = failures;
        this.name = failures.nameOf(key);
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void read(long offset, byte[] target, int to, int length) {
        FileReads.requireWithin(offset, length, bytes, name);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            FileReads.part(channel, offset, length, target, to);
        } catch (IOException e) {
            throw failures.of("read", key.value(), e);
        }
    }

    @Override
    public void close() {}
}
