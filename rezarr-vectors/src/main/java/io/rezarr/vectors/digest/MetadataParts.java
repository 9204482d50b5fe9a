package io.rezarr.vectors.digest;

import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonValue;
import io.rezarr.vectors.model.Axis;
import io.rezarr.vectors.model.GeometryType;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VertexFormat;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What root and levels say that is content: all but how it is stored, and what follows from the rest. */
final class MetadataParts {
    /** Of the root: versions, chunks and bins, what readers derive, what tells how links and objects are stored. */
    private static final Set<String> STORAGE_OF_ROOT = Set.of(
            "zv_version",
            "chunk_shape",
            "bounds",
            "base_bin_shape",
            "geometry_types",
            "links_convention",
            "object_index_convention",
            "cross_chunk_strategy",
            "format_capabilities",
            "cross_level_depth",
            "cross_level_storage");

    /** Likewise of a level. */
    private static final Set<String> STORAGE_OF_LEVEL = Set.of(
            "level",
            "vertex_count",
            "arrays_present",
            "chunk_shape",
            "bin_shape",
            "bin_size",
            "bin_ratio",
            "fragments_tile",
            "shared_fragments",
            "chunk_dims",
            "chunk_attribute_values");

    /** Attributes of the root group beside what the format defines. */
    private static final Set<String> DERIVED_AT_ROOT =
            Set.of(StoreMetadata.ATTRIBUTE, "multiscales", "ome", "shard_layout", "shard_size");

    private MetadataParts() {}

    static void addRoot(StoreMetadata root, Parts parts) {
        StringBuilder text = new StringBuilder();
        text.append(root.geometryTypes().stream()
                .map(GeometryType::token)
                .sorted()
                .collect(Collectors.joining(" ", "geometry ", "\n")));
        for (Axis axis : root.axes()) {
            text.append("axis ").append(axis.name()).append(' ').append(axis.type());
            text.append(axis.unit() == null ? "" : " " + axis.unit()).append('\n');
        }
        append(text, members(root.attributes().member(StoreMetadata.ATTRIBUTE)), STORAGE_OF_ROOT);
        append(text, root.attributes(), DERIVED_AT_ROOT);
        parts.addText(VectorDigest.ROOT, "store", text.toString());
    }

    static void addLevel(LevelMetadata level, VertexFormat format, Parts parts) {
        StringBuilder text =
                new StringBuilder("positions ").append(format.type().name()).append('\n');
        text.append("scale ").append(level.scale()).append('\n');
        JsonObject own = members(level.attributes().member(LevelMetadata.ATTRIBUTE));
        append(
                text,
                own.has("object_sparsity") ? own : own.with("object_sparsity", new JsonNumber("1")),
                STORAGE_OF_LEVEL);
        append(text, level.attributes(), Set.of(LevelMetadata.ATTRIBUTE));
        parts.addText(level.number(), "level", text.toString());
    }

    private static JsonObject members(@Nullable JsonValue value) {
        return value instanceof JsonObject object ? object : JsonObject.EMPTY;
    }

    private static void append(StringBuilder text, JsonObject members, Set<String> without) {
        new TreeMap<>(members.members()).forEach((name, value) -> {
            if (!without.contains(name) && value != JsonLiteral.NULL) {
                text.append(name).append(' ').append(CanonicalJson.text(value)).append('\n');
            }
        });
    }
}
