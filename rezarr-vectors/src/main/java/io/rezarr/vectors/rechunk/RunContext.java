package io.rezarr.vectors.rechunk;

import io.rezarr.memory.MemoryBudget;
import io.rezarr.shuffle.Scratch;
import org.jspecify.annotations.Nullable;

/** What all steps of a run share: options, threads, memory, the scratch directory if there is one. */
public final class RunContext implements AutoCloseable {
    private final VectorRunOptions options;
    private final VectorRunListener listener;
    private final MemoryBudget budget;
    private final Workers workers;
    private final long maxHeldBytes;
    private @Nullable Scratch scratch;

    /** @param maxHeldBytes what an exchange keeps in memory at most, and of addresses as much */
    public RunContext(VectorRunOptions options, VectorRunListener listener, long maxHeldBytes) {
        this.maxHeldBytes = maxHeldBytes;
        this.options = options;
        this.listener = listener;
        this.budget = MemoryBudget.of(options.maxMemoryBytes());
        this.workers = new Workers(options.threads(), budget, listener);
    }

    public VectorRunOptions options() {
        return options;
    }

    public VectorRunListener listener() {
        return listener;
    }

    public MemoryBudget budget() {
        return budget;
    }

    public Workers workers() {
        return workers;
    }

    long maxHeldBytes() {
        return maxHeldBytes;
    }

    boolean isStreaming() {
        return options.mode() == VectorRunOptions.Mode.STREAMING;
    }

    /** The scratch directory, made when it is first needed. */
    synchronized Scratch scratch(long expectedBytes) {
        if (scratch == null) {
            scratch = Scratch.create(options.scratchOrDefault(), expectedBytes);
        }
        return scratch;
    }

    public synchronized long scratchBytes() {
        return scratch == null ? 0 : scratch.bytesWritten();
    }

    @Override
    public void close() {
        workers.caller().release();
        Scratch made;
        synchronized (this) {
            made = scratch;
        }
        if (made != null) {
            made.close();
        }
    }
}
