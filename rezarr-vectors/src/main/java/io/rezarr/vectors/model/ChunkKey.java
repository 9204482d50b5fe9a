package io.rezarr.vectors.model;

import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The coordinates of a spatial chunk: {@code floor(position / chunk shape)} along each axis, in front of them the coordinate of the attribute
 * where a level is chunked by one. Negative ones are ordinary. Ordered by the numbers, first axis first. Immutable, equal by value.
 */
public final class ChunkKey implements Comparable<ChunkKey> {
    private static final Pattern TEXT = Pattern.compile("(0|-?[1-9][0-9]{0,18})(\\.(0|-?[1-9][0-9]{0,18}))*");

    private final long[] coordinates;

    private ChunkKey(long... coordinates) {
        this.coordinates = coordinates;
    }

    public static ChunkKey of(long... coordinates) {
        return new ChunkKey(coordinates.clone());
    }

    /** The key that a text such as {@code -1.0.2} stands for; {@code null} if it is none: leading zeros, a plus sign, beyond 64 bits. */
    public static @Nullable ChunkKey parse(String text) {
        if (!TEXT.matcher(text).matches()) {
            return null;
        }
        String[] parts = text.split("\\.", -1);
        long[] coordinates = new long[parts.length];
        for (int axis = 0; axis < parts.length; axis++) {
            try {
                coordinates[axis] = Long.parseLong(parts[axis]);
            } catch (NumberFormatException beyond64Bits) {
                return null;
            }
        }
        return new ChunkKey(coordinates);
    }

    public int rank() {
        return coordinates.length;
    }

    public long coordinate(int axis) {
        return coordinates[axis];
    }

    public long[] toArray() {
        return coordinates.clone();
    }

    @Override
    public int compareTo(ChunkKey other) {
        return Arrays.compare(coordinates, other.coordinates);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkKey key && Arrays.equals(coordinates, key.coordinates);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(coordinates);
    }

    /** {@code -1.0.2}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int axis = 0; axis < coordinates.length; axis++) {
            text.append(axis == 0 ? "" : ".").append(coordinates[axis]);
        }
        return text.toString();
    }
}
