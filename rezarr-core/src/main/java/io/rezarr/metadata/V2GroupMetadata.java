package io.rezarr.metadata;

import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of a v2 group: {@code .zgroup} and {@code .zattrs}.
 *
 * @see <a href="https://zarr-specs.readthedocs.io/en/latest/v2/v2.0.html#groups">Zarr v2, groups</a>
 */
public final class V2GroupMetadata implements GroupMetadata {
    private final JsonObject zgroup;
    private final @Nullable JsonObject zattrs;

    /** A new group with those attributes. */
    public V2GroupMetadata(JsonObject attributes) {
        this(new JsonObject(Map.of("zarr_format", JsonNumber.of(2))), attributes.isEmpty() ? null : attributes);
    }

    private V2GroupMetadata(JsonObject zgroup, @Nullable JsonObject zattrs) {
        this.zgroup = zgroup;
        this.zattrs = zattrs;
    }

    /**
     * @param zgroup the content of {@code .zgroup}
     * @param zattrs the content of {@code .zattrs}; {@code null} if there is none
     * @param name of the document in messages
     * @throws io.rezarr.error.InvalidMetadataException if {@code zarr_format} is not 2
     */
    public static V2GroupMetadata parse(JsonObject zgroup, @Nullable JsonObject zattrs, String name) {
        V2ArrayMetadata.checkFormat(JsonPlace.root(name, zgroup));
        return new V2GroupMetadata(zgroup, zattrs);
    }

    @Override
    public ZarrFormat format() {
        return ZarrFormat.V2;
    }

    @Override
    public JsonObject attributes() {
        return zattrs == null ? JsonObject.EMPTY : zattrs;
    }

    /** The content of {@code .zgroup}. */
    public JsonObject document() {
        return zgroup;
    }

    @Override
    public V2GroupMetadata withAttributes(JsonObject attributes) {
        return new V2GroupMetadata(zgroup, zattrs == null && attributes.isEmpty() ? null : attributes);
    }

    @Override
    public List<Document> documents() {
        Document group = new Document(Document.ZGROUP, zgroup);
        return zattrs == null ? List.of(group) : List.of(new Document(Document.ZATTRS, zattrs), group);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof V2GroupMetadata that
                && zgroup.equals(that.zgroup)
                && Objects.equals(zattrs, that.zattrs);
    }

    @Override
    public int hashCode() {
        return zgroup.hashCode();
    }

    @Override
    public String toString() {
        return "v2 group";
    }
}
