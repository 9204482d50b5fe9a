package io.rezarr.rechunk;

import io.rezarr.json.Json;
import io.rezarr.metadata.ConsolidatedMetadata;
import io.rezarr.metadata.Document;
import io.rezarr.metadata.GroupMetadata;
import io.rezarr.metadata.NodeMetadata;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.store.Store;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.store.StorePrefix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Writes the metadata of a hierarchy: what lies deepest first, the root last, so that whoever finds the root finds
 * everything below it; consolidated metadata at the very end.
 *
 * @param nodes by prefix, parents before children
 */
record HierarchyWriter(Store store, Map<StorePrefix, NodeMetadata> nodes) {
    private static final int V2_INDENT = 4;
    private static final int V3_INDENT = 2;

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

    /** The root's documents with consolidated metadata: a document of their own in v2, a member of the root's in v3. */
    private List<Document> consolidatedRoot(GroupMetadata root) {
        List<ConsolidatedMetadata.Entry> entries = new ArrayList<>();
        nodes.forEach((prefix, node) -> {
            boolean isListed = root.format() == ZarrFormat.V2 || !prefix.equals(StorePrefix.ROOT);
            if (isListed && node.format() == root.format()) {
                entries.add(new ConsolidatedMetadata.Entry(prefix.path(), node));
            }
        });
        ConsolidatedMetadata consolidated = ConsolidatedMetadata.of(root.format(), entries);
        List<Document> documents = new ArrayList<>(root.documents());
        if (root.format() == ZarrFormat.V2) {
            documents.add(new Document(Document.ZMETADATA, consolidated.document()));
        } else {
            documents.replaceAll(document -> new Document(document.key(), consolidated.in(document.content())));
        }
        return documents;
    }
}
