package io.rezarr.metadata;

import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The metadata of a v3 group: {@code zarr.json} without its inline consolidated metadata.
 *
 * @see <a href="https://zarr-specs.readthedocs.io/en/latest/v3/core/index.html#group-metadata">Zarr v3, group metadata</a>
 */
public final class V3GroupMetadata implements GroupMetadata {
    static final String CONSOLIDATED = "consolidated_metadata";
    private static final String ATTRIBUTES = "attributes";
    static final Set<String> MEMBERS = Set.of("zarr_format", "node_type", ATTRIBUTES, CONSOLIDATED);

    private final JsonObject document;
    private final boolean hasConsolidated;
    private final JsonObject attributes;

    /** A new group with those attributes. */
    public V3GroupMetadata(JsonObject attributes) {
        this(newDocument(attributes), false, attributes);
    }

    private V3GroupMetadata(JsonObject document, boolean hasConsolidated, JsonObject attributes) {
        this.document = document;
        this.hasConsolidated = hasConsolidated;
        this.attributes = attributes;
    }

    private static JsonObject newDocument(JsonObject attributes) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put(ATTRIBUTES, attributes);
        members.put("zarr_format", JsonNumber.of(3));
        members.put("node_type", new JsonString("group"));
        return new JsonObject(members);
    }

    /**
     * @param zarrJson the content of {@code zarr.json}
     * @param name of the document in messages
     * @throws io.rezarr.error.InvalidMetadataException if a member is missing or wrong; the message names it
     * @throws io.rezarr.error.UnsupportedFeatureException if it has an unknown member that must be understood
     */
    public static V3GroupMetadata parse(JsonObject zarrJson, String name) {
        JsonPlace root = JsonPlace.root(name, zarrJson);
        V3Documents.check(root, "group", MEMBERS);
        boolean consolidated = !root.member(CONSOLIDATED).isAbsentOrNull();
        return new V3GroupMetadata(
                zarrJson.without(CONSOLIDATED),
                consolidated,
                root.member(ATTRIBUTES).objectOrEmpty());
    }

    @Override
    public ZarrFormat format() {
        return ZarrFormat.V3;
    }

    @Override
    public JsonObject attributes() {
        return attributes;
    }

    /** The content of {@code zarr.json} without consolidated metadata. */
    public JsonObject document() {
        return document;
    }

    /** Whether the document that was parsed had inline consolidated metadata. */
    public boolean hasConsolidated() {
        return hasConsolidated;
    }

    @Override
    public V3GroupMetadata withAttributes(JsonObject newAttributes) {
        boolean none = newAttributes.isEmpty() && !document.has(ATTRIBUTES);
        return new V3GroupMetadata(
                none ? document : document.with(ATTRIBUTES, newAttributes), hasConsolidated, newAttributes);
    }

    @Override
    public List<Document> documents() {
        return List.of(new Document(Document.ZARR_JSON, document));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof V3GroupMetadata that && document.equals(that.document);
    }

    @Override
    public int hashCode() {
        return document.hashCode();
    }

    @Override
    public String toString() {
        return "v3 group";
    }
}
