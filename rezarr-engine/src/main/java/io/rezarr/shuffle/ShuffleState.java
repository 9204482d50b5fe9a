package io.rezarr.shuffle;

import io.rezarr.error.CancelledException;
import io.rezarr.error.StoreException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** How far a shuffle is, and whether its pieces are all there. The first failure is the one that later ones point to. */
final class ShuffleState {
    enum Phase {
        WRITING,
        SEALED,
        CLOSED
    }

    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.WRITING);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicInteger writers = new AtomicInteger();

    void writerOpened() {
        require(Phase.WRITING);
        writers.incrementAndGet();
    }

    void writerClosed() {
        writers.decrementAndGet();
    }

    void fail(Throwable cause) {
        failure.compareAndSet(null, cause);
    }

    /** @throws StoreException or CancelledException if a piece was lost, or the shuffle was closed */
    void requireSound() {
        Throwable cause = failure.get();
        if (cause instanceof CancelledException) {
            throw new CancelledException("The shuffle was given up: " + cause.getMessage(), cause);
        }
        if (cause != null) {
            throw new StoreException("The shuffle is incomplete, since a thread failed: " + cause.getMessage(), cause);
        }
        if (phase.get() == Phase.CLOSED) {
            throw new CancelledException("The shuffle was closed while it was used.");
        }
    }

    void require(Phase expected) {
        requireSound();
        if (phase.get() != expected) {
            throw new IllegalStateException("the shuffle is " + phase.get() + ", must be " + expected);
        }
    }

    void seal() {
        require(Phase.WRITING);
        if (writers.get() != 0) {
            throw new IllegalStateException(
                    writers.get() + " writers are open; all have to be closed before the shuffle is sealed");
        }
        phase.set(Phase.SEALED);
    }

    /** Whether it was open until now. */
    boolean close() {
        return phase.getAndSet(Phase.CLOSED) != Phase.CLOSED;
    }
}
