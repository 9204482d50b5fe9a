package io.rezarr.vectors.layout.v07;

import io.rezarr.json.JsonObject;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.vectors.model.AttributeTable;
import io.rezarr.vectors.model.Groups;
import io.rezarr.vectors.model.ParametricObjects;
import io.rezarr.vectors.node.AttributeFormats;
import io.rezarr.vectors.node.NodeStore;
import io.rezarr.vectors.node.NodeTree;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parametric objects of layout 0.7. */
record Parametric07(NodeTree nodes) implements ParametricObjects {
    private static final String PATH = NodeStore.PARAMETRIC;

    @Override
    public JsonObject types() {
        return nodes.attributes(PATH).object();
    }

    @Override
    public @Nullable AttributeTable objects() {
        JsonPlace metadata = nodes.findAttributes(PATH + "/objects");
        Blob data = Blob.find(nodes, PATH + "/objects/data");
        if (metadata == null || data == null) {
            return null;
        }
        long rows = metadata.member("num_objects").integer(0, Long.MAX_VALUE);
        long columns = metadata.member("max_row_length").integer(0, Integer.MAX_VALUE);
        return BlobTable.of(nodes, PATH + "/objects", AttributeFormats.of("objects", metadata), data, rows, columns);
    }

    @Override
    public List<String> names(Workspace workspace) {
        Blob data = Blob.find(nodes, PATH + "/names/data");
        if (data == null) {
            return List.of();
        }
        String joined = StandardCharsets.UTF_8.decode(data.read(workspace)).toString();
        return List.of(joined.split("\n", -1));
    }

    @Override
    public List<String> objectAttributeNames() {
        return nodes.members(PATH + "/object_attributes");
    }

    @Override
    public AttributeTable objectAttribute(String name) {
        return BlobTable.open(nodes, PATH + "/object_attributes/" + name, name);
    }

    @Override
    public @Nullable Groups groups() {
        return Groups07.find(nodes, PATH + "/groups");
    }

    @Override
    public List<String> groupAttributeNames() {
        return nodes.members(PATH + "/group_attributes");
    }

    @Override
    public AttributeTable groupAttribute(String name) {
        return BlobTable.open(nodes, PATH + "/group_attributes/" + name, name);
    }
}
