package io.rezarr.vectors.validate;

import org.jspecify.annotations.Nullable;

/**
 * Something that does not hold.
 *
 * @param level of detail; {@code null} if it concerns the root
 * @param array path of the array, group or document; {@code ""} for the root
 * @param chunk key of the chunk; {@code null} if it concerns no single one
 * @param found what is wrong, with figures
 */
public record Finding(
        Check check,
        Severity severity,
        @Nullable Integer level,
        String array,
        @Nullable String chunk,
        String found) {}
