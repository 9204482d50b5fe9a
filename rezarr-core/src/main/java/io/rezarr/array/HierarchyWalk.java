package io.rezarr.array;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.store.Store;
import io.rezarr.store.StoreEntry;
import io.rezarr.store.StorePrefix;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One walk over the nodes below a group, without recursion: hostile directories may be nested deep. */
final class HierarchyWalk {
    /** What rezarr itself keeps inside a store: its journal. */
    private static final String OWN_PREFIX = ".rezarr";

    private final Store store;
    private final @Nullable ZarrFormat preferred;
    private final Hierarchy.Warnings warnings;
    private final Deque<Place> ahead = new ArrayDeque<>();
    private final List<ZarrNode> found = new ArrayList<>();

    /**
     * A directory on the way.
     *
     * @param identity see {@link Store#identity}
     */
    private record Place(
            StorePrefix prefix,
            @Nullable Object identity,
            @Nullable Place parent) {}

    HierarchyWalk(Store store, @Nullable ZarrFormat preferred, Hierarchy.Warnings warnings) {
        this.store = store;
        this.preferred = preferred;
        this.warnings = warnings;
    }

    List<ZarrNode> from(ZarrNode root) {
        found.add(root);
        if (root instanceof ZarrGroup group && !store.canList()) {
            addConsolidated(group);
        } else if (root instanceof ZarrGroup) {
            pushChildren(new Place(root.prefix(), store.identity(root.prefix()), null));
        }
        while (!ahead.isEmpty()) {
            visit(ahead.pop());
        }
        return found;
    }

    /** What cannot be listed is found by name: in the consolidated metadata, whose copies of documents are not used. */
    private void addConsolidated(ZarrGroup root) {
        for (String path : ConsolidatedNames.of(root)) {
            StorePrefix prefix = new StorePrefix(root.prefix().value() + path + "/");
            ZarrNode node = open(prefix);
            if (node == null) {
                throw new InvalidMetadataException("'" + NodeDocuments.nameOf(store, prefix)
                        + "' is named by the consolidated metadata of '" + NodeDocuments.nameOf(store, root.prefix())
                        + "', but no array or group is there. Consolidate again, or name the arrays by themselves.");
            }
            found.add(node);
        }
    }

    private void visit(Place place) {
        ZarrNode node = open(place.prefix());
        if (node != null) {
            found.add(node);
        }
        if (!(node instanceof ZarrArray)) {
            pushChildren(place);
        }
    }

    private @Nullable ZarrNode open(StorePrefix prefix) {
        ZarrNode node = preferred == null ? null : Hierarchy.find(store, prefix, preferred, warnings);
        return node == null ? Hierarchy.find(store, prefix, null, warnings) : node;
    }

    /** Puts the children of a directory ahead of all else, so that the first by name comes next. */
    private void pushChildren(Place place) {
        List<String> names = new ArrayList<>();
        store.list(place.prefix(), entry -> {
            if (entry.kind() == StoreEntry.Kind.PREFIX && !entry.name().equals(OWN_PREFIX)) {
                names.add(entry.name());
            }
        });
        names.sort(Collections.reverseOrder());
        for (String name : names) {
            Place child = childOf(place, name);
            if (child != null) {
                ahead.push(child);
            }
        }
    }

    private @Nullable Place childOf(Place parent, String name) {
        StorePrefix prefix;
        try {
            prefix = parent.prefix().child(name);
        } catch (IllegalArgumentException e) {
            warnings.warn("left out: " + e.getMessage());
            return null;
        }
        Object identity = store.identity(prefix);
        if (identity != null) {
            for (Place above = parent; above != null; above = above.parent()) {
                if (identity.equals(above.identity())) {
                    warnings.warn("'" + NodeDocuments.nameOf(store, prefix) + "' leads back to '"
                            + NodeDocuments.nameOf(store, above.prefix()) + "', in which it lies; it is left out.");
                    return null;
                }
            }
        }
        return new Place(prefix, identity, parent);
    }
}
