package io.rezarr.vectors.validate;

import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.metadata.Shape;
import io.rezarr.vectors.layout.v09.LinkSegment;
import io.rezarr.vectors.model.ChunkKey;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.LinkFormat;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.node.LinkDeltas;
import io.rezarr.vectors.node.NodeTree;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What only layout 0.9 has: directories, grids, arrays of links by offsets. */
final class Storage09 {
    private final NodeTree nodes;
    private final StoreMetadata store;
    private final LevelMetadata level;
    private final Findings findings;
    private final Workspace workspace;
    private final String path;

    Storage09(NodeTree nodes, StoreMetadata store, LevelMetadata level, Findings findings, Workspace workspace) {
        this.nodes = nodes;
        this.store = store;
        this.level = level;
        this.findings = findings;
        this.workspace = workspace;
        this.path = Integer.toString(level.number());
    }

    void run() {
        Directory09.Grid grid = grid();
        for (String name : List.of("vertices", "vertex_fragments", "link_fragments")) {
            if (nodes.exists(path + "/" + name)) {
                directory(name, grid);
            }
        }
        for (String family : List.of("vertex_attributes", "fragment_attributes")) {
            for (String name : nodes.members(path + "/" + family)) {
                directory(family + "/" + name, grid);
            }
        }
        for (int delta : LinkDeltas.of(nodes.members(path + "/links"))) {
            String name = LinkFormat.nameOf(delta);
            findings.attempt(
                    Check.LINK_SEGMENTS, level.number(), path + "/links/" + name, null, () -> links(delta, name, grid));
        }
    }

    private Set<ChunkKey> directory(String member, Directory09.@Nullable Grid grid) {
        Directory09 directory = new Directory09(nodes, level.number(), path + "/" + member, findings, workspace);
        directory.check(grid);
        return directory.listed();
    }

    /** {@code null} where the grid has more chunks along an axis than a long counts. */
    private Directory09.@Nullable Grid grid() {
        long[] origin = new long[level.rank()];
        long[] shape = new long[level.rank()];
        int before = level.rank() - store.dimensions();
        for (int axis = 0; axis < store.dimensions(); axis++) {
            double chunk = level.chunkShape().component(axis);
            double first = Math.floor(store.lower().component(axis) / chunk);
            double last = Math.floor(store.upper().component(axis) / chunk);
            if (!(Math.abs(first) < 1e18) || !(Math.abs(last) < 1e18)) {
                return null;
            }
            origin[before + axis] = (long) first;
            shape[before + axis] = Math.max(1, (long) last - (long) first + 1);
        }
        LevelMetadata.ChunkedBy by = level.chunkedBy();
        if (before > 0 && by == null) {
            return null;
        }
        if (by != null) {
            shape[0] = by.values().size();
        }
        return new Directory09.Grid(Shape.of(shape), ChunkKey.of(origin));
    }

    private void links(int delta, String name, Directory09.@Nullable Grid grid) {
        String family = path + "/links/" + name;
        JsonPlace metadata = nodes.attributes(family);
        int width = (int) metadata.member("link_width").integer(1, 64);
        boolean directed = metadata.member("directed").value() == JsonLiteral.TRUE;
        boolean duplicate = metadata.member("store").value() instanceof JsonString policy
                && policy.value().equals("duplicate");
        for (String segment : nodes.members(family)) {
            Set<ChunkKey> chunks = directory("links/" + name + "/" + segment, grid);
            LinkSegment offsets = LinkSegment.parse(segment, level.rank(), width);
            if (offsets == null) {
                String found =
                        "'" + segment + "' is not " + (width - 1) + " offsets of " + level.rank() + " coordinates";
                findings.add(Check.LINK_SEGMENTS, level.number(), family, null, found);
                continue;
            }
            boolean sorted = delta == 0 && !directed && !duplicate;
            checkSegment(
                    offsets,
                    family + "/" + segment,
                    sorted,
                    delta == 0 && !offsets.isZero() && (duplicate || !directed));
            checkAttributes(name, segment, chunks, grid);
        }
    }

    private void checkSegment(LinkSegment offsets, String array, boolean sorted, boolean hasCode) {
        if (sorted && !offsets.isSorted()) {
            String found = "ends of undirected links are sorted by chunk, but these offsets go back";
            findings.add(Check.LINK_SEGMENTS, level.number(), array, null, found);
        }
        JsonPlace attributes = nodes.attributes(array);
        JsonValue code = attributes.object().member("has_perm");
        if (code != null && code != JsonLiteral.of(hasCode)) {
            String found = "has_perm is " + Json.excerpt(code) + ", the family's policy says " + hasCode;
            findings.add(Check.LINK_SEGMENTS, level.number(), array, null, found);
        }
        if (attributes.object().member("offsets") instanceof JsonArray declared && !declared.equals(json(offsets))) {
            String found = "offsets are " + Json.excerpt(declared);
            findings.add(Check.LINK_SEGMENTS, level.number(), array, null, found);
        }
    }

    private static JsonArray json(LinkSegment segment) {
        return new JsonArray(segment.offsets().stream()
                .<JsonValue>map(offset -> JsonArray.ofLongs(offset.toArray()))
                .toList());
    }

    /** An attribute has values for all chunks of a segment, or for none. */
    private void checkAttributes(String delta, String segment, Set<ChunkKey> chunks, Directory09.@Nullable Grid grid) {
        for (String attribute : nodes.members(path + "/link_attributes")) {
            String member = "link_attributes/" + attribute + "/" + delta + "/" + segment;
            if (nodes.exists(path + "/" + member) && !directory(member, grid).equals(chunks)) {
                String found = "has values for other chunks than the links have";
                findings.add(Check.LINK_ATTRIBUTE_ROWS, level.number(), path + "/" + member, null, found);
            }
        }
    }
}
