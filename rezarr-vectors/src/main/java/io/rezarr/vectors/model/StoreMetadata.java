package io.rezarr.vectors.model;

import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the root of a store says. Members that rezarr does not know stay in {@link #attributes}.
 *
 * @param axes at least one
 * @param chunkShape of level 0, and of the levels that have none of their own
 * @param baseBinShape {@code null} if it is not given: bins are chunks then
 * @param lower the least corner of the bounds, which are no origin of any grid
 * @param upper the greatest corner of the bounds, inclusive
 * @param geometryTypes one in practice; none in a fresh store
 * @param attributes all attributes of the root group
 */
public record StoreMetadata(
        FormatVersion version,
        List<Axis> axes,
        WorldVector chunkShape,
        @Nullable WorldVector baseBinShape,
        WorldVector lower,
        WorldVector upper,
        List<GeometryType> geometryTypes,
        LinksConvention linksConvention,
        JsonObject attributes) {
    /** The attribute of the root group that holds what the format defines. */
    public static final String ATTRIBUTE = "zarr_vectors";

    public StoreMetadata {
        axes = List.copyOf(axes);
        geometryTypes = List.copyOf(geometryTypes);
    }

    public int dimensions() {
        return axes.size();
    }

    /** The bins of level 0. */
    public WorldVector binShape() {
        return baseBinShape == null ? chunkShape : baseBinShape;
    }

    /** The first of the geometry types; {@code null} if there is none. */
    public @Nullable GeometryType geometry() {
        return geometryTypes.isEmpty() ? null : geometryTypes.get(0);
    }

    /** Whether an object is a sequence of vertices. */
    public boolean hasPaths() {
        return geometryTypes.stream().anyMatch(GeometryType::isPath);
    }

    /** Whether vertices have parents that are not all stored. */
    public boolean hasImplicitParents() {
        return linksConvention == LinksConvention.IMPLICIT_SEQUENTIAL_WITH_BRANCHES;
    }

    /** A member of {@value #ATTRIBUTE}; {@code null} if there is none of that name. */
    public @Nullable JsonValue member(String name) {
        return attributes.member(ATTRIBUTE) instanceof JsonObject members ? members.member(name) : null;
    }
}
