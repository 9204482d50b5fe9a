package io.rezarr.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The directories of a {@link FileStore}: makes them, and tells whether a key is absent or only cannot be reached.
 * Remembers those it has seen, so that a million keys in one directory cost one look. Safe for use by many threads.
 */
final class FileDirectories {
    enum Kind {
        ABSENT,
        FILE,
        DIRECTORY
    }

    private static final int MAX_REMEMBERED = 50_000;

    private final Path root;
    private final FileStore.Fsync fsync;
    /** Exist and can be followed, by path below the root. */
    private final Set<String> reachable = ConcurrentHashMap.newKeySet();
    /** Exist, and lie inside the root whatever links are on the way. */
    private final Set<String> inside = ConcurrentHashMap.newKeySet();

    FileDirectories(Path root, FileStore.Fsync fsync) {
        this.root = root;
        this.fsync = fsync;
    }

    /**
     * Whether nothing stands at a path below the root, and nothing on the way that cannot be followed.
     *
     * @throws IOException if that cannot be told: a link that leads nowhere, missing permission
     */
    boolean isAbsent(String path) throws IOException {
        int last = path.lastIndexOf('/');
        if (!reachable.contains(last < 0 ? "" : path.substring(0, last))) {
            for (int end = 0; end >= 0; end = nextEnd(path, end)) {
                if (end < path.length() && !isReachableDirectory(path.substring(0, end))) {
                    return true;
                }
            }
        }
        return kindOf(root.resolve(path)) == Kind.ABSENT;
    }

    /** The end of the next name in a path: 0 (the root), then each slash, then -1. */
    private static int nextEnd(String path, int end) {
        return path.indexOf('/', end + 1);
    }

    private boolean isReachableDirectory(String path) throws IOException {
        if (reachable.contains(path)) {
            return true;
        }
        if (kindOf(root.resolve(path)) != Kind.DIRECTORY) {
            return false;
        }
        remember(reachable, path);
        return true;
    }

    /**
     * What stands at a path, links followed.
     *
     * @throws IOException if that cannot be told, or it is a link that leads nowhere
     */
    static Kind kindOf(Path path) throws IOException {
        BasicFileAttributes attributes = attributesOf(path, LinkOption.NOFOLLOW_LINKS);
        if (attributes == null) {
            return Kind.ABSENT;
        }
        if (attributes.isSymbolicLink()) {
            attributes = attributesOf(path);
            if (attributes == null) {
                throw new FileSystemException(path.toString(), null, "a link that leads nowhere");
            }
        }
        return attributes.isDirectory() ? Kind.DIRECTORY : Kind.FILE;
    }

    private static @Nullable BasicFileAttributes attributesOf(Path path, LinkOption... options) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, options);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Of what a link leads to, or of the link itself if that is nothing; {@code null} if there is nothing at all. */
    static @Nullable BasicFileAttributes attributesOfTargetOrLink(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class);
        } catch (AccessDeniedException e) {
            throw e;
        } catch (FileSystemException e) {
            // Absent, or a link to nothing or to itself.
            return attributesOf(path, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /**
     * Makes the directories above a path below the root.
     *
     * @throws IOException if one cannot be made, or a link leads out of the root
     */
    void makeParents(String path) throws IOException {
        int last = path.lastIndexOf('/');
        if (inside.contains(last < 0 ? "" : path.substring(0, last))) {
            return;
        }
        for (int end = 0; end >= 0; end = nextEnd(path, end)) {
            String directory = path.substring(0, end);
            if (!inside.contains(directory)) {
                make(root.resolve(directory));
                remember(inside, directory);
            }
        }
    }

    private void make(Path directory) throws IOException {
        if (directory.equals(root)) {
            Files.createDirectories(root);
            return;
        }
        if (kindOf(directory) == Kind.ABSENT) {
            try {
                Files.createDirectory(directory);
                sync(directory.resolveSibling(""));
                return;
            } catch (FileAlreadyExistsException e) {
                // Another thread was faster; what it made is checked like anything found.
            }
        }
        requireInside(directory);
    }

    /**
     * Whether the directory above a path exists; it must not be reached through a link out of the root.
     *
     * @throws IOException if it leads out of the root
     */
    boolean leadsInside(String path) throws IOException {
        int last = path.lastIndexOf('/');
        String parent = last < 0 ? "" : path.substring(0, last);
        if (inside.contains(parent)) {
            return true;
        }
        if (isAbsent(parent) || kindOf(root.resolve(parent)) != Kind.DIRECTORY) {
            return false;
        }
        requireInside(root.resolve(parent));
        return true;
    }

    private void requireInside(Path directory) throws IOException {
        if (kindOf(directory) != Kind.DIRECTORY) {
            throw new FileSystemException(directory.toString(), null, "is a file; a directory is needed there");
        }
        Path real = directory.toRealPath();
        if (!real.startsWith(root.toRealPath())) {
            throw new FileSystemException(
                    directory.toString(),
                    null,
                    "leads out of the store, to '" + real + "', where nothing is changed; name that path itself");
        }
    }

    /** Forgets what was seen, after directories were removed. */
    void forget() {
        reachable.clear();
        inside.clear();
    }

    private static void remember(Set<String> directories, String path) {
        if (directories.size() >= MAX_REMEMBERED) {
            directories.clear();
        }
        directories.add(path);
    }

    /** Makes the entries of a directory survive a power failure, if that was asked for. */
    void sync(Path directory) throws IOException {
        if (fsync == FileStore.Fsync.ALWAYS) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
