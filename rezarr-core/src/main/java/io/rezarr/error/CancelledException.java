package io.rezarr.error;

import org.jspecify.annotations.Nullable;

/** The run was cancelled by its caller. Nothing stands at the destination's name that looks complete. */
public class CancelledException extends RezarrException {
    private static final long serialVersionUID = 1;

    public CancelledException(String message) {
        this(message, null);
    }

    public CancelledException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
