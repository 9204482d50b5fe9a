package io.rezarr.shuffle;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/** Runs the same on several threads. */
final class Threads {
    private static final long PATIENCE_SECONDS = 60;

    private Threads() {}

    /** Ends when all have; what the first one threw that threw is thrown. */
    static void run(int threads, IntConsumer work) throws Exception {
        List<Throwable> failures = failures(threads, work);
        if (!failures.isEmpty()) {
            throw new AssertionError("a thread failed", failures.get(0));
        }
    }

    /** What was thrown, by any. */
    static List<Throwable> failures(int threads, IntConsumer work) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                running.add(executor.submit(() -> work.accept(thread)));
            }
            List<Throwable> failures = new ArrayList<>();
            for (Future<?> future : running) {
                try {
                    future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                } catch (ExecutionException e) {
                    failures.add(e.getCause());
                }
            }
            return failures;
        } finally {
            executor.shutdownNow();
        }
    }
}
