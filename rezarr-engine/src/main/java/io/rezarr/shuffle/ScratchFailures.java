package io.rezarr.shuffle;

import io.rezarr.error.CancelledException;
import io.rezarr.error.RezarrException;
import io.rezarr.error.StoreException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Locale;

/** What the file system reports of scratch files, with the run's figures and the remedy. */
final class ScratchFailures {
    /** With less left than this, a failed write is put down to a full disk whatever the message says, in whatever language. */
    private static final long NEARLY_FULL_BYTES = 1 << 20;

    private static final String ELSEWHERE = "give another place for scratch files with --scratch DIR";

    private final Scratch scratch;

    ScratchFailures(Scratch scratch) {
        this.scratch = scratch;
    }

    RezarrException of(String verb, Path file, IOException failure) {
        String what = "Cannot " + verb + " scratch file '" + file + "': ";
        if (scratch.isClosed()) {
            return new CancelledException(what + "the scratch directory was closed, since the run has ended.", failure);
        }
        if (failure instanceof ClosedChannelException) {
            // An interrupt closes the channel for all threads.
            return new CancelledException(what + "interrupted.", failure);
        }
        return new StoreException(what + reasonOf(failure) + ". Try again, or " + ELSEWHERE + ".", failure);
    }

    RezarrException ofWrite(Path file, IOException failure) {
        if (scratch.isClosed() || failure instanceof ClosedChannelException) {
            return of("write", file, failure);
        }
        long usable;
        try {
            usable = scratch.usableBytes();
        } catch (IOException e) {
            failure.addSuppressed(e);
            return of("write", file, failure);
        }
        if (usable >= NEARLY_FULL_BYTES && !saysFull(failure)) {
            return of("write", file, failure);
        }
        return new StoreException(
                "Cannot write scratch file '%s': %s. %d bytes of scratch were written, %d were expected; the file system has %d left. Make room, or %s."
                        .formatted(
                                file,
                                reasonOf(failure),
                                scratch.bytesWritten(),
                                scratch.expectedBytes(),
                                usable,
                                ELSEWHERE),
                failure);
    }

    private static boolean saysFull(IOException failure) {
        String reason = reasonOf(failure).toLowerCase(Locale.ROOT);
        return reason.contains("no space left") || reason.contains("quota");
    }

    private static String reasonOf(IOException failure) {
        String reason = failure instanceof FileSystemException e ? e.getReason() : failure.getMessage();
        return reason == null ? failure.getClass().getSimpleName() : reason;
    }

    /** That what was read is not what was written. */
    static StoreException altered(Path file, String part, long offset, String problem) {
        return new StoreException(
                "Scratch file '%s' was altered after it was written: %s at byte %d: %s. Run again, and %s if it happens once more."
                        .formatted(file, part, offset, problem, ELSEWHERE));
    }
}
