package io.rezarr.metadata;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import java.text.Normalizer;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of a group's descendants in one document: {@code .zmetadata} in v2, the member {@code consolidated_metadata} of
 * {@code zarr.json} in v3. Immutable.
 *
 * <p>Edits leave every entry that they do not concern, known or not, as and where it is. Paths are relative to the group:
 * {@code a/b}; {@code ""} is the group itself, which v2 lists and v3 does not. Entries of an existing document whose keys would lead
 * out of the group ({@code ../x}, {@code /x}) are left out, and never resolved.
 */
public final class ConsolidatedMetadata {
    private static final String METADATA = "metadata";
    private static final String V2_VERSION = "zarr_consolidated_format";

    /** A node and its path below the group. */
    public record Entry(String path, NodeMetadata metadata) {}

    private final ZarrFormat format;
    private final JsonObject document;

    private ConsolidatedMetadata(ZarrFormat format, JsonObject document) {
        this.format = format;
        this.document = document;
    }

    /**
     * Reads a {@code .zmetadata}.
     *
     * @param name of the document in messages
     * @throws InvalidMetadataException if it is not of version 1 or holds no metadata
     */
    public static ConsolidatedMetadata parseV2(JsonObject zmetadata, String name) {
        JsonPlace root = JsonPlace.root(name, zmetadata);
        root.member(V2_VERSION).integer(1, 1);
        JsonObject entries = withoutEscapes(root.member(METADATA).object());
        return new ConsolidatedMetadata(ZarrFormat.V2, zmetadata.with(METADATA, entries));
    }

    /**
     * Reads the consolidated metadata inside the {@code zarr.json} of a group.
     *
     * @param name of the document in messages
     * @return {@code null} if there is none
     * @throws InvalidMetadataException if it is not of the kind inline or holds no metadata
     */
    public static @Nullable ConsolidatedMetadata parseV3(JsonObject zarrJson, String name) {
        JsonPlace member = JsonPlace.root(name, zarrJson).member(V3GroupMetadata.CONSOLIDATED);
        if (member.isAbsentOrNull()) {
            return null;
        }
        JsonPlace kind = member.member("kind");
        if (!kind.isAbsent() && !kind.string("\"inline\"").equals("inline")) {
            throw kind.invalid("\"inline\"");
        }
        JsonObject entries = withoutEscapes(member.member(METADATA).object());
        return new ConsolidatedMetadata(ZarrFormat.V3, member.object().with(METADATA, entries));
    }

    /**
     * New consolidated metadata, in the order in which zarr-python lists nodes.
     *
     * @param entries all of one format; in v2 with that of the group itself
     */
    public static ConsolidatedMetadata of(ZarrFormat format, List<Entry> entries) {
        Map<String, JsonValue> sorted = new TreeMap<>(format == ZarrFormat.V2 ? Comparator.naturalOrder() : V3_ORDER);
        for (Entry entry : entries) {
            if (!isInside(entry.path()) || entry.metadata().format() != format) {
                throw new IllegalArgumentException(
                        "'" + entry.path() + "' (" + entry.metadata().format() + ") is no path of a node of " + format);
            }
            sorted.putAll(documentsOf(entry));
        }
        Map<String, JsonValue> members = new LinkedHashMap<>();
        if (format == ZarrFormat.V2) {
            members.put(METADATA, new JsonObject(sorted));
            members.put(V2_VERSION, JsonNumber.of(1));
            return new ConsolidatedMetadata(format, new JsonObject(members));
        }
        return new ConsolidatedMetadata(format, inline(new JsonObject(sorted)));
    }

    private static JsonObject inline(JsonObject entries) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("kind", new JsonString("inline"));
        members.put("must_understand", JsonLiteral.FALSE);
        members.put(METADATA, entries);
        return new JsonObject(members);
    }

    /** By depth, then by name without case; by the name itself where those are the same. */
    private static final Comparator<String> V3_ORDER = Comparator.comparingLong(
                    (String path) -> path.chars().filter(c -> c == '/').count())
            .thenComparing(
                    path -> Normalizer.normalize(path, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT))
            .thenComparing(Comparator.naturalOrder());

    public ZarrFormat format() {
        return format;
    }

    /** The content of {@code .zmetadata}, or of the member {@code consolidated_metadata}. */
    public JsonObject document() {
        return document;
    }

    /** The {@code zarr.json} of the group with this as its consolidated metadata; of v3 only. */
    public JsonObject in(JsonObject zarrJson) {
        if (format != ZarrFormat.V3) {
            throw new IllegalArgumentException("v2 consolidated metadata are a document of their own");
        }
        return zarrJson.with(V3GroupMetadata.CONSOLIDATED, document);
    }

    /** The paths of all nodes listed, in order. */
    public List<String> paths() {
        Set<String> paths = new LinkedHashSet<>();
        for (String key : entries().members().keySet()) {
            paths.add(pathOf(key));
        }
        return List.copyOf(paths);
    }

    /** Whether a node of that path, or one below it, is listed. */
    public boolean lists(String path) {
        return entries().members().keySet().stream().anyMatch(key -> isAtOrBelow(key, path));
    }

    /** Without the entries of that path and all below it. */
    public ConsolidatedMetadata without(String path) {
        return replaced(path, List.of());
    }

    /**
     * With these nodes in place of all entries at that path and below it: where the first of them stood, or at the end if there was
     * none.
     *
     * @param nodes at that path or below it
     */
    public ConsolidatedMetadata with(String path, List<Entry> nodes) {
        for (Entry node : nodes) {
            if (!isInside(node.path()) || !isAtOrBelowPath(node.path(), path)) {
                throw new IllegalArgumentException("'" + node.path() + "' is not at or below '" + path + "'");
            }
        }
        return replaced(path, nodes);
    }

    private ConsolidatedMetadata replaced(String path, List<Entry> nodes) {
        Map<String, JsonValue> added = new LinkedHashMap<>();
        nodes.forEach(node -> added.putAll(documentsOf(node)));
        Map<String, JsonValue> result = new LinkedHashMap<>();
        boolean placed = false;
        for (Map.Entry<String, JsonValue> entry : entries().members().entrySet()) {
            if (!isAtOrBelow(entry.getKey(), path)) {
                result.put(entry.getKey(), entry.getValue());
            } else if (!placed) {
                result.putAll(added);
                placed = true;
            }
        }
        if (!placed) {
            result.putAll(added);
        }
        return new ConsolidatedMetadata(format, document.with(METADATA, new JsonObject(result)));
    }

    private JsonObject entries() {
        return document.member(METADATA) instanceof JsonObject entries ? entries : JsonObject.EMPTY;
    }

    private boolean isAtOrBelow(String key, String path) {
        return isAtOrBelowPath(pathOf(key), path);
    }

    private static boolean isAtOrBelowPath(String candidate, String path) {
        return path.isEmpty() || candidate.equals(path) || candidate.startsWith(path + "/");
    }

    /** The node that a key belongs to: in v2 the last name is that of the document. */
    private String pathOf(String key) {
        return format == ZarrFormat.V3 ? key : key.substring(0, Math.max(0, key.lastIndexOf('/')));
    }

    private static Map<String, JsonValue> documentsOf(Entry entry) {
        Map<String, JsonValue> documents = new TreeMap<>(); // .zarray before .zattrs
        for (Document document : entry.metadata().documents()) {
            switch (document.key()) {
                case Document.ZARR_JSON -> documents.put(entry.path(), v3Content(entry.metadata(), document));
                default ->
                    documents.put(
                            entry.path().isEmpty() ? document.key() : entry.path() + "/" + document.key(),
                            document.content());
            }
        }
        return documents;
    }

    /** zarr-python takes a group without empty consolidated metadata of its own for one whose children it has to look up. */
    private static JsonObject v3Content(NodeMetadata node, Document document) {
        return node instanceof GroupMetadata
                ? document.content().with(V3GroupMetadata.CONSOLIDATED, inline(JsonObject.EMPTY))
                : document.content();
    }

    private static JsonObject withoutEscapes(JsonObject entries) {
        Map<String, JsonValue> inside = new LinkedHashMap<>(entries.members());
        inside.keySet().removeIf(key -> !isInside(key));
        return inside.size() == entries.members().size() ? entries : new JsonObject(inside);
    }

    /** Whether a relative path or key stays below the group. */
    private static boolean isInside(String path) {
        if (path.isEmpty()) {
            return true;
        }
        for (String part : path.split("/", -1)) {
            if (part.isEmpty()
                    || part.equals(".")
                    || part.equals("..")
                    || part.indexOf('\\') >= 0
                    || part.indexOf('\0') >= 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConsolidatedMetadata that && format == that.format && document.equals(that.document);
    }

    @Override
    public int hashCode() {
        return document.hashCode();
    }

    @Override
    public String toString() {
        return format + " consolidated metadata of " + paths();
    }
}
