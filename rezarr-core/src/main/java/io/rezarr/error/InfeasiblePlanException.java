package io.rezarr.error;

import org.jspecify.annotations.Nullable;

/** No plan fits the limits that were given. The message names the least that would do. */
public class InfeasiblePlanException extends RefusedException {
    private static final long serialVersionUID = 1;

    public InfeasiblePlanException(String message) {
        this(message, null);
    }

    public InfeasiblePlanException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
