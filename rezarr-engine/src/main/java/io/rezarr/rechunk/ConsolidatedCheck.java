package io.rezarr.rechunk;

import io.rezarr.array.ZarrGroup;
import io.rezarr.array.ZarrNode;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonValue;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.Document;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.rechunk.StoreInfo.ConsolidatedState;
import io.rezarr.store.StoreKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares a group's consolidated metadata with the documents of the nodes below it. */
final class ConsolidatedCheck {
    private static final String MEMBER = "consolidated_metadata";
    private static final long MAX_DOCUMENT_BYTES = 256L << 20;
    private static final int SHOWN = 3;

    private ConsolidatedCheck() {}

    /**
     * @param below every node below the group
     * @param oddities takes a sentence if they disagree
     */
    static ConsolidatedState of(ZarrGroup group, List<ZarrNode> below, List<String> oddities) {
        try {
            JsonObject entries = group.metadata().format() == ZarrFormat.V2 ? v2Entries(group) : v3Entries(group);
            if (entries == null) {
                return ConsolidatedState.NONE;
            }
            List<String> wrong = compare(entries, documentsOf(group, below));
            if (wrong.isEmpty()) {
                return ConsolidatedState.CURRENT;
            }
            String more = wrong.size() > SHOWN ? " and " + (wrong.size() - SHOWN) + " more" : "";
            oddities.add("the consolidated metadata are stale: "
                    + String.join(", ", wrong.subList(0, Math.min(SHOWN, wrong.size()))) + more);
            return ConsolidatedState.STALE;
        } catch (InvalidMetadataException e) {
            oddities.add("the consolidated metadata cannot be read: " + e.getMessage());
            return ConsolidatedState.STALE;
        }
    }

    /** Document by key; {@code null} without {@code .zmetadata}. */
    private static @Nullable JsonObject v2Entries(ZarrGroup group) {
        JsonObject document = read(group, Document.ZMETADATA);
        return document == null ? null : objectMember(document, "metadata", Document.ZMETADATA);
    }

    /** Document by path of the node; {@code null} without consolidated metadata. */
    private static @Nullable JsonObject v3Entries(ZarrGroup group) {
        JsonObject document = read(group, Document.ZARR_JSON);
        if (document == null || !(document.member(MEMBER) instanceof JsonObject consolidated)) {
            return null;
        }
        return objectMember(consolidated, "metadata", Document.ZARR_JSON + "#/" + MEMBER);
    }

    private static JsonObject objectMember(JsonObject document, String name, String where) {
        if (document.member(name) instanceof JsonObject object) {
            return object;
        }
        throw new InvalidMetadataException(where + " has no object '" + name + "'");
    }

    private static @Nullable JsonObject read(ZarrGroup group, String name) {
        StoreKey key = group.prefix().key(name);
        try (Workspace workspace = new Workspace()) {
            ByteBuffer utf8 = group.store().get(key, MAX_DOCUMENT_BYTES, workspace);
            return utf8 == null ? null : Json.parseObject(utf8, key.value());
        }
    }

    /** What the entries should be: of v2, with the group's own documents; of v3, of the nodes below only. */
    private static Map<String, JsonObject> documentsOf(ZarrGroup group, List<ZarrNode> below) {
        Map<String, JsonObject> documents = new LinkedHashMap<>();
        boolean v2 = group.metadata().format() == ZarrFormat.V2;
        if (v2) {
            group.metadata().documents().forEach(document -> documents.put(document.key(), document.content()));
        }
        for (ZarrNode node : below) {
            if (node.metadata().format() == group.metadata().format()) {
                String path =
                        node.prefix().path().substring(group.prefix().value().length());
                for (Document document : node.metadata().documents()) {
                    documents.put(v2 ? path + "/" + document.key() : path, document.content());
                }
            }
        }
        return documents;
    }

    private static List<String> compare(JsonObject entries, Map<String, JsonObject> documents) {
        List<String> wrong = new ArrayList<>();
        documents.forEach((key, content) -> {
            JsonValue entry = entries.member(key);
            if (entry == null) {
                wrong.add("'" + key + "' is missing");
            } else if (!without(entry).equals(without(content))) {
                wrong.add("'" + key + "' differs from its file");
            }
        });
        for (String key : entries.members().keySet()) {
            if (!documents.containsKey(key)) {
                wrong.add("'" + key + "' is listed but does not exist");
            }
        }
        return wrong;
    }

    /** Groups inside consolidated metadata may carry (empty) consolidated metadata themselves. */
    private static JsonValue without(JsonValue document) {
        return document instanceof JsonObject object ? object.without(MEMBER) : document;
    }
}
