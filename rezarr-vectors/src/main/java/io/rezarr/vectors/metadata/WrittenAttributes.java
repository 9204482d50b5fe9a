package io.rezarr.vectors.metadata;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.vectors.model.FormatVersion;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.write.StoreChanges;
import io.rezarr.vectors.write.StoreGrids;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What roots and levels say after a change of grid: the source's attributes, edited. No I/O. */
public final class WrittenAttributes {
    private static final String BIN_SHAPE = "base_bin_shape";
    private static final String CHUNK_SHAPE = "chunk_shape";
    private static final String DATASETS = "datasets";
    private static final String MULTISCALES = "multiscales";
    private static final String OME = "ome";
    private static final String TRANSFORMATIONS = "coordinateTransformations";
    private static final String TRANSLATION = "translation";

    private WrittenAttributes() {}

    /**
     * The attributes of the root.
     *
     * @param levels that stand in the destination
     */
    public static JsonObject root(
            StoreMetadata source, StoreGrids grids, Collection<Integer> levels, StoreChanges changes) {
        JsonObject attributes = source.attributes();
        JsonObject own = object(attributes.member(StoreMetadata.ATTRIBUTE));
        if (!grids.chunkShape().equals(source.chunkShape())) {
            own = own.with(CHUNK_SHAPE, json(grids.chunkShape()));
        }
        if (!grids.binShape().equals(source.binShape())) {
            own = own.with(BIN_SHAPE, json(grids.binShape()));
        } else if (source.baseBinShape() == null && !grids.binShape().equals(grids.chunkShape())) {
            own = own.with(BIN_SHAPE, json(grids.binShape()));
        }
        if (changes.linksConvention() != source.linksConvention()) {
            own = own.with(
                    "links_convention", new JsonString(changes.linksConvention().token()));
        }
        attributes = attributes.with(StoreMetadata.ATTRIBUTE, own);
        attributes = attributes.with(MULTISCALES, multiscales(source, attributes, grids, levels));
        return attributes.member(OME) instanceof JsonObject ome
                ? attributes.with(OME, ome.with("nodes", nodes(ome.member("nodes"), levels)))
                : attributes;
    }

    private static JsonArray multiscales(
            StoreMetadata source, JsonObject attributes, StoreGrids grids, Collection<Integer> levels) {
        List<JsonValue> entries = new ArrayList<>(((JsonArray) required(attributes, MULTISCALES)).items());
        JsonObject entry = (JsonObject) entries.get(0);
        Map<Integer, JsonObject> old = new TreeMap<>();
        if (entry.member(DATASETS) instanceof JsonArray datasets) {
            for (JsonValue dataset : datasets.items()) {
                JsonObject object = (JsonObject) dataset;
                Integer level =
                        object.member("path") instanceof JsonString path ? LevelNumbers.parse(path.value()) : null;
                if (level != null) {
                    old.put(level, object);
                }
            }
        }
        Multiscales transforms = Multiscales.parse(RootAttributes.place(source.attributes(), "zarr.json"));
        List<JsonValue> datasets = new ArrayList<>();
        for (int level : new java.util.TreeSet<>(levels)) {
            JsonObject dataset =
                    old.getOrDefault(level, JsonObject.EMPTY.with("path", new JsonString(Integer.toString(level))));
            datasets.add(dataset(source, dataset, transforms.of(level), grids, level));
        }
        entries.set(0, entry.with(DATASETS, new JsonArray(datasets)));
        return new JsonArray(entries);
    }

    /** Scale and translation stand in the first transformation of their type, in its old place. */
    private static JsonObject dataset(
            StoreMetadata source, JsonObject dataset, Multiscales.Transform old, StoreGrids grids, int level) {
        WorldVector bin = grids.level(level).binShape();
        List<JsonValue> transformations =
                new ArrayList<>(dataset.member(TRANSFORMATIONS) instanceof JsonArray array ? array.items() : List.of());
        boolean isOffset = level == 0 && source.member("coordinate_offset") instanceof JsonArray;
        if (level > 0 && !isInProportion(source, old, bin, grids)) {
            put(transformations, "scale", ratio(bin, grids.binShape()));
        } else if (transformations.isEmpty()) {
            put(transformations, "scale", ratio(bin, bin));
        }
        if (!isOffset) {
            put(transformations, TRANSLATION, bin.times(0.5));
        }
        return dataset.with(TRANSFORMATIONS, new JsonArray(transformations));
    }

    /** Whether bins are as many times those of level 0 as they were: then the scale stays, which the reference rounds to whole numbers. */
    private static boolean isInProportion(
            StoreMetadata source, Multiscales.Transform old, WorldVector bin, StoreGrids grids) {
        WorldVector translation = old.translation();
        if (old.scale() == null || translation == null) {
            return false;
        }
        WorldVector before = ratio(translation.times(2), source.binShape());
        WorldVector now = ratio(bin, grids.binShape());
        boolean isSame = true;
        for (int axis = 0; axis < now.dimensions(); axis++) {
            isSame &= Math.abs(before.component(axis) - now.component(axis)) <= 1e-9 * now.component(axis);
        }
        return isSame;
    }

    private static void put(List<JsonValue> transformations, String type, WorldVector value) {
        for (int i = 0; i < transformations.size(); i++) {
            if (transformations.get(i) instanceof JsonObject object
                    && object.member("type") instanceof JsonString name
                    && name.value().equals(type)) {
                if (!isSame(object.member(type), value)) {
                    transformations.set(i, object.with(type, json(value)));
                }
                return;
            }
        }
        transformations.add(JsonObject.EMPTY.with("type", new JsonString(type)).with(type, json(value)));
    }

    private static boolean isSame(@Nullable JsonValue numbers, WorldVector value) {
        if (!(numbers instanceof JsonArray array) || array.items().size() != value.dimensions()) {
            return false;
        }
        for (int axis = 0; axis < value.dimensions(); axis++) {
            boolean same = array.items().get(axis) instanceof JsonNumber number
                    && Double.parseDouble(number.text()) == value.component(axis);
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private static WorldVector ratio(WorldVector whole, WorldVector part) {
        double[] ratio = new double[whole.dimensions()];
        for (int axis = 0; axis < ratio.length; axis++) {
            double exact = whole.component(axis) / part.component(axis);
            double rounded = Math.rint(exact);
            ratio[axis] = Math.abs(exact - rounded) <= 1e-9 * Math.max(1, rounded) ? rounded : exact;
        }
        return WorldVector.of(ratio);
    }

    /** One for each level; nodes of other kinds, and those of the levels that there are, stay as they were. */
    private static JsonArray nodes(@Nullable JsonValue old, Collection<Integer> levels) {
        JsonString type = new JsonString("zv:level");
        List<JsonValue> nodes = new ArrayList<>();
        Map<String, JsonValue> known = new TreeMap<>();
        if (old instanceof JsonArray array) {
            for (JsonValue node : array.items()) {
                if (node instanceof JsonObject object
                        && type.equals(object.member("type"))
                        && object.member("name") instanceof JsonString name) {
                    known.put(name.value(), node);
                } else {
                    nodes.add(node);
                }
            }
        }
        List<JsonValue> ofLevels = new ArrayList<>();
        for (int level : new java.util.TreeSet<>(levels)) {
            String name = Integer.toString(level);
            ofLevels.add(
                    known.getOrDefault(name, JsonObject.EMPTY.with("type", type).with("name", new JsonString(name))));
        }
        ofLevels.addAll(nodes);
        return new JsonArray(ofLevels);
    }

    /**
     * The attributes of a root of layout 0.7 as one of 0.9 has them: another version, {@code ome}, no private shards.
     *
     * @param name of the store
     * @param levels that stand in it
     */
    public static JsonObject upgraded(JsonObject root, FormatVersion version, String name, Collection<Integer> levels) {
        JsonObject own =
                object(root.member(StoreMetadata.ATTRIBUTE)).with("zv_version", new JsonString(version.toString()));
        JsonObject entry =
                object(((JsonArray) required(root, MULTISCALES)).items().get(0));
        JsonObject world = JsonObject.EMPTY
                .with("name", new JsonString("world"))
                .with("axes", axes((JsonArray) required(entry, "axes")));
        JsonObject scene = JsonObject.EMPTY
                .with("coordinateSystems", new JsonArray(List.of(world)))
                .with(TRANSFORMATIONS, JsonArray.EMPTY);
        JsonObject old = object(root.member(OME));
        JsonObject ome = old.with("version", new JsonString("0.6"))
                .with("type", new JsonString("collection"))
                .with("name", old.member("name") instanceof JsonString kept ? kept : new JsonString(name))
                .with("attributes", object(old.member("attributes")).with("scene", scene))
                .with("nodes", nodes(old.member("nodes"), levels));
        return root.without("shard_layout")
                .without("shard_size")
                .with(StoreMetadata.ATTRIBUTE, own)
                .with(OME, ome);
    }

    /** Name, type and unit of each axis, which is all that a coordinate system of {@code ome} has. */
    private static JsonArray axes(JsonArray axes) {
        List<JsonValue> all = new ArrayList<>();
        for (JsonValue axis : axes.items()) {
            JsonObject of = JsonObject.EMPTY;
            for (String member : List.of("name", "type", "unit")) {
                JsonValue value = object(axis).member(member);
                if (value instanceof JsonString text && !text.value().isEmpty()) {
                    of = of.with(member, text);
                }
            }
            all.add(of);
        }
        return new JsonArray(all);
    }

    /**
     * The attributes of a level.
     *
     * @param vertexCount as the layout counts
     * @param fragmentsTile whether the layout's claim of that name is to be made
     */
    public static JsonObject level(
            LevelMetadata source, StoreGrids grids, int number, long vertexCount, boolean fragmentsTile) {
        JsonObject own = object(source.attributes().member(LevelMetadata.ATTRIBUTE))
                .with("level", JsonNumber.of(number))
                .with("vertex_count", JsonNumber.of(vertexCount));
        WorldVector chunkShape = grids.level(number).chunkShape();
        if (chunkShape.equals(grids.chunkShape())) {
            own = own.without(CHUNK_SHAPE);
        } else if (!isSame(own.member(CHUNK_SHAPE), chunkShape)) {
            own = own.with(CHUNK_SHAPE, json(chunkShape));
        }
        own = fragmentsTile ? own.with("fragments_tile", JsonLiteral.TRUE) : own.without("fragments_tile");
        // What older stores have; the root's transformations take its place.
        own = own.has("bin_shape") && number > 0
                ? own.with("bin_shape", json(grids.level(number).binShape()))
                : own;
        return source.attributes().with(LevelMetadata.ATTRIBUTE, own);
    }

    /** Numbers as Python writes floats: {@code 8.0}. */
    public static JsonArray json(WorldVector vector) {
        List<JsonValue> numbers = new ArrayList<>();
        for (double component : vector.toArray()) {
            numbers.add(new JsonNumber(Double.toString(component)));
        }
        return new JsonArray(numbers);
    }

    private static JsonObject object(@Nullable JsonValue value) {
        return value instanceof JsonObject object ? object : JsonObject.EMPTY;
    }

    private static JsonValue required(JsonObject object, String member) {
        JsonValue value = object.member(member);
        if (value == null) {
            throw new IllegalArgumentException("no member " + member);
        }
        return value;
    }
}
