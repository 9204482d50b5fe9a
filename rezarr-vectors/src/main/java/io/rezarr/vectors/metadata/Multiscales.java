package io.rezarr.vectors.metadata;

import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.vectors.model.Axis;
import io.rezarr.vectors.model.WorldVector;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The first entry of the root attribute {@code multiscales} (OME-NGFF 0.4): the only home of the axes, and of the bins of levels above 0.
 *
 * @param levels by number, as far as their paths are numbers
 */
public record Multiscales(List<Axis> axes, TreeMap<Integer, Transform> levels) {
    /**
     * What is said of one level.
     *
     * @param scale {@code null} if none is given
     * @param translation {@code null} if none is given, which means all zero
     */
    public record Transform(
            @Nullable WorldVector scale, @Nullable WorldVector translation) {}

    /**
     * @param root the attributes of the root group
     * @throws io.rezarr.error.InvalidMetadataException if the entry is missing or wrong; the message names the member
     */
    public static Multiscales parse(JsonPlace root) {
        JsonPlace list = root.member("multiscales");
        if (list.array().items().isEmpty()) {
            throw list.invalid("at least one entry");
        }
        JsonPlace entry = list.item(0);
        List<Axis> axes = axes(entry.member("axes"));
        return new Multiscales(axes, transforms(entry.member("datasets"), axes.size()));
    }

    private static List<Axis> axes(JsonPlace place) {
        List<Axis> axes = new ArrayList<>();
        for (int i = 0; i < place.array().items().size(); i++) {
            JsonPlace axis = place.item(i);
            JsonPlace unit = axis.member("unit");
            axes.add(new Axis(
                    axis.member("name").string("the name of an axis"),
                    axis.member("type").string("the type of an axis"),
                    unit.isAbsentOrNull() ? null : unit.string("a unit")));
        }
        if (axes.isEmpty()) {
            throw place.invalid("at least one axis");
        }
        return axes;
    }

    private static TreeMap<Integer, Transform> transforms(JsonPlace datasets, int dimensions) {
        TreeMap<Integer, Transform> levels = new TreeMap<>();
        for (int i = 0;
                !datasets.isAbsentOrNull() && i < datasets.array().items().size();
                i++) {
            JsonPlace dataset = datasets.item(i);
            Integer level = LevelNumbers.parse(dataset.member("path").string("the path of a level"));
            if (level != null) {
                levels.put(level, transform(dataset.member("coordinateTransformations"), dimensions));
            }
        }
        return levels;
    }

    private static Transform transform(JsonPlace list, int dimensions) {
        WorldVector scale = null;
        WorldVector translation = null;
        for (int i = 0; !list.isAbsentOrNull() && i < list.array().items().size(); i++) {
            JsonPlace transformation = list.item(i);
            JsonValue type = transformation.object().member("type");
            if (isNamed(type, "scale")) {
                scale = Vectors.of(transformation.member("scale"), dimensions);
            } else if (isNamed(type, "translation")) {
                translation = Vectors.of(transformation.member("translation"), dimensions);
            }
        }
        return new Transform(scale, translation);
    }

    private static boolean isNamed(@Nullable JsonValue type, String name) {
        return type instanceof JsonString string && string.value().equals(name);
    }

    /** What is said of a level; nothing if it is not mentioned. */
    public Transform of(int level) {
        return levels.getOrDefault(level, new Transform(null, null));
    }
}
