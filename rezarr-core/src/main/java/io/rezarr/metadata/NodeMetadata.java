package io.rezarr.metadata;

import io.rezarr.json.JsonObject;
import java.util.List;

/** What stands under a path of a Zarr hierarchy. */
public sealed interface NodeMetadata permits ArrayMetadata, GroupMetadata {
    ZarrFormat format();

    /** The user attributes; empty if there are none. */
    JsonObject attributes();

    NodeMetadata withAttributes(JsonObject attributes);

    /**
     * The documents to write, key relative to the node → document, those that make the node visible last: v2 {@code .zattrs}
     * (left out if there was none and there are no attributes), then {@code .zarray} or {@code .zgroup}; v3 {@code zarr.json}.
     */
    List<Document> documents();
}
