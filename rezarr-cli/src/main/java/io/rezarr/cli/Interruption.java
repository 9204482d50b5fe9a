package io.rezarr.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, and other signals that end a process politely. The run is told to stop, ends as it does on any failure (nothing that looks complete is
 * left), and only then may the process end; the JVM then exits with 128 + the signal's number. A run that could not be stopped any more, since its
 * result stands, or that failed for another reason, ends with its own exit code.
 */
final class Interruption {
    /** How long the run may take to stop before the process ends anyway; a kill at any moment is safe, only less tidy. */
    private static final long PATIENCE_SECONDS = 30;

    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean requested;
    private volatile ExitCode code = ExitCode.INTERRUPTED;

    /** Begins to listen; until then a signal ends the process at once. */
    void listen() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stopAndWait, "rezarr-interruption"));
    }

    boolean isRequested() {
        return requested;
    }

    /** Asks the run to stop, as a signal does. */
    void request() {
        requested = true;
    }

    /** Nothing remains to be done: the process may end, with that code. */
    void finished(ExitCode itsCode) {
        code = itsCode;
        finished.countDown();
    }

    private void stopAndWait() {
        boolean isOrdinaryEnd = finished.getCount() == 0;
        request();
        try {
            if (!isOrdinaryEnd && finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS) && code != ExitCode.INTERRUPTED) {
                Runtime.getRuntime().halt(code.number());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
