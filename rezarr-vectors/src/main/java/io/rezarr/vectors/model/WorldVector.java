package io.rezarr.vectors.model;

import java.util.Arrays;
import java.util.stream.Collectors;

/** A number for each spatial axis, in world units: a chunk shape, a bin shape, a corner of the bounds. Immutable, equal by value. */
public final class WorldVector {
    private final double[] components;

    private WorldVector(double... components) {
        this.components = components;
    }

    public static WorldVector of(double... components) {
        return new WorldVector(components.clone());
    }

    public int dimensions() {
        return components.length;
    }

    public double component(int axis) {
        return components[axis];
    }

    public double[] toArray() {
        return components.clone();
    }

    /** This times a factor. */
    public WorldVector times(double factor) {
        return new WorldVector(Arrays.stream(components).map(c -> c * factor).toArray());
    }

    /** Whether every component is finite and greater than 0. */
    public boolean isPositive() {
        return Arrays.stream(components).allMatch(c -> c > 0 && Double.isFinite(c));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WorldVector vector && Arrays.equals(components, vector.components);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(components);
    }

    /** {@code (8, 2.5, 16)}. */
    @Override
    public String toString() {
        return Arrays.stream(components).mapToObj(WorldVector::text).collect(Collectors.joining(", ", "(", ")"));
    }

    private static String text(double c) {
        return c == Math.rint(c) && Math.abs(c) < 1e15 ? Long.toString((long) c) : Double.toString(c);
    }
}
