package io.rezarr.store;

import io.rezarr.error.CancelledException;
import io.rezarr.error.RezarrException;
import io.rezarr.error.StoreException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the file system reports, in the words and exceptions of a {@link Store}. */
final class FileFailures {
    /** With less left than this, a failed write is put down to a full disk. */
    private static final long NEARLY_FULL_BYTES = 1 << 20;

    private final Path root;
    private final String location;

    FileFailures(Path root, String location) {
        this.root = root;
        this.location = location;
    }

    /** A key in full, for messages. */
    String nameOf(StoreKey key) {
        return location + "/" + key;
    }

    StoreException isDirectory(StoreKey key) {
        return new StoreException("'" + nameOf(key) + "' is a directory; expected a file, or nothing. Move it away.");
    }

    /**
     * @param verb what could not be done
     * @param path below the root
     */
    RezarrException of(String verb, String path, IOException failure) {
        String what = "cannot " + verb + " '" + path + "' in '" + location + "': ";
        if (failure instanceof ClosedByInterruptException) {
            return new CancelledException(what + "interrupted", failure);
        }
        return new StoreException(what + reasonOf(failure) + ".", failure);
    }

    /** @param neededBytes of the whole value; -1 if not known */
    RezarrException ofWrite(StoreKey key, IOException failure, long writtenBytes, long neededBytes) {
        if (failure instanceof ClosedByInterruptException) {
            return of("write", key.value(), failure);
        }
        String progress = writtenBytes + (neededBytes < 0 ? "" : " of " + neededBytes) + " bytes were written";
        return new StoreException(
                "cannot write '" + key + "' in '" + location + "': " + reasonOf(failure) + "; " + progress + "."
                        + remedyFor(failure, Math.max(NEARLY_FULL_BYTES, neededBytes)),
                failure);
    }

    private String remedyFor(IOException failure, long neededBytes) {
        try {
            long usable = Files.getFileStore(root).getUsableSpace();
            return usable >= neededBytes
                    ? ""
                    : " The file system has " + usable + " bytes left: make room, then try again.";
        } catch (IOException e) {
            failure.addSuppressed(e);
            return "";
        }
    }

    private static String reasonOf(IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = failure instanceof FileSystemException e ? e.getReason() : failure.getMessage();
        return reason == null ? failure.getClass().getSimpleName() : reason;
    }
}
