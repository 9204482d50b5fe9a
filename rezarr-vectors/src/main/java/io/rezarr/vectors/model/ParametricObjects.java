package io.rezarr.vectors.model;

import io.rezarr.json.JsonObject;
import io.rezarr.memory.Workspace;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Planes, lines, spheres and the like, which belong to no level: a type and coefficients each. Few in practice, and read whole. */
public interface ParametricObjects {
    /** The types by number, with the names of their coefficients. */
    JsonObject types();

    /** A row for each: its type, its coefficients, then NaN; {@code null} if there are none. */
    @Nullable
    AttributeTable objects();

    /** A name for each, empty where it has none. */
    List<String> names(Workspace workspace);

    /** Sorted. */
    List<String> objectAttributeNames();

    AttributeTable objectAttribute(String name);

    @Nullable
    Groups groups();

    /** Sorted. */
    List<String> groupAttributeNames();

    AttributeTable groupAttribute(String name);
}
