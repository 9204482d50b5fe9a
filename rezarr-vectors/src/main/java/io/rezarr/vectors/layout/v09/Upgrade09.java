package io.rezarr.vectors.layout.v09;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.memory.Workspace;
import io.rezarr.vectors.metadata.WrittenAttributes;
import io.rezarr.vectors.model.AttributeTable;
import io.rezarr.vectors.model.FormatVersion;
import io.rezarr.vectors.model.Groups;
import io.rezarr.vectors.model.ParametricObjects;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.node.NodeStore;
import io.rezarr.vectors.node.NodeStoreWriter;
import io.rezarr.vectors.node.NodeTree;
import java.util.List;
import java.util.Set;

/**
 * What a store of layout 0.7 says and holds beside its levels, in layout 0.9.
 *
 * @param name what the store calls itself in the attribute {@code ome}
 */
public record Upgrade09(String name) implements NodeStoreWriter.Conversion {
    public static final FormatVersion VERSION = new FormatVersion(0, 9, 2);

    /** What only layout 0.9 has, so that a member of that name would get a meaning. */
    private static final List<String> NEW_MEMBERS = List.of("fragment_attributes");

    private static final Set<String> OF_PARAMETRIC =
            Set.of("objects", "names", "object_attributes", "groups", "group_attributes");

    /** What makes up an attribute of objects or groups, or groups. */
    static final Set<String> OF_TABLE = Set.of("data", "offsets", "present_mask");

    @Override
    public FormatVersion version() {
        return VERSION;
    }

    @Override
    public JsonObject root(JsonObject attributes, Set<Integer> levels) {
        return WrittenAttributes.upgraded(attributes, VERSION, name, levels);
    }

    /** @throws UnsupportedFeatureException if a level has a member that layout 0.9 would take for something else */
    static void requireNoClash(VectorLevel level, NodeTree nodes) {
        for (String member : NEW_MEMBERS) {
            if (level.unknownMembers().contains(member)) {
                throw new UnsupportedFeatureException(
                        "'" + nodes.name(level.metadata().number() + "/" + member)
                                + "' is unknown to layout 0.7, but has a meaning in 0.9, which it may not fit. Rename or remove it first.");
            }
        }
    }

    @Override
    public void parametric(NodeStoreWriter store, ParametricObjects objects, Workspace workspace) {
        requireKnown(store.source(), NodeStore.PARAMETRIC, OF_PARAMETRIC);
        requireKnown(store.source(), path("groups"), OF_TABLE);
        Tables09 tables = new Tables09(store.nodes(), store.settings().maxBufferBytes());
        AttributeTable rows = objects.objects();
        if (rows != null) {
            long columns = rows.rowBytes() / rows.format().type().elementBytes();
            JsonObject attributes = JsonObject.EMPTY
                    .with("zv_array", new JsonString("parametric_objects"))
                    .with("num_objects", JsonNumber.of(rows.rows()))
                    .with("max_row_length", JsonNumber.of(columns))
                    .with("dtype", new JsonString(rows.format().type().name()));
            tables.full(path("objects"), rows, added(store, attributes, "objects"), workspace);
        }
        List<String> names = objects.names(workspace);
        if (!names.isEmpty()) {
            JsonObject attributes = JsonObject.EMPTY
                    .with("zv_array", new JsonString("parametric_names"))
                    .with("num_objects", JsonNumber.of(names.size()));
            tables.texts(path("names"), names, added(store, attributes, "names"), workspace);
        }
        for (String attribute : objects.objectAttributeNames()) {
            table(store, tables, "object_attributes", attribute, objects.objectAttribute(attribute), workspace);
        }
        Groups groups = objects.groups();
        if (groups != null) {
            tables.groups(path("groups"), groups, UserAttributes.of(store.source(), path("groups")), workspace);
        }
        for (String attribute : objects.groupAttributeNames()) {
            table(store, tables, "group_attributes", attribute, objects.groupAttribute(attribute), workspace);
        }
        store.nodes().group(NodeStore.PARAMETRIC, objects.types(), store.source(), NodeStore.PARAMETRIC);
    }

    private static String path(String member) {
        return NodeStore.PARAMETRIC + "/" + member;
    }

    /** @throws UnsupportedFeatureException if a group that becomes an array, or members of it, hold what would be lost */
    static void requireKnown(NodeTree source, String path, Set<String> known) {
        for (String member : source.members(path)) {
            if (!known.contains(member)) {
                throw new UnsupportedFeatureException("'" + source.name(path + "/" + member)
                        + "' is unknown, and layout 0.9 has no place for it. Move it out of " + path + " first.");
            }
        }
    }

    private static void table(
            NodeStoreWriter store,
            Tables09 tables,
            String family,
            String attribute,
            AttributeTable table,
            Workspace workspace) {
        store.nodes().group(path(family), UserAttributes.of(store.source(), path(family)));
        JsonObject attributes = JsonObject.EMPTY
                .with("dtype", new JsonString(table.format().type().name()))
                .with("shape", io.rezarr.json.JsonArray.ofLongs(Tables09.shape(table)));
        String member = family + "/" + attribute;
        requireKnown(store.source(), path(member), OF_TABLE);
        tables.full(path(member), table, added(store, attributes, member), workspace);
    }

    private static JsonObject added(NodeStoreWriter store, JsonObject attributes, String member) {
        return UserAttributes.added(attributes, UserAttributes.of(store.source(), path(member)));
    }
}
