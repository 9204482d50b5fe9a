package io.rezarr.store;

import io.rezarr.error.CancelledException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * How often, and after what pause, a request is sent again that may succeed then.
 *
 * @param attempts in all; at least 1
 * @param first the pause before the second; each further one is twice as long, up to {@link #MAX_PAUSE}, and shortened by a random part so
 *     that many threads do not come back at once
 */
record Retries(int attempts, Duration first) {
    static final Duration MAX_PAUSE = Duration.ofSeconds(20);
    static final Retries USUAL = new Retries(8, Duration.ofMillis(50));

    /** A failure that may pass. */
    static final class PassingException extends IOException {
        private static final long serialVersionUID = 1;

        /** What the server asked to wait; zero if it did not. */
        private final transient Duration asked;

        PassingException(String message, Duration asked) {
            super(message);
            this.asked = asked;
        }

        Duration asked() {
            return asked;
        }
    }

    /** One try. */
    interface Attempt<T> {
        /**
         * @return {@code null} if that is the answer
         * @throws IOException if it may succeed when it is tried again
         * @throws InterruptedException if the thread was interrupted
         */
        @Nullable
        T run() throws IOException, InterruptedException;
    }

    /**
     * Tries until it succeeds.
     *
     * @param what for the message of a cancelled one
     * @throws IOException the last failure, with the others suppressed
     * @throws CancelledException if the thread was interrupted
     */
    <T> @Nullable T run(String what, Attempt<T> attempt) throws IOException {
        IOException last = null;
        try {
            for (int i = 0; ; i++) {
                try {
                    return attempt.run();
                } catch (IOException e) {
                    if (Thread.currentThread().isInterrupted() || e.getCause() instanceof InterruptedException) {
                        throw interrupted(what, e);
                    }
                    if (last != null && e != last) {
                        e.addSuppressed(last);
                    }
                    last = e;
                    if (i + 1 >= attempts) {
                        throw e;
                    }
                    Thread.sleep(pause(i, e).toMillis());
                }
            }
        } catch (InterruptedException e) {
            throw interrupted(what, e);
        }
    }

    private static CancelledException interrupted(String what, Exception cause) {
        Thread.currentThread().interrupt();
        return new CancelledException("cannot " + what + ": interrupted", cause);
    }

    private Duration pause(int number, IOException failure) {
        Duration whole = first.multipliedBy(1L << Math.min(number, 20));
        Duration bounded = whole.compareTo(MAX_PAUSE) < 0 ? whole : MAX_PAUSE;
        long millis = (long) (bounded.toMillis() * ThreadLocalRandom.current().nextDouble(0.5, 1));
        if (failure instanceof PassingException passing) {
            long asked = Math.min(passing.asked().toMillis(), MAX_PAUSE.toMillis());
            return Duration.ofMillis(Math.max(millis, asked));
        }
        return Duration.ofMillis(millis);
    }
}
