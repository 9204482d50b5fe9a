package io.rezarr.execute;

import io.rezarr.error.CancelledException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Threads that share the work of a run, and end with it. */
public final class RunThreads {
    private RunThreads() {}

    /**
     * Runs the same on each of some threads; when this returns, none of them is left.
     *
     * @param name of the threads, without their number
     * @param work is given the number of the thread, from 0, and throws nothing
     * @param interrupted is told if the calling thread is interrupted meanwhile, and makes the work end; the thread stays interrupted
     */
    public static void run(String name, int threads, IntConsumer work, Consumer<CancelledException> interrupted) {
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int number = i;
            Thread thread = new Thread(() -> work.accept(number), name + "-" + (i + 1));
            thread.setDaemon(true);
            running.add(thread);
        }
        running.forEach(Thread::start);
        boolean wasInterrupted = false;
        for (Thread thread : running) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    wasInterrupted = true;
                    interrupted.accept(new CancelledException("The run was interrupted.", e));
                }
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Throws what a thread has failed with, if one has. */
    public static void rethrow(@Nullable Throwable failure) {
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw new IllegalStateException("a thread of the run failed", failure);
        }
    }
}
