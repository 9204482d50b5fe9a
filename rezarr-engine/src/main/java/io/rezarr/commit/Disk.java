package io.rezarr.commit;

import io.rezarr.error.MalformedDataException;
import io.rezarr.error.StoreException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Looks at the file system and changes nothing. "Could not tell" is an error here, never "there is none". */
final class Disk {
    private static final int MAX_LINKS = 40;

    private Disk() {}

    /** Whether anything has that name, be it a link that leads nowhere. */
    static boolean exists(Path path) {
        return attributes(path, LinkOption.NOFOLLOW_LINKS) != null;
    }

    /** Whether that is a directory itself, no link to one. */
    static boolean isDirectory(Path path) {
        BasicFileAttributes attributes = attributes(path, LinkOption.NOFOLLOW_LINKS);
        return attributes != null && attributes.isDirectory();
    }

    /** Whether that is a file, or a link to one. */
    static boolean isFile(Path path) {
        BasicFileAttributes attributes = attributes(path);
        return attributes != null && attributes.isRegularFile();
    }

    private static @Nullable BasicFileAttributes attributes(Path path, LinkOption... options) {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, options);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            // What lies "below" a file does not exist; that has no exception type of its own.
            if (isBelowFile(path)) {
                return null;
            }
            throw LocalFileOperations.failure("look at", path, e);
        }
    }

    private static boolean isBelowFile(Path path) {
        Path above = path.getParent();
        while (above != null && !Files.exists(above)) {
            above = above.getParent();
        }
        return above != null && !Files.isDirectory(above);
    }

    /**
     * Reads a file.
     *
     * @throws MalformedDataException if it is larger than {@code maxBytes}
     */
    static byte[] read(Path file, long maxBytes) {
        try {
            long size = Files.size(file);
            if (size > maxBytes) {
                throw new MalformedDataException(
                        "metadata", maxBytes, "expected at most " + maxBytes + " bytes, found " + size);
            }
            return Files.readAllBytes(file);
        } catch (MalformedDataException e) {
            throw e.at(file.toString());
        } catch (IOException e) {
            throw LocalFileOperations.failure("read", file, e);
        }
    }

    /** What stands in a directory, by name. */
    static List<Path> children(Path directory) {
        List<Path> children = new ArrayList<>();
        forEachChild(directory, children::add);
        Collections.sort(children);
        return children;
    }

    /**
     * Takes what stands in a directory, one by one and in no order: an array may have millions of chunks in one.
     *
     * @return whether there was any
     */
    static boolean forEachChild(Path directory, Consumer<Path> action) {
        boolean any = false;
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                action.accept(child);
                any = true;
            }
        } catch (DirectoryIteratorException | IOException e) {
            throw LocalFileOperations.failure("list", directory, e);
        }
        return any;
    }

    /**
     * The path without links, also where its last parts do not exist (yet, or for the moment): what exists of it is
     * resolved, the rest follows as it was given.
     */
    static Path resolved(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        for (int links = 0; links < MAX_LINKS; links++) {
            if (Files.exists(absolute)) {
                return realPath(absolute);
            }
            Path parent = absolute.getParent();
            Path name = absolute.getFileName();
            if (parent == null || name == null) {
                return absolute;
            }
            if (!Files.isSymbolicLink(absolute)) {
                return resolved(parent).resolve(name);
            }
            absolute = resolved(parent).resolve(target(absolute)).normalize();
        }
        throw new StoreException("Cannot resolve '" + path + "': more than " + MAX_LINKS
                + " links lead from one to the next. Remove the loop.");
    }

    private static Path realPath(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw LocalFileOperations.failure("resolve", path, e);
        }
    }

    private static Path target(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException e) {
            throw LocalFileOperations.failure("read the link", link, e);
        }
    }
}
