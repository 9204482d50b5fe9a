package io.rezarr.array;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.json.JsonObject;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.Document;
import io.rezarr.metadata.GroupMetadata;
import io.rezarr.metadata.NodeMetadata;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.store.Store;
import io.rezarr.store.StorePrefix;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens nodes and finds what lies below groups. It reads metadata documents and lists prefixes, nothing else. */
public final class Hierarchy {
    /** Takes a warning: a sentence for the user. */
    public interface Warnings {
        void warn(String message);
    }

    /** The attribute that marks the root of a Zarr Vector Format store. */
    private static final String VECTOR_MARK = "zarr_vectors";

    private Hierarchy() {}

    /**
     * Opens the node at a prefix.
     *
     * <p>If documents of both versions stand there: equal descriptions of one array or group are opened as v3 with a
     * warning, others are an error that names both.
     *
     * @param format the version to open; {@code null}: whichever there is
     * @throws InvalidMetadataException if there is no node, or its documents are wrong or contradict each other
     */
    public static ZarrNode open(Store store, StorePrefix prefix, @Nullable ZarrFormat format, Warnings warnings) {
        ZarrNode node = find(store, prefix, format, warnings);
        if (node == null) {
            throw absent(store, prefix, format);
        }
        return node;
    }

    /** Like {@link #open}, but {@code null} if no document of a node stands there. */
    public static @Nullable ZarrNode find(
            Store store, StorePrefix prefix, @Nullable ZarrFormat format, Warnings warnings) {
        NodeMetadata v3 = format == ZarrFormat.V2 ? null : NodeDocuments.readV3(store, prefix);
        NodeMetadata v2 = format == ZarrFormat.V3 ? null : NodeDocuments.readV2(store, prefix);
        if (v3 != null && v2 != null) {
            requireSame(v2, v3, NodeDocuments.nameOf(store, prefix), warnings);
        }
        NodeMetadata metadata = v3 == null ? v2 : v3;
        return metadata == null ? null : nodeOf(store, prefix, metadata);
    }

    private static ZarrNode nodeOf(Store store, StorePrefix prefix, NodeMetadata metadata) {
        return metadata instanceof ArrayMetadata array
                ? new ZarrArray(store, prefix, array)
                : new ZarrGroup(store, prefix, (GroupMetadata) metadata);
    }

    private static void requireSame(NodeMetadata v2, NodeMetadata v3, String name, Warnings warnings) {
        String documentOfV2 = v2 instanceof ArrayMetadata ? Document.ZARRAY : Document.ZGROUP;
        String difference = FormatDifference.between(v2, v3);
        if (difference != null) {
            throw new InvalidMetadataException(
                    "'" + name + "' holds two nodes that differ: " + documentOfV2 + " (v2) and "
                            + Document.ZARR_JSON + " (v3): " + difference
                            + ". Say which one is right (--source-format v2 or v3), or move the other's documents away.");
        }
        warnings.warn("'" + name + "' is described both by " + documentOfV2 + " (v2) and by " + Document.ZARR_JSON
                + " (v3), equally; v3 is taken.");
    }

    private static InvalidMetadataException absent(Store store, StorePrefix prefix, @Nullable ZarrFormat format) {
        String expected = format == null
                ? ".zarray, .zgroup or zarr.json"
                : format == ZarrFormat.V2 ? ".zarray or .zgroup (v2 was asked for)" : "zarr.json (v3 was asked for)";
        return new InvalidMetadataException("'" + NodeDocuments.nameOf(store, prefix)
                + "' holds no Zarr array or group: expected " + expected + ", but it " + store.describe(prefix)
                + ". Check the path.");
    }

    /**
     * Every node at or below the one given, it first, parents before children, siblings by name. Found by listing,
     * never by consolidated metadata; directories without a node in between are passed through (v3 implicit groups);
     * links back to an ancestor are skipped with a warning. Children of another Zarr version than their parent are
     * listed as well. Nothing is looked for below arrays.
     *
     * @throws InvalidMetadataException as {@link #open}, for any node below
     */
    public static List<ZarrNode> walk(ZarrNode root, Warnings warnings) {
        return walk(root, null, warnings);
    }

    /** @param preferred which description to take of nodes that have one of each version; {@code null}: as in {@link #open} */
    public static List<ZarrNode> walk(ZarrNode root, @Nullable ZarrFormat preferred, Warnings warnings) {
        return new HierarchyWalk(root.store(), preferred, warnings).from(root);
    }

    /** Whether it is the root of a Zarr Vector Format store, whose arrays must not be rechunked one by one. */
    public static boolean isVectorStore(ZarrGroup group) {
        return group.metadata().attributes().has(VECTOR_MARK);
    }

    /**
     * The consolidated metadata of a group, as they stand in the store, nothing in them checked: of v2 the content of
     * {@code .zmetadata}, of v3 the member {@code consolidated_metadata}. {@code null} if there are none.
     *
     * @throws InvalidMetadataException if they are not JSON, or larger than {@link io.rezarr.store.Stores#MAX_DOCUMENT_BYTES}
     */
    public static @Nullable JsonObject consolidated(ZarrGroup group) {
        if (group.metadata().format() == ZarrFormat.V2) {
            return NodeDocuments.read(group.store(), group.prefix(), Document.ZMETADATA);
        }
        JsonObject document = NodeDocuments.read(group.store(), group.prefix(), Document.ZARR_JSON);
        return document != null && document.member("consolidated_metadata") instanceof JsonObject consolidated
                ? consolidated
                : null;
    }
}
