package io.rezarr.rechunk;

import io.rezarr.json.Json;
import io.rezarr.metadata.ConsolidatedMetadata;
import io.rezarr.metadata.Document;
import io.rezarr.metadata.GroupMetadata;
import io.rezarr.metadata.NodeMetadata;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.store.Store;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Writes the metadata of a hierarchy: what lies deepest first, the root last, so that whoever finds the root finds
 * everything below it; consolidated metadata of each group that shall have them with, or after, its own documents.
 *
 * @param nodes by prefix, parents before children
 */
record HierarchyWriter(Map<StorePrefix, NodeMetadata> nodes) {
    private static final int V2_INDENT = 4;
    private static final int V3_INDENT = 2;

    /** @param consolidated the groups that get consolidated metadata */
    void write(Store store, Set<StorePrefix> consolidated) {
        forEachDocument(consolidated, (key, content) -> store.set(key, content, WriteMode.ATOMIC));
    }

    /** Takes each document in the order in which they are to be written. */
    void forEachDocument(Set<StorePrefix> consolidated, BiConsumer<StoreKey, ByteBuffer> action) {
        List<StorePrefix> deepestFirst = new ArrayList<>(nodes.keySet());
        deepestFirst.sort(
                Comparator.comparingLong(HierarchyWriter::depth).reversed().thenComparing(StorePrefix::value));
        for (StorePrefix prefix : deepestFirst) {
            NodeMetadata node = java.util.Objects.requireNonNull(nodes.get(prefix));
            List<Document> documents = consolidated.contains(prefix) && node instanceof GroupMetadata group
                    ? consolidated(prefix, group)
                    : node.documents();
            for (Document document : documents) {
                int indent = node.format() == ZarrFormat.V2 ? V2_INDENT : V3_INDENT;
                action.accept(prefix.key(document.key()), Json.write(document.content(), indent));
            }
        }
    }

    private static long depth(StorePrefix prefix) {
        return prefix.value().chars().filter(c -> c == '/').count();
    }

    /** A group's documents with consolidated metadata: a document of their own in v2, a member of the group's in v3. */
    private List<Document> consolidated(StorePrefix at, GroupMetadata group) {
        List<ConsolidatedMetadata.Entry> entries = new ArrayList<>();
        nodes.forEach((prefix, node) -> {
            boolean isListed = group.format() == ZarrFormat.V2 || !prefix.equals(at);
            if (isListed && prefix.value().startsWith(at.value()) && node.format() == group.format()) {
                entries.add(new ConsolidatedMetadata.Entry(
                        new StorePrefix(prefix.value().substring(at.value().length())).path(), node));
            }
        });
        ConsolidatedMetadata consolidated = ConsolidatedMetadata.of(group.format(), entries);
        List<Document> documents = new ArrayList<>(group.documents());
        if (group.format() == ZarrFormat.V2) {
            documents.add(new Document(Document.ZMETADATA, consolidated.document()));
        } else {
            documents.replaceAll(document -> new Document(document.key(), consolidated.in(document.content())));
        }
        return documents;
    }
}
