package io.rezarr.store;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Closes bodies of responses of which nothing comes for too long, so that the thread that waits for them fails and tries again. */
final class StalledReads implements AutoCloseable {
    private final Duration patience;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "rezarr-stalled-reads");
        thread.setDaemon(true);
        return thread;
    });

    StalledReads(Duration patience) {
        this.patience = patience;
    }

    /** One body that is watched. */
    final class Watched implements AutoCloseable {
        private final Closeable body;
        private final ScheduledFuture<?> watch;
        private volatile long lastNanos = System.nanoTime();
        private volatile boolean stalled;

        private Watched(Closeable body) {
            this.body = body;
            long every = Math.max(1, patience.toMillis() / 4);
            this.watch = clock.scheduleWithFixedDelay(this::look, every, every, TimeUnit.MILLISECONDS);
        }

        /** Something came. */
        void came() {
            lastNanos = System.nanoTime();
        }

        boolean isStalled() {
            return stalled;
        }

        private void look() {
            if (System.nanoTime() - lastNanos > patience.toNanos() && !stalled) {
                stalled = true;
                try {
                    body.close();
                } catch (IOException e) {
                    // The reading thread fails all the same, and reports that nothing came.
                    return;
                }
            }
        }

        @Override
        public void close() {
            watch.cancel(false);
        }
    }

    Watched watch(Closeable body) {
        return new Watched(body);
    }

    Duration patience() {
        return patience;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
