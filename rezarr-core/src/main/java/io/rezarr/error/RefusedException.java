package io.rezarr.error;

import org.jspecify.annotations.Nullable;

/** A request that is not carried out because of what it would do or destroy: an existing, nested or locked destination, no counterpart in the other format. The message names the change that makes it possible. */
public class RefusedException extends RezarrException {
    private static final long serialVersionUID = 1;

    public RefusedException(String message) {
        this(message, null);
    }

    public RefusedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
