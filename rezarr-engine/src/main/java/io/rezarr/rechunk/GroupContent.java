package io.rezarr.rechunk;

import io.rezarr.array.ZarrArray;
import io.rezarr.array.ZarrNode;
import io.rezarr.error.RefusedException;
import io.rezarr.metadata.Document;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.store.Store;
import io.rezarr.store.StoreEntry;
import io.rezarr.store.StorePrefix;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What stands in the groups of a hierarchy beside its nodes: whoever replaces the whole of it would lose that. */
final class GroupContent {
    private static final int SHOWN = 3;
    private static final Set<String> V2 = Set.of(Document.ZARRAY, Document.ZGROUP, Document.ZATTRS, Document.ZMETADATA);
    private static final Set<String> V3 = Set.of(Document.ZARR_JSON);

    private final Store store;
    private final Map<StorePrefix, ZarrNode> nodes = new HashMap<>();
    /** The nodes and all directories that lead to one. */
    private final Set<String> ways = new HashSet<>();

    GroupContent(Store store, List<ZarrNode> nodes) {
        this.store = store;
        for (ZarrNode node : nodes) {
            String path = node.prefix().value();
            this.nodes.put(node.prefix(), node);
            ways.add("");
            for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
                ways.add(path.substring(0, slash + 1));
            }
        }
    }

    /** @throws RefusedException naming the first files and directories that belong to no node */
    void requireNothingElse() {
        List<String> foreign = new ArrayList<>();
        for (String way : ways) {
            StorePrefix prefix = new StorePrefix(way);
            if (!(nodes.get(prefix) instanceof ZarrArray)) {
                store.list(prefix, entry -> {
                    if (isForeign(prefix, entry)) {
                        foreign.add("'" + way + entry.name() + "'");
                    }
                });
            }
        }
        if (!foreign.isEmpty()) {
            Collections.sort(foreign);
            throw new RefusedException("'" + store.location()
                    + "' holds what belongs to none of its arrays and groups, and would be lost with the"
                    + " old one: " + String.join(", ", foreign.subList(0, Math.min(SHOWN, foreign.size())))
                    + (foreign.size() > SHOWN ? " and " + (foreign.size() - SHOWN) + " more" : "")
                    + ". Move it away, or rechunk arrays one by one (--array).");
        }
    }

    private boolean isForeign(StorePrefix way, StoreEntry entry) {
        if (entry.kind() == StoreEntry.Kind.PREFIX) {
            return !ways.contains(way.value() + entry.name() + "/");
        }
        ZarrNode group = nodes.get(way);
        return group == null || !(group.metadata().format() == ZarrFormat.V2 ? V2 : V3).contains(entry.name());
    }
}
