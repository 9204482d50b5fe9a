package io.rezarr.error;

import org.jspecify.annotations.Nullable;

/**
 * The parent of every error that rezarr reports. A message says what failed, where (store key, chunk index, JSON
 * pointer), what was found and what was expected, and then what to do.
 */
public abstract class RezarrException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RezarrException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
