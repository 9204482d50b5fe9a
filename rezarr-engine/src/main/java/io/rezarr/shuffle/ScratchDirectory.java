package io.rezarr.shuffle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A directory of scratch files, only for its user, with a file that says whose it is. That file is locked while the process lives; the operating
 * system drops the lock when it ends in whatever way, also where process numbers of two containers must not be compared.
 */
final class ScratchDirectory {
    static final String PREFIX = ".rezarr-scratch-";
    static final String FILE_PREFIX = "frames-";
    static final String OWNER = "owner";

    /** The owner's file until it is written and locked: {@link #OWNER} is whole, or not there. */
    static final String NEW_OWNER = "owner.new";

    private static final int MAX_OWNER_BYTES = 4096;

    /** Each sweep of another process may take away one directory before it has an owner. */
    private static final int MAX_CREATIONS = 100;

    /** Files may be made while the directory is being deleted, by threads that have not noticed. */
    private static final int MAX_DELETIONS = 100;

    /**
     * Directories of this process. POSIX drops the lock of a file as soon as the process closes any handle of it: no owner file in them may be
     * opened again.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel owner;

    private ScratchDirectory(Path path, FileChannel owner) {
        this.path = path;
        this.owner = owner;
    }

    static ScratchDirectory create(Path parent) throws IOException {
        for (int i = 1; ; i++) {
            try {
                return createOnce(parent);
            } catch (NoSuchFileException e) {
                // Another process has taken it for what a kill left, before it had an owner.
                if (i == MAX_CREATIONS) {
                    throw e;
                }
            }
        }
    }

    private static ScratchDirectory createOnce(Path parent) throws IOException {
        Path path = parent.toRealPath().resolve(PREFIX + UUID.randomUUID());
        HELD.add(path);
        boolean isMade = false;
        try {
            Files.createDirectory(path, privately());
            ScratchDirectory directory = new ScratchDirectory(path, lockedOwner(path));
            isMade = true;
            return directory;
        } finally {
            if (!isMade) {
                Files.deleteIfExists(path);
                HELD.remove(path);
            }
        }
    }

    private static FileAttribute<?>[] privately() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }

    private static FileChannel lockedOwner(Path directory) throws IOException {
        Path file = directory.resolve(NEW_OWNER);
        byte[] text = ScratchOwner.self().text().getBytes(StandardCharsets.UTF_8);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            channel.write(ByteBuffer.wrap(text));
            if (isLockedByAnother(channel)) {
                throw new NoSuchFileException(file.toString(), null, "another process is removing it");
            }
            // The lock is that of the file, whatever its name.
            Files.move(file, directory.resolve(OWNER), StandardCopyOption.ATOMIC_MOVE);
            return channel;
        } catch (IOException e) {
            channel.close();
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** Else takes the lock, if the file system has any, until the channel is closed. Without locks, the process number has to do. */
    private static boolean isLockedByAnother(FileChannel channel) {
        try {
            return channel.tryLock() == null;
        } catch (IOException e) {
            return false;
        }
    }

    /** Takes the lock, until the channel is closed. Where there are no locks, nobody gets any. */
    private static boolean isLockable(FileChannel channel) {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException | IOException e) {
            return false;
        }
    }

    Path path() {
        return path;
    }

    void delete() throws IOException {
        try {
            delete(path, path.resolve(OWNER), owner);
        } finally {
            HELD.remove(path);
        }
    }

    /** The owner's file goes last, and the lock with it: what a kill leaves of the directory can still be recognised. */
    private static void delete(Path directory, Path ownerFile, FileChannel owner) throws IOException {
        for (int i = 0; ; i++) {
            for (Path file : files(directory)) {
                Files.deleteIfExists(file);
            }
            try {
                Files.deleteIfExists(ownerFile);
                owner.close();
                Files.deleteIfExists(directory);
                return;
            } catch (DirectoryNotEmptyException e) {
                if (i == MAX_DELETIONS) {
                    throw e;
                }
            }
        }
    }

    /** Those that scratch has made, and nothing else. */
    private static List<Path> files(Path directory) throws IOException {
        return list(directory, FILE_PREFIX);
    }

    private static List<Path> list(Path directory, String prefix) throws IOException {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, prefix + "*")) {
            entries.forEach(paths::add);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return paths;
    }

    /**
     * Deletes the scratch directories in {@code parent} whose processes have ended.
     *
     * @return those that are nobody's in this process and were left: of a live process, of another host or format, or not to be deleted
     */
    static List<Path> sweep(Path parent) throws IOException {
        List<Path> left = new ArrayList<>();
        for (Path directory : list(parent.toRealPath(), PREFIX)) {
            if (!HELD.contains(directory)
                    && Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                    && !isSwept(directory)) {
                left.add(directory);
            }
        }
        return left;
    }

    private static boolean isSwept(Path directory) {
        try {
            return isSwept(directory, OWNER);
        } catch (NoSuchFileException e) {
            return isSweptWithoutOwner(directory);
        } catch (IOException e) {
            return false;
        }
    }

    /** What a kill leaves before there is an owner, or after. One that a living process is just making is made again by that. */
    private static boolean isSweptWithoutOwner(Path directory) {
        try {
            return isSwept(directory, NEW_OWNER);
        } catch (NoSuchFileException e) {
            return isRemoved(directory);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isRemoved(Path directory) {
        try {
            Files.deleteIfExists(directory);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** @throws NoSuchFileException if no file of that name says whose it is */
    private static boolean isSwept(Path directory, String ownerName) throws IOException {
        Path file = directory.resolve(ownerName);
        try (FileChannel owner = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            // An empty one is what a loss of power may leave, or a kill.
            ScratchOwner process = read(owner);
            boolean isNobodys = owner.size() == 0 || (process != null && process.isDead());
            if (!isNobodys || !isLockable(owner)) {
                return false;
            }
            delete(directory, file, owner);
            return true;
        }
    }

    private static @Nullable ScratchOwner read(FileChannel owner) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(MAX_OWNER_BYTES);
        owner.read(bytes);
        return ScratchOwner.parse(new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8));
    }
}
