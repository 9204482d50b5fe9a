package io.rezarr.vectors.model;

import org.jspecify.annotations.Nullable;

/**
 * An axis of the positions.
 *
 * @param type {@code space} in practice
 * @param unit {@code null} if none is given
 */
public record Axis(String name, String type, @Nullable String unit) {}
