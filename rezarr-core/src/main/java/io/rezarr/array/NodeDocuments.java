package io.rezarr.array;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.Document;
import io.rezarr.metadata.NodeMetadata;
import io.rezarr.metadata.V2ArrayMetadata;
import io.rezarr.metadata.V2GroupMetadata;
import io.rezarr.metadata.V3ArrayMetadata;
import io.rezarr.metadata.V3GroupMetadata;
import io.rezarr.store.Store;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.store.Stores;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads the metadata documents of one node. */
final class NodeDocuments {
    private NodeDocuments() {}

    /** The place of a node, for messages. */
    static String nameOf(Store store, StorePrefix prefix) {
        return prefix.equals(StorePrefix.ROOT) ? store.location() : store.location() + "/" + prefix.path();
    }

    private static String nameOf(Store store, StorePrefix prefix, String document) {
        return nameOf(store, prefix) + "/" + document;
    }

    /** One document; {@code null} if there is none. */
    static @Nullable JsonObject read(Store store, StorePrefix prefix, String document) {
        StoreKey key = prefix.key(document);
        String name = nameOf(store, prefix, document);
        ByteBuffer text;
        try {
            text = Stores.readDocument(store, key);
        } catch (MalformedDataException e) {
            throw new InvalidMetadataException(
                    "'" + name + "' is too large for a metadata document: expected at most " + Stores.MAX_DOCUMENT_BYTES
                            + " bytes.",
                    e);
        }
        return text == null ? null : Json.parseObject(text, name);
    }

    /** {@code null} if no v2 node stands there; attributes or consolidated metadata alone make none. */
    static @Nullable NodeMetadata readV2(Store store, StorePrefix prefix) {
        JsonObject zarray = read(store, prefix, Document.ZARRAY);
        JsonObject zgroup = read(store, prefix, Document.ZGROUP);
        if (zarray != null && zgroup != null) {
            throw new InvalidMetadataException("'" + nameOf(store, prefix) + "' holds both " + Document.ZARRAY + " and "
                    + Document.ZGROUP + ": a node is an array or a group. Remove the wrong one.");
        }
        if (zarray != null) {
            return V2ArrayMetadata.parse(zarray, attributesOf(store, prefix), nameOf(store, prefix, Document.ZARRAY));
        }
        if (zgroup != null) {
            return V2GroupMetadata.parse(zgroup, attributesOf(store, prefix), nameOf(store, prefix, Document.ZGROUP));
        }
        return null;
    }

    private static @Nullable JsonObject attributesOf(Store store, StorePrefix prefix) {
        return read(store, prefix, Document.ZATTRS);
    }

    /** {@code null} if no v3 node stands there. */
    static @Nullable NodeMetadata readV3(Store store, StorePrefix prefix) {
        JsonObject document = read(store, prefix, Document.ZARR_JSON);
        if (document == null) {
            return null;
        }
        String name = nameOf(store, prefix, Document.ZARR_JSON);
        JsonValue type = document.member("node_type");
        String nodeType = type instanceof JsonString string ? string.value() : "";
        return switch (nodeType) {
            case "array" -> V3ArrayMetadata.parse(document, name);
            case "group" -> V3GroupMetadata.parse(document, name);
            default ->
                throw new InvalidMetadataException("'" + name + "': /node_type is "
                        + (type == null ? "missing" : Json.toString(type)) + "; expected \"array\" or \"group\".");
        };
    }
}
