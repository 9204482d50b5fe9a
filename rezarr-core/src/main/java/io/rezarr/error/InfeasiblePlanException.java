package io.rezarr.error;

import org.jspecify.annotations.Nullable;

/** No plan fits the limits that were given. The message names the least that would do. */
public class InfeasiblePlanException extends RefusedException {
    private static final long serialVersionUID = 1;

    private final long leastBytes;

    public InfeasiblePlanException(String message) {
        this(message, null);
    }

    public InfeasiblePlanException(String message, @Nullable Throwable cause) {
        super(message, cause);
        this.leastBytes = cause instanceof InfeasiblePlanException infeasible ? infeasible.leastBytes : -1;
    }

    /** @param leastBytes of memory with which there is a plan */
    public InfeasiblePlanException(String message, long leastBytes) {
        super(message, null);
        this.leastBytes = leastBytes;
    }

    /** The least memory with which there is a plan; negative if memory is not what is missing. */
    public long leastBytes() {
        return leastBytes;
    }
}
