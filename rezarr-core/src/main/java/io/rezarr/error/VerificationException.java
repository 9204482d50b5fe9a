package io.rezarr.error;

import org.jspecify.annotations.Nullable;

/** What was written does not read back as what was read. The source is as it was. */
public class VerificationException extends RezarrException {
    private static final long serialVersionUID = 1;

    public VerificationException(String message) {
        this(message, null);
    }

    public VerificationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
