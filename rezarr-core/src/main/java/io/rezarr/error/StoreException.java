package io.rezarr.error;

import org.jspecify.annotations.Nullable;

/** The store (file system, object store) failed, or could not tell. Trying again may help. */
public class StoreException extends RezarrException {
    private static final long serialVersionUID = 1;

    public StoreException(String message) {
        this(message, null);
    }

    public StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** That a value was seen and cannot be found any more. */
    public static StoreException vanished(String name) {
        return new StoreException("'" + name
                + "' was there and is gone: something else changes the store. Try again when it is left alone.");
    }
}
