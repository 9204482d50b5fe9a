package io.rezarr.commit;

import io.rezarr.error.RefusedException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Keeps other runs away from a path: a locked file {@code NAME.rezarr-lock} beside it, which says who holds it. A file
 * that a dead process of this host left is taken over; {@link #close} removes the file.
 *
 * <p>{@link StagedNode} and {@link Recovery} take it themselves.
 */
public final class DestinationLock implements AutoCloseable {
    /** One who only looks holds the lock for a moment. */
    private static final Duration PATIENCE = Duration.ofMillis(300);

    private final LockFile lock;

    private DestinationLock(LockFile lock) {
        this.lock = lock;
    }

    /**
     * Takes the lock of a path, which need not exist; its parent directory must.
     *
     * @throws RefusedException if another run, of this process or of another, holds it; the message says which
     * @throws io.rezarr.error.StoreException if the file system has no locks, or the directory is not writable
     */
    public static DestinationLock acquire(Path destination) {
        return acquire(new Places(Disk.resolved(destination)), LocalFileOperations.INSTANCE);
    }

    static DestinationLock acquire(Places places, FileOperations files) {
        LockFile lock = acquire(places.lock(), files, PATIENCE);
        if (lock == null) {
            String holder = LockFile.holder(places.lock());
            throw new RefusedException("'" + places.node() + "' is in use by "
                    + (holder == null ? "another run that has just ended" : holder) + ". "
                    + LockFile.remedy(places.lock()));
        }
        return new DestinationLock(lock);
    }

    /** Takes a lock, if need be after a while; {@code null} if it was held all the time. */
    static @Nullable LockFile acquire(Path file, FileOperations files, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            LockFile lock = LockFile.tryAcquire(file, files);
            if (lock != null || System.nanoTime() > deadline) {
                return lock;
            }
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }
    }

    @Override
    public void close() {
        lock.close();
    }
}
