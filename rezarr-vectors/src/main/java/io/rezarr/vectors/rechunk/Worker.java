package io.rezarr.vectors.rechunk;

import io.rezarr.error.InfeasiblePlanException;
import io.rezarr.memory.MemoryBudget;
import io.rezarr.memory.Workspace;
import org.jspecify.annotations.Nullable;

/** One of the threads of a run: its number, and the memory that it holds. */
public final class Worker {
    private final int number;
    private final Workers all;
    private @Nullable MemoryBudget part;
    private @Nullable Workspace workspace;

    Worker(int number, Workers all) {
        this.number = number;
        this.all = all;
    }

    public int number() {
        return number;
    }

    public Workspace workspace() {
        if (workspace == null) {
            require(0);
        }
        return java.util.Objects.requireNonNull(workspace, "workspace");
    }

    /**
     * Makes sure that the workspace lends so many bytes, waiting for other threads to give memory back. Nothing may be lent from it.
     *
     * @throws InfeasiblePlanException if the budget has less even so
     */
    public void require(long bytes) {
        long wanted = Math.max(bytes, all.usualBytes());
        if (part != null && part.maxBytes() >= wanted) {
            return;
        }
        release();
        part = all.waitForPart(wanted, bytes);
        workspace = new Workspace(part);
    }

    /** Gives memory back that is more than usual. */
    void shrink() {
        if (part != null && part.maxBytes() > all.usualBytes()) {
            release();
        }
    }

    public void release() {
        MemoryBudget held = part;
        if (held != null && workspace != null) {
            workspace.close();
            workspace = null;
            part = null;
            all.giveBack(held);
        }
    }
}
