package io.rezarr.error;

import org.jspecify.annotations.Nullable;

/** Valid Zarr that rezarr cannot read, write or convert. The message names the feature and what is supported instead. */
public class UnsupportedFeatureException extends RezarrException {
    private static final long serialVersionUID = 1;

    public UnsupportedFeatureException(String message) {
        this(message, null);
    }

    public UnsupportedFeatureException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
