package io.rezarr.rechunk;

import io.rezarr.json.Json;
import io.rezarr.metadata.ConsolidatedMetadata;
import io.rezarr.metadata.Document;
import io.rezarr.metadata.FormatConversion;
import io.rezarr.metadata.GroupMetadata;
import io.rezarr.metadata.NodeMetadata;
import io.rezarr.metadata.V2GroupMetadata;
import io.rezarr.metadata.V3GroupMetadata;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.store.Store;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.store.StorePrefix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the metadata of a hierarchy: what lies deepest first, the root last, so that whoever finds the root finds
 * everything below it; consolidated metadata at the very end.
 *
 * @param nodes by prefix, parents before children
 */
record HierarchyWriter(Store store, Map<StorePrefix, NodeMetadata> nodes) {
    private static final int V2_INDENT = 4;
    private static final int V3_INDENT = 2;

    /** A group in the other format; itself if that is none or its own. */
    static GroupMetadata converted(GroupMetadata group, @Nullable ZarrFormat format) {
        if (format == ZarrFormat.V3 && group instanceof V2GroupMetadata v2) {
            return FormatConversion.toV3(v2);
        }
        if (format == ZarrFormat.V2 && group instanceof V3GroupMetadata v3) {
            return FormatConversion.toV2(v3);
        }
        return group;
    }

    void write(boolean consolidated) {
        List<StorePrefix> deepestFirst = new ArrayList<>(nodes.keySet());
        deepestFirst.sort(
                Comparator.comparingLong(HierarchyWriter::depth).reversed().thenComparing(StorePrefix::value));
        for (StorePrefix prefix : deepestFirst) {
            NodeMetadata node = java.util.Objects.requireNonNull(nodes.get(prefix));
            boolean isConsolidatedRoot =
                    consolidated && prefix.equals(StorePrefix.ROOT) && node instanceof GroupMetadata;
            for (Document document : isConsolidatedRoot ? consolidatedRoot((GroupMetadata) node) : node.documents()) {
                int indent = node.format() == ZarrFormat.V2 ? V2_INDENT : V3_INDENT;
                store.set(prefix.key(document.key()), Json.write(document.content(), indent), WriteMode.ATOMIC);
            }
        }
    }

    private static long depth(StorePrefix prefix) {
        return prefix.value().chars().filter(c -> c == '/').count();
    }

    private List<Document> consolidatedRoot(GroupMetadata root) {
        return ConsolidatedMetadata.consolidate(root, nodes);
    }
}
