package io.rezarr.vectors.metadata;

import io.rezarr.metadata.JsonPlace;
import io.rezarr.vectors.model.WorldVector;

/** Reads vectors of metadata documents. */
final class Vectors {
    private Vectors() {}

    /** A number for each axis. */
    static WorldVector of(JsonPlace place, int dimensions) {
        double[] components = new double[place.array().items().size()];
        if (components.length != dimensions) {
            throw place.contradiction(
                    "it has " + components.length + " numbers, but there are " + dimensions + " axes");
        }
        for (int axis = 0; axis < components.length; axis++) {
            components[axis] = place.item(axis).number();
        }
        return WorldVector.of(components);
    }

    /** A number greater than 0 for each axis. */
    static WorldVector positive(JsonPlace place, int dimensions) {
        WorldVector vector = of(place, dimensions);
        if (!vector.isPositive()) {
            throw place.invalid("numbers greater than 0");
        }
        return vector;
    }
}
