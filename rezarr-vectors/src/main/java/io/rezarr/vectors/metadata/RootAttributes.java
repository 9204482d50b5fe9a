package io.rezarr.vectors.metadata;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonObject;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.vectors.model.FormatVersion;
import io.rezarr.vectors.model.GeometryType;
import io.rezarr.vectors.model.LinksConvention;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.WorldVector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what the root of a store says. Only what reading needs is checked here. */
public final class RootAttributes {
    private RootAttributes() {}

    /** The place of the root's attributes in its document. */
    public static JsonPlace place(JsonObject attributes, String document) {
        return new JsonPlace(document, "/attributes", attributes);
    }

    /**
     * The version that a store declares, before anything else is read.
     *
     * @throws io.rezarr.error.InvalidMetadataException if it declares none
     */
    public static FormatVersion version(JsonPlace root) {
        JsonPlace place = root.member(StoreMetadata.ATTRIBUTE).member("zv_version");
        FormatVersion version = FormatVersion.parse(place.string("a version such as \"0.9.2\""));
        if (version == null) {
            throw place.invalid("a version such as \"0.9.2\"");
        }
        return version;
    }

    /**
     * @param root as {@link #place} gives it
     * @throws io.rezarr.error.InvalidMetadataException if a member is missing or wrong; the message names it
     * @throws UnsupportedFeatureException if the store requires capabilities: rezarr knows none that readers must have
     */
    public static StoreMetadata parse(JsonPlace root) {
        JsonPlace own = root.member(StoreMetadata.ATTRIBUTE);
        FormatVersion version = version(root);
        refuseRequirements(own.member("required_capabilities"));
        Multiscales multiscales = Multiscales.parse(root);
        int dimensions = multiscales.axes().size();
        JsonPlace bounds = own.member("bounds");
        if (bounds.array().items().size() != 2) {
            throw bounds.invalid("two corners");
        }
        return new StoreMetadata(
                version,
                multiscales.axes(),
                Vectors.positive(own.member("chunk_shape"), dimensions),
                binShape(own.member("base_bin_shape"), dimensions),
                Vectors.of(bounds.item(0), dimensions),
                Vectors.of(bounds.item(1), dimensions),
                geometryTypes(own.member("geometry_types")),
                linksConvention(own.member("links_convention")),
                root.object());
    }

    private static void refuseRequirements(JsonPlace place) {
        if (place.value() instanceof JsonArray required && !required.items().isEmpty()) {
            throw new UnsupportedFeatureException("'" + place.document() + "' requires readers to know "
                    + Json.excerpt(required) + ", which rezarr does not.");
        }
    }

    private static @Nullable WorldVector binShape(JsonPlace place, int dimensions) {
        return place.isAbsentOrNull() ? null : Vectors.positive(place, dimensions);
    }

    private static List<GeometryType> geometryTypes(JsonPlace place) {
        List<GeometryType> types = new ArrayList<>();
        for (int i = 0; i < place.array().items().size(); i++) {
            JsonPlace item = place.item(i);
            GeometryType type = GeometryType.ofToken(item.string("a geometry type"));
            if (type == null) {
                throw item.unsupported(
                        "the geometry type " + Json.excerpt(item.required("a geometry type")),
                        "Supported are " + tokens() + ".");
            }
            types.add(type);
        }
        return types;
    }

    private static String tokens() {
        return Arrays.stream(GeometryType.values()).map(GeometryType::token).collect(Collectors.joining(", "));
    }

    /** Absent, the format takes the first one. */
    private static LinksConvention linksConvention(JsonPlace place) {
        if (place.isAbsentOrNull()) {
            return LinksConvention.IMPLICIT_SEQUENTIAL;
        }
        String expected = Arrays.stream(LinksConvention.values())
                .map(LinksConvention::token)
                .collect(Collectors.joining(", ", "one of ", ""));
        LinksConvention convention = LinksConvention.ofToken(place.string(expected));
        if (convention == null) {
            throw place.invalid(expected);
        }
        return convention;
    }
}
