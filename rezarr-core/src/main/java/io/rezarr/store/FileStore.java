package io.rezarr.store;

import io.rezarr.error.StoreException;
import io.rezarr.memory.Workspace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Iterator;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A directory of the local file system: each key is a file below it.
 *
 * <p>Links are followed in reading. Writing never goes through one: a link at the key is replaced, and a directory that
 * a link leads to outside the root is refused. Absent means absent: whatever stands in the way of telling (a directory
 * at the key, a link to nothing, missing permission) is an error. Only a key below a file is absent, as in any store.
 *
 * <p>{@link WriteMode#ATOMIC} writes {@code .NAME.UUID.rezarr-tmp} beside the file and renames it; a killed process
 * leaves such a file, which no key of Zarr looks at. {@link WriteMode#DIRECT} creates a new file, so that other hard
 * links to an old one keep their bytes.
 *
 * <p>Opening touches nothing; the root is created by the first write.
 */
public final class FileStore implements Store {
    /** What survives a power failure. */
    public enum Fsync {
        /** What the operating system wrote back by itself: a process may be killed at any moment, the machine may not. */
        NEVER,
        /** Each value that was committed, with its directory entry. */
        ALWAYS
    }

    /** Ends the names of files that are being written, and of those that a killed process left. */
    public static final String TEMPORARY_SUFFIX = ".rezarr-tmp";

    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ);

    /** Few enough for the lowest usual limit of open files, 256 for a process with several stores. */
    private static final int MAX_OPEN_READERS = 32;

    private final Path root;
    private final String location;
    private final FileDirectories directories;
    private final FileFailures failures;
    private final Fsync fsync;
    private final Semaphore openReaders = new Semaphore(MAX_OPEN_READERS);

    private FileStore(Path root, Fsync fsync) {
        this.root = root.toAbsolutePath();
        this.location = root.toString().isEmpty() ? this.root.toString() : root.toString();
        this.fsync = fsync;
        this.directories = new FileDirectories(this.root, fsync);
        this.failures = new FileFailures(this.root, location);
    }

    public static FileStore open(Path root) {
        return open(root, Fsync.NEVER);
    }

    public static FileStore open(Path root, Fsync fsync) {
        return new FileStore(root, fsync);
    }

    @Override
    public String location() {
        return location;
    }

    /** The directory, absolute; links are not resolved. */
    public Path root() {
        return root;
    }

    /**
     * The file of a key.
     *
     * @throws StoreException if the file system cannot name it, say in a locale without such letters
     */
    public Path path(StoreKey key) {
        return resolve(key.value());
    }

    /** The directory of a prefix. */
    public Path path(StorePrefix prefix) {
        return resolve(prefix.path());
    }

    private Path resolve(String relative) {
        try {
            return root.resolve(relative);
        } catch (InvalidPathException e) {
            throw new StoreException(
                    "'" + relative + "' in '" + location + "' cannot be a file name here: " + e.getReason()
                            + ". Set a UTF-8 locale (LC_ALL=C.UTF-8) and try again.",
                    e);
        }
    }

    @Override
    public @Nullable ByteBuffer get(StoreKey key, long maxBytes, Workspace workspace) {
        Path path = path(key);
        try (FileChannel channel = FileChannel.open(path, READ)) {
            return FileReads.whole(channel, maxBytes, workspace, failures.nameOf(key));
        } catch (IOException e) {
            requireAbsent(key, path, e);
            return null;
        }
    }

    @Override
    public @Nullable ByteBuffer get(StoreKey key, ByteRange range, Workspace workspace) {
        Path path = path(key);
        try (FileChannel channel = FileChannel.open(path, READ)) {
            return FileReads.range(channel, range, workspace, failures.nameOf(key));
        } catch (IOException e) {
            requireAbsent(key, path, e);
            return null;
        }
    }

    /** {@inheritDoc} At most {@value #MAX_OPEN_READERS} keep a file open; the others open it for each part. */
    @Override
    public @Nullable ValueReader reader(StoreKey key) {
        long bytes = size(key);
        if (bytes < 0) {
            return null;
        }
        if (!openReaders.tryAcquire()) {
            return new FileReopener(key, path(key), bytes, failures);
        }
        boolean open = false;
        try {
            ValueReader reader = FileValueReader.open(key, path(key), failures, openReaders::release);
            open = true;
            return reader;
        } catch (IOException e) {
            throw failures.of("read", key.value(), e);
        } finally {
            if (!open) {
                openReaders.release();
            }
        }
    }

    @Override
    public long size(StoreKey key) {
        Path path = path(key);
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                throw failures.isDirectory(key);
            }
            return attributes.size();
        } catch (IOException e) {
            requireAbsent(key, path, e);
            return -1;
        }
    }

    /** Returns if nothing stands under the key, which then explains the failure. */
    private void requireAbsent(StoreKey key, Path path, IOException failure) {
        boolean absent;
        try {
            absent = directories.isAbsent(key.value());
        } catch (IOException e) {
            e.addSuppressed(failure);
            throw failures.of("read", key.value(), e);
        }
        if (!absent) {
            throw Files.isDirectory(path) ? failures.isDirectory(key) : failures.of("read", key.value(), failure);
        }
    }

    @Override
    public void list(StorePrefix prefix, Consumer<StoreEntry> children) {
        forEachChild(prefix, path -> {
            StoreEntry entry = entryOf(path);
            if (entry != null) {
                children.accept(entry);
            }
        });
    }

    @Override
    public void listNames(StorePrefix prefix, Consumer<String> names) {
        forEachChild(prefix, path -> names.accept(nameOf(path)));
    }

    private void forEachChild(StorePrefix prefix, ChildAction children) {
        Path directory = path(prefix);
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            Iterator<Path> paths = stream.iterator();
            while (hasNext(paths)) {
                children.accept(paths.next());
            }
        } catch (NotDirectoryException e) {
            // A value's key is no prefix: nothing is below it.
            return;
        } catch (IOException e) {
            requireNoDirectory(prefix, e);
        }
    }

    private interface ChildAction {
        void accept(Path path) throws IOException;
    }

    private static boolean hasNext(Iterator<Path> paths) throws IOException {
        try {
            return paths.hasNext();
        } catch (DirectoryIteratorException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }

    private void requireNoDirectory(StorePrefix prefix, IOException failure) {
        try {
            if (!directories.isAbsent(prefix.path())) {
                throw failures.of("list", prefix.value(), failure);
            }
        } catch (IOException e) {
            e.addSuppressed(failure);
            throw failures.of("list", prefix.value(), e);
        }
    }

    /** {@code null} if it has vanished meanwhile. */
    private static @Nullable StoreEntry entryOf(Path path) throws IOException {
        BasicFileAttributes attributes = FileDirectories.attributesOfTargetOrLink(path);
        if (attributes == null) {
            return null;
        }
        return new StoreEntry(
                nameOf(path),
                attributes.isDirectory() ? StoreEntry.Kind.PREFIX : StoreEntry.Kind.VALUE,
                attributes.isRegularFile() ? attributes.size() : -1);
    }

    private static String nameOf(Path path) {
        return String.valueOf(path.getFileName());
    }

    @Override
    public @Nullable Object identity(StorePrefix prefix) {
        Path directory = path(prefix);
        try {
            BasicFileAttributes attributes = Files.readAttributes(directory, BasicFileAttributes.class);
            return attributes.fileKey() == null ? directory.toRealPath() : attributes.fileKey();
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw failures.of("read", prefix.value(), e);
        }
    }

    @Override
    public String describe(StorePrefix prefix) {
        Path path = path(prefix);
        try {
            return switch (FileDirectories.kindOf(path)) {
                case ABSENT -> "does not exist";
                case FILE -> "is a file, not a directory";
                case DIRECTORY -> Descriptions.ofChildren("is a directory", names -> listNames(prefix, names));
            };
        } catch (IOException e) {
            throw failures.of("read", prefix.value(), e);
        }
    }

    @Override
    public void set(StoreKey key, ByteBuffer value, WriteMode mode) {
        try (FileValueWriter writer = writer(key, mode)) {
            writer.setWhole(value.duplicate());
        }
    }

    @Override
    public FileValueWriter writer(StoreKey key, WriteMode mode) {
        return FileValueWriter.open(path(key), key, mode, fsync, directories, failures);
    }

    @Override
    public boolean canWriteAt() {
        return true;
    }

    @Override
    public void delete(StoreKey key) {
        Path path = path(key);
        try {
            if (!directories.leadsInside(key.value())) {
                return;
            }
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                throw failures.isDirectory(key);
            }
            if (Files.deleteIfExists(path)) {
                directories.sync(path.resolveSibling(""));
            }
        } catch (IOException e) {
            throw failures.of("delete", key.value(), e);
        }
    }

    /** {@inheritDoc} The directory of the prefix goes too. */
    @Override
    public void deleteAll(StorePrefix prefix) {
        try {
            if (directories.leadsInside(prefix.path())) {
                FileTrees.delete(path(prefix));
            }
        } catch (IOException e) {
            throw failures.of("delete", prefix.value(), e);
        } finally {
            directories.forget();
        }
    }

    @Override
    public void close() {}
}
