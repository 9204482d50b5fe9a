package io.rezarr.commit;

import io.rezarr.error.StoreException;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The real file system. */
final class LocalFileOperations implements FileOperations {
    static final FileOperations INSTANCE = new LocalFileOperations();

    /** Windows gives no handle on a directory that could be forced; its file system orders these writes itself. */
    private static final boolean DIRECTORIES_CAN_BE_FORCED = File.separatorChar == '/';

    private static final boolean HAS_PERMISSIONS =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private LocalFileOperations() {}

    @Override
    public void createDirectory(Path directory) {
        try {
            Files.createDirectory(directory);
        } catch (IOException e) {
            throw failure("create directory", directory, e);
        }
    }

    @Override
    public void create(Path file, byte[] content, Path like) {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            if (HAS_PERMISSIONS && Files.exists(like)) {
                Files.setPosixFilePermissions(file, Files.getPosixFilePermissions(like));
            }
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException e) {
            throw failure("write", file, e);
        }
    }

    @Override
    public void rename(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failure("rename to '" + to.getFileName() + "'", from, e);
        }
    }

    @Override
    public void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw failure("delete", path, e);
        }
    }

    @Override
    public void force(Path path) {
        if (!DIRECTORIES_CAN_BE_FORCED && Files.isDirectory(path)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            throw failure("force to the disk", path, e);
        }
    }

    /** The error for an operation that the file system did not do. */
    static StoreException failure(String operation, Path path, Exception cause) {
        return new StoreException(
                "Cannot " + operation + ": '" + path + "' (" + reasonOf(cause)
                        + "). Check that the directory exists and is writable, and that the disk has room.",
                cause);
    }

    /** In the system's words where it has some, since a Java exception's name tells a user little. */
    private static String reasonOf(Exception cause) {
        if (cause instanceof NoSuchFileException) {
            return "it does not exist";
        } else if (cause instanceof AccessDeniedException) {
            return "permission denied";
        } else if (cause instanceof FileSystemException failure && failure.getReason() != null) {
            return failure.getReason();
        }
        return cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }
}
