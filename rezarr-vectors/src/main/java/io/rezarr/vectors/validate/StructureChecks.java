package io.rezarr.vectors.validate;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonObject;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.vectors.metadata.LevelNumbers;
import io.rezarr.vectors.metadata.RootAttributes;
import io.rezarr.vectors.model.FormatVersion;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.node.LinkDeltas;
import io.rezarr.vectors.node.NodeTree;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Level 1: what stands there. Reads documents and lists members; nothing needs to make sense yet. */
final class StructureChecks {
    private final NodeTree nodes;
    private final Findings findings;

    StructureChecks(NodeTree nodes, Findings findings) {
        this.nodes = nodes;
        this.findings = findings;
    }

    void run() {
        JsonPlace root = findings.value(Check.ROOT, null, "", null, () -> nodes.attributes(""));
        if (root == null) {
            return;
        }
        if (!(root.object().member(StoreMetadata.ATTRIBUTE) instanceof JsonObject)) {
            findings.add(Check.ROOT, null, "", null, "no group with the attribute " + StoreMetadata.ATTRIBUTE);
            return;
        }
        List<Integer> levels = levels();
        if (levels.isEmpty()) {
            findings.add(Check.LEVELS, null, "", null, "no member is named by a number");
        }
        FormatVersion version = version(root);
        if (version != null && version.is(0, 9) && !root.object().has("ome")) {
            findings.add(Check.OME, null, "", null, "no attribute ome");
        }
        for (int level : levels) {
            findings.attempt(Check.LEVEL_GROUP, level, Integer.toString(level), null, () -> checkLevel(level));
        }
    }

    private List<Integer> levels() {
        List<Integer> levels = new ArrayList<>();
        findings.attempt(Check.LEVELS, null, "", null, () -> {
            for (String name : nodes.members("")) {
                Integer number = LevelNumbers.parse(name);
                if (number != null) {
                    levels.add(number);
                }
            }
        });
        return levels;
    }

    /** {@code null} if the root does not tell; the next level of checks says so. */
    private static @Nullable FormatVersion version(JsonPlace root) {
        try {
            return RootAttributes.version(root);
        } catch (InvalidMetadataException saidLater) {
            return null;
        }
    }

    private void checkLevel(int level) {
        String path = Integer.toString(level);
        JsonPlace attributes = nodes.findAttributes(path);
        if (attributes == null || !(attributes.object().member(LevelMetadata.ATTRIBUTE) instanceof JsonObject)) {
            findings.add(
                    Check.LEVEL_GROUP, level, path, null, "no group with the attribute " + LevelMetadata.ATTRIBUTE);
        }
        List<String> members = nodes.members(path);
        if (members.contains("geometry_index")) {
            throw new UnsupportedFeatureException("several geometries in one store (geometry_index) are not supported");
        }
        if (!members.contains("vertices")) {
            findings.add(Check.VERTICES, level, path, null, "no member vertices");
        }
        if (!members.contains("vertex_fragments")) {
            findings.add(Check.FRAGMENTS, level, path, null, "no member vertex_fragments");
        }
        checkDeltas(level, path + "/links");
        checkDeltas(level, path + "/cross_chunk_links");
    }

    private void checkDeltas(int level, String path) {
        List<String> names = nodes.members(path);
        for (String name : names) {
            if (LinkDeltas.of(List.of(name)).isEmpty()) {
                String found = "member '" + name + "' is no delta such as 0, +1 or -1";
                findings.add(Check.LINK_DELTAS, level, path, null, found);
            }
        }
    }
}
