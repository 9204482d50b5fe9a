package io.rezarr.error;

import org.jspecify.annotations.Nullable;

/** A request that says something wrong or contradictory: a spec that does not parse, a dimension that no array has. The message names the option, what was given, and the rule. */
public class InvalidRequestException extends RezarrException {
    private static final long serialVersionUID = 1;

    public InvalidRequestException(String message) {
        this(message, null);
    }

    public InvalidRequestException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
