package io.rezarr.vectors.model;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which links are not stored. */
public enum LinksConvention {
    /** A vertex is linked with the next one of its object; stored are steps from chunk to chunk. */
    IMPLICIT_SEQUENTIAL,
    /** The vertex before is the parent, unless a stored link names another one. */
    IMPLICIT_SEQUENTIAL_WITH_BRANCHES,
    /** None. */
    EXPLICIT;

    /** {@code null} if there is no such convention. */
    public static @Nullable LinksConvention ofToken(String token) {
        for (LinksConvention convention : values()) {
            if (convention.token().equals(token)) {
                return convention;
            }
        }
        return null;
    }

    public String token() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a store of that type may have it. Of point clouds it means nothing. */
    public boolean fits(GeometryType type) {
        return switch (type) {
            case POINT_CLOUD -> true;
            case LINE, POLYLINE, STREAMLINE -> this == IMPLICIT_SEQUENTIAL;
            case GRAPH, MESH -> this == EXPLICIT;
            case SKELETON -> this != IMPLICIT_SEQUENTIAL;
        };
    }
}
