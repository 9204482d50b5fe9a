package io.rezarr.commit;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.Document;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A document of a group that holds copies of the documents of the nodes below it: v2 {@code .zmetadata}, whose entries are
 * {@code path/.zarray} and the like, or v3 {@code zarr.json} with inline {@code consolidated_metadata}, whose entries are
 * paths. Editing touches the entries of one node and of those below it; all else stays as it is, in its order.
 *
 * <p>It copies documents as they are, whatever they hold: a node must be recoverable also where its data type or codec is
 * not one that can be read.
 *
 * @param name the document's name
 * @param content with consolidated metadata
 */
record ConsolidatedDocument(String name, JsonObject content) {
    private static final String INLINE = "consolidated_metadata";
    private static final String ENTRIES = "metadata";

    /**
     * Reads a group's document; {@code null} if there is none, or it has no consolidated metadata.
     *
     * @throws InvalidMetadataException if it has, but not as an object
     */
    static @Nullable ConsolidatedDocument read(Path group, String name) {
        JsonObject content = ZarrDirectory.document(group, name);
        if (content == null) {
            return null;
        }
        boolean v3 = name.equals(Document.ZARR_JSON);
        // zarr-python writes null where there is none.
        if (v3 && (!content.has(INLINE) || content.member(INLINE) == JsonLiteral.NULL)) {
            return null;
        }
        JsonValue holder = v3 ? content.member(INLINE) : content;
        if (!(holder instanceof JsonObject object) || !(object.member(ENTRIES) instanceof JsonObject)) {
            throw new InvalidMetadataException("'" + group.resolve(name) + "' at /" + (v3 ? INLINE + "/" : "") + ENTRIES
                    + ": expected an object with consolidated metadata. Repair or remove it, then consolidate again.");
        }
        return new ConsolidatedDocument(name, content);
    }

    private boolean isV3() {
        return name.equals(Document.ZARR_JSON);
    }

    private JsonObject entries() {
        return object(isV3() ? object(content, INLINE) : content, ENTRIES);
    }

    private static JsonObject object(JsonObject parent, String name) {
        if (parent.member(name) instanceof JsonObject object) {
            return object;
        }
        throw new IllegalStateException("checked when it was read: " + name);
    }

    private ConsolidatedDocument withEntries(Map<String, JsonValue> entries) {
        JsonObject edited = new JsonObject(entries);
        return new ConsolidatedDocument(
                name,
                isV3()
                        ? content.with(INLINE, object(content, INLINE).with(ENTRIES, edited))
                        : content.with(ENTRIES, edited));
    }

    /** Whether there are entries of a node or of one below it. */
    boolean holds(String path) {
        return entries().members().keySet().stream().anyMatch(key -> isOf(key, path));
    }

    /** A copy without the entries of a node and of those below it; the document itself if it has none. */
    ConsolidatedDocument without(String path) {
        if (!holds(path)) {
            return this;
        }
        Map<String, JsonValue> kept = new LinkedHashMap<>(entries().members());
        kept.keySet().removeIf(key -> isOf(key, path));
        return withEntries(kept);
    }

    /** A copy whose entries of a node and of those below it are those of the directory, and no others. */
    ConsolidatedDocument with(String path, Path node) {
        Map<String, JsonValue> added = entriesOf(path, node);
        if (added.equals(entriesAt(path))) {
            return this;
        }
        Map<String, JsonValue> kept =
                new LinkedHashMap<>(without(path).entries().members());
        String successor = successor(kept.keySet(), path);
        Map<String, JsonValue> edited = new LinkedHashMap<>();
        kept.forEach((key, value) -> {
            if (key.equals(successor)) {
                edited.putAll(added);
            }
            edited.put(key, value);
        });
        edited.putAll(added);
        return withEntries(edited);
    }

    private Map<String, JsonValue> entriesAt(String path) {
        Map<String, JsonValue> found = new LinkedHashMap<>(entries().members());
        found.keySet().removeIf(key -> !isOf(key, path));
        return found;
    }

    private Map<String, JsonValue> entriesOf(String path, Path node) {
        Map<String, JsonValue> entries = new LinkedHashMap<>();
        ZarrDirectory.walk(node, (below, directory) -> {
            String key = below.isEmpty() ? path : path + "/" + below;
            if (isV3()) {
                JsonObject document = ZarrDirectory.document(directory, Document.ZARR_JSON);
                if (document != null) {
                    entries.put(key, emptied(document));
                }
                return;
            }
            for (String name : List.of(Document.ZATTRS, Document.ZARRAY, Document.ZGROUP)) {
                JsonObject document = ZarrDirectory.document(directory, name);
                if (document != null) {
                    entries.put(key + "/" + name, document);
                }
            }
        });
        return entries;
    }

    /** zarr-python looks up the children of a group, unless its entry says that its own consolidated metadata are empty. */
    private static JsonObject emptied(JsonObject document) {
        if (!new JsonString("group").equals(document.member("node_type"))) {
            return document;
        }
        Map<String, JsonValue> inline = new LinkedHashMap<>();
        inline.put("kind", new JsonString("inline"));
        inline.put("must_understand", JsonLiteral.FALSE);
        inline.put(ENTRIES, JsonObject.EMPTY);
        return document.with(INLINE, new JsonObject(inline));
    }

    private boolean isOf(String key, String path) {
        return key.startsWith(path + "/") || (isV3() && key.equals(path));
    }

    /** The first key behind the node's place if the entries are sorted by path, as most writers do; else {@code null}. */
    private @Nullable String successor(Iterable<String> keys, String path) {
        String successor = null;
        String previous = "";
        for (String key : keys) {
            String current = isV3() ? key : key.substring(0, Math.max(0, key.lastIndexOf('/')));
            if (current.compareTo(previous) < 0) {
                return null;
            }
            if (successor == null && current.compareTo(path) > 0) {
                successor = key;
            }
            previous = current;
        }
        return successor;
    }
}
