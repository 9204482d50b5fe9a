package io.rezarr.vectors.node;

import io.rezarr.array.ChunkReader;
import io.rezarr.array.Hierarchy;
import io.rezarr.array.VlenBytesReader;
import io.rezarr.array.ZarrArray;
import io.rezarr.array.ZarrGroup;
import io.rezarr.array.ZarrNode;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonObject;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.store.Store;
import io.rezarr.store.StoreEntry;
import io.rezarr.store.StorePrefix;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The nodes below the root of a store, by path: {@code 0/vertex_attributes/radius}; {@code ""} is the root. All are Zarr v3. Groups need not have
 * a document: the reference implementation leaves out those in the middle.
 *
 * @param root what the keys of the store's root begin with
 * @param maxBytes the most bytes of one value, stored or decoded
 */
public record NodeTree(Store store, StorePrefix root, int maxBytes) {
    public StorePrefix prefix(String path) {
        return path.isEmpty() ? root : new StorePrefix(root.value() + path + "/");
    }

    /** A path in full, for messages. */
    public String name(String path) {
        String inner = root.value() + path;
        String below = inner.endsWith("/") ? inner.substring(0, inner.length() - 1) : inner;
        return below.isEmpty() ? store.location() : store.location() + "/" + below;
    }

    /** The names of groups and arrays directly below a path, sorted; none if there is no such path. */
    public List<String> members(String path) {
        List<String> names = new ArrayList<>();
        store.list(prefix(path), child -> {
            if (child.kind() == StoreEntry.Kind.PREFIX && !child.name().startsWith(".")) {
                names.add(child.name());
            }
        });
        Collections.sort(names);
        return names;
    }

    /** Whether a group or an array of that path stands there, with or without a document. */
    public boolean exists(String path) {
        List<String> found = new ArrayList<>();
        store.listNames(prefix(path), name -> {
            if (found.isEmpty()) {
                found.add(name);
            }
        });
        return !found.isEmpty();
    }

    /** The node with a document at a path; {@code null} if there is none. */
    public @Nullable ZarrNode find(String path) {
        return Hierarchy.find(store, prefix(path), ZarrFormat.V3, warning -> {});
    }

    /**
     * The array at a path; {@code null} if nothing with a document stands there.
     *
     * @throws InvalidMetadataException if it is a group, or its metadata are wrong
     */
    public @Nullable ZarrArray findArray(String path) {
        ZarrNode node = find(path);
        if (node instanceof ZarrGroup) {
            throw new InvalidMetadataException("'" + name(path) + "' is a group; expected an array.");
        }
        return (ZarrArray) node;
    }

    /** Likewise, where there must be one. */
    public ZarrArray array(String path) {
        ZarrArray array = findArray(path);
        if (array == null) {
            throw new InvalidMetadataException("'" + name(path) + "' holds no array: expected zarr.json of one.");
        }
        return array;
    }

    /**
     * What reads an array of byte strings.
     *
     * @throws UnsupportedFeatureException if it has other elements, or codecs that are not supported; names the document
     */
    public VlenBytesReader byteStrings(ZarrArray array) {
        return reader(array, () -> new VlenBytesReader(array, maxBytes));
    }

    /** What reads an array of elements of a fixed size; throws likewise. */
    public ChunkReader units(ZarrArray array) {
        return reader(array, () -> new ChunkReader(array));
    }

    private static <R> R reader(ZarrArray array, Supplier<R> made) {
        try {
            return made.get();
        } catch (UnsupportedFeatureException e) {
            String document = array.store().location() + "/" + array.prefix().value() + "zarr.json";
            throw new UnsupportedFeatureException("'" + document + "': " + e.getMessage(), e);
        }
    }

    /**
     * The attributes of the node at a path; {@code null} if it has no document.
     *
     * @throws InvalidMetadataException if its metadata are wrong
     */
    public @Nullable JsonPlace findAttributes(String path) {
        ZarrNode node = find(path);
        return node == null ? null : place(path, node.metadata().attributes());
    }

    /** Likewise, empty ones if it has no document. */
    public JsonPlace attributes(String path) {
        JsonPlace attributes = findAttributes(path);
        return attributes == null ? place(path, JsonObject.EMPTY) : attributes;
    }

    private JsonPlace place(String path, JsonObject attributes) {
        return new JsonPlace(name(path) + "/zarr.json", "/attributes", attributes);
    }
}
