package io.rezarr.error;

import org.jspecify.annotations.Nullable;

/** A metadata document that breaks its specification, or contradicts itself or its neighbour. */
public class InvalidMetadataException extends RezarrException {
    private static final long serialVersionUID = 1;

    public InvalidMetadataException(String message) {
        this(message, null);
    }

    public InvalidMetadataException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
