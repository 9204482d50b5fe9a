package io.rezarr.vectors.layout.v09;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonValue;
import io.rezarr.vectors.node.NodeTree;
import java.util.Map;
import java.util.Set;

/** What the groups of a store of layout 0.7 say beside what the layout has them say, for the nodes of 0.9 that take their place. */
final class UserAttributes {
    /** What layout 0.7 says of the groups that 0.9 describes anew. */
    private static final Set<String> OF_07 = Set.of(
            "zv_array",
            "name",
            "dtype",
            "shape",
            "level_delta",
            "link_width",
            "num_links",
            "num_channels",
            "num_groups",
            "num_objects",
            "max_row_length",
            "sid_ndim",
            "has_present_mask");

    /** What would get a meaning. */
    private static final Set<String> OF_09 = Set.of(
            "directed",
            "store",
            "num_physical_records",
            "offsets",
            "has_perm",
            "group_ranges",
            "fill_sentinel_meaning",
            "nonempty_chunks",
            "chunk_grid_origin");

    private UserAttributes() {}

    /**
     * @param paths of groups that become one node
     * @throws UnsupportedFeatureException if they contradict each other, or have what means something else at 0.9; the message names it
     */
    static JsonObject of(NodeTree source, String... paths) {
        JsonObject all = JsonObject.EMPTY;
        for (String path : paths) {
            JsonObject own = source.attributes(path).object();
            for (Map.Entry<String, JsonValue> member : own.members().entrySet()) {
                String name = member.getKey();
                if (OF_07.contains(name)) {
                    continue;
                }
                String place = "'" + source.name(path) + "' has the attribute '" + name + "', ";
                if (OF_09.contains(name)) {
                    throw new UnsupportedFeatureException(
                            place + "which has a meaning in 0.9 that it may not fit. Rename or remove it first.");
                }
                if (all.has(name) && !member.getValue().equals(all.member(name))) {
                    throw new UnsupportedFeatureException(place + "and '" + source.name(paths[0])
                            + "' another of that name; they become one node in 0.9. Rename one of them first.");
                }
                all = all.with(name, member.getValue());
            }
        }
        return all;
    }

    /** What is written of a node, and the rest. */
    static JsonObject added(JsonObject written, JsonObject others) {
        JsonObject all = written;
        for (Map.Entry<String, JsonValue> member : others.members().entrySet()) {
            all = all.with(member.getKey(), member.getValue());
        }
        return all;
    }
}
