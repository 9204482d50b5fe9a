package io.rezarr.vectors.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the vertices of a store make up. */
public enum GeometryType {
    POINT_CLOUD,
    LINE,
    POLYLINE,
    STREAMLINE,
    SKELETON,
    GRAPH,
    MESH;

    /** {@code null} if there is no such type. */
    public static @Nullable GeometryType ofToken(String token) {
        for (GeometryType type : values()) {
            if (type.token().equals(token)) {
                return type;
            }
        }
        return null;
    }

    /** As metadata have it: {@code point_cloud}. */
    public String token() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether an object is a sequence of vertices; of the others it is a set. */
    public boolean isPath() {
        return this == LINE || this == POLYLINE || this == STREAMLINE;
    }
}
