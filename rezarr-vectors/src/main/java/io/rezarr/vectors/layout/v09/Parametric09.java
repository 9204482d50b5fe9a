package io.rezarr.vectors.layout.v09;

import io.rezarr.array.VlenBytesReader;
import io.rezarr.array.ZarrArray;
import io.rezarr.codec.VlenBytes;
import io.rezarr.json.JsonObject;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.model.AttributeTable;
import io.rezarr.vectors.model.Groups;
import io.rezarr.vectors.model.ParametricObjects;
import io.rezarr.vectors.node.NodeStore;
import io.rezarr.vectors.node.NodeTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parametric objects of layout 0.9. */
record Parametric09(NodeTree nodes) implements ParametricObjects {
    private static final String PATH = NodeStore.PARAMETRIC;

    @Override
    public JsonObject types() {
        return nodes.attributes(PATH).object();
    }

    @Override
    public @Nullable AttributeTable objects() {
        return nodes.exists(PATH + "/objects") ? DenseTable.open(nodes, PATH + "/objects", "objects") : null;
    }

    @Override
    public List<String> names(Workspace workspace) {
        ZarrArray array = nodes.findArray(PATH + "/names");
        List<String> names = new ArrayList<>();
        if (array != null) {
            VlenBytesReader reader = nodes.byteStrings(array);
            for (long unit = 0; unit < reader.units().units(); unit++) {
                addNames(reader, unit, names, workspace);
            }
        }
        return names;
    }

    private static void addNames(VlenBytesReader reader, long unit, List<String> names, Workspace workspace) {
        long perUnit = reader.units().unitShape().extent(0);
        long count = Math.min(perUnit, reader.units().arrayShape().extent(0) - unit * perUnit);
        VlenBytes values = reader.read(reader.units().index(unit), workspace);
        for (int i = 0; i < count; i++) {
            names.add(
                    values == null
                            ? ""
                            : StandardCharsets.UTF_8.decode(values.element(i)).toString());
        }
    }

    @Override
    public List<String> objectAttributeNames() {
        return nodes.members(PATH + "/object_attributes");
    }

    @Override
    public AttributeTable objectAttribute(String name) {
        return DenseTable.open(nodes, PATH + "/object_attributes/" + name, name);
    }

    @Override
    public @Nullable Groups groups() {
        return nodes.findArray(PATH + "/groups") == null ? null : Groups09.open(nodes, PATH + "/groups");
    }

    @Override
    public List<String> groupAttributeNames() {
        return nodes.members(PATH + "/group_attributes");
    }

    @Override
    public AttributeTable groupAttribute(String name) {
        return DenseTable.open(nodes, PATH + "/group_attributes/" + name, name);
    }
}
