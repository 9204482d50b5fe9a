package io.rezarr.vectors.api;

import io.rezarr.json.Json;
import io.rezarr.json.JsonObject;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.V3GroupMetadata;
import io.rezarr.store.Store;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.store.StoreEntry;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.metadata.LevelNumbers;
import io.rezarr.vectors.metadata.WrittenAttributes;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.node.NodeTree;
import io.rezarr.vectors.node.NodeWriter;
import io.rezarr.vectors.write.StoreChanges;
import io.rezarr.vectors.write.StoreGrids;
import io.rezarr.vectors.write.StoreGrids.LevelGrid;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** Copies a store as it is, without levels above 0 and without links to them. */
final class LevelZeroCopy {
    private static final int INDENT = 2;
    private static final String DOCUMENT = "zarr.json";
    private static final Set<String> BY_DELTA = Set.of("links", "cross_chunk_links");
    private static final Set<String> BY_NAME_AND_DELTA = Set.of("link_attributes", "cross_chunk_link_attributes");

    private final NodeTree source;
    private final NodeWriter target;
    private final Workspace workspace;

    private LevelZeroCopy(NodeTree source, NodeWriter target, Workspace workspace) {
        this.source = source;
        this.target = target;
        this.workspace = workspace;
    }

    static void copy(VectorStore from, Store to, int maxValueBytes) {
        NodeTree source = new NodeTree(from.store(), from.prefix(), maxValueBytes);
        try (Workspace workspace = new Workspace()) {
            LevelZeroCopy copy = new LevelZeroCopy(source, new NodeWriter(to, StorePrefix.ROOT), workspace);
            for (String member : copy.children("")) {
                Integer level = LevelNumbers.parse(member);
                if (level == null) {
                    copy.target.copy(source, member, member, workspace);
                } else if (level == 0) {
                    copy.copyLevel();
                }
            }
            copy.copyValues("", false);
        }
        to.set(
                new StoreKey(DOCUMENT),
                Json.write(new V3GroupMetadata(root(from)).document(), INDENT),
                WriteMode.DIRECT);
    }

    /** The root's attributes with level 0 only. */
    private static JsonObject root(VectorStore from) {
        StoreMetadata root = from.metadata();
        LevelMetadata zero = from.level(0).metadata();
        TreeMap<Integer, LevelGrid> grids = new TreeMap<>();
        grids.put(0, new LevelGrid(zero.chunkShape(), root.binShape()));
        StoreGrids all = new StoreGrids(root.chunkShape(), root.binShape(), grids);
        return WrittenAttributes.root(root, all, List.of(0), new StoreChanges(root.linksConvention()));
    }

    private void copyLevel() {
        for (String member : children("0")) {
            String path = "0/" + member;
            if (BY_DELTA.contains(member)) {
                copyDeltas(path);
            } else if (BY_NAME_AND_DELTA.contains(member)) {
                children(path).forEach(name -> copyDeltas(path + "/" + name));
                copyValues(path, true);
            } else {
                target.copy(source, path, path, workspace);
            }
        }
        copyValues("0", true);
    }

    private void copyDeltas(String path) {
        for (String delta : children(path)) {
            if (!delta.startsWith("+") && !delta.startsWith("-")) {
                target.copy(source, path + "/" + delta, path + "/" + delta, workspace);
            }
        }
        copyValues(path, true);
    }

    private List<String> children(String path) {
        return source.members(path);
    }

    /** What stands directly below a path and is no node of its own. */
    private void copyValues(String path, boolean withDocument) {
        List<String> names = new ArrayList<>();
        source.store().list(source.prefix(path), child -> {
            boolean isWanted = withDocument || !child.name().equals(DOCUMENT);
            if (child.kind() == StoreEntry.Kind.VALUE
                    && isWanted
                    && !child.name().startsWith(".")) {
                names.add(child.name());
            }
        });
        for (String name : names) {
            target.copyValue(
                    source.store(),
                    source.prefix(path).key(name),
                    target.prefix(path).key(name),
                    workspace);
        }
    }
}
