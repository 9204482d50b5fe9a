package io.rezarr.array;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonObject;
import io.rezarr.metadata.Document;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.store.StorePrefix;
import java.util.Comparator;
import java.util.SortedSet;
import java.util.TreeSet;

/** The paths of the nodes below a group, as its consolidated metadata name them. */
final class ConsolidatedNames {
    /** Parents before children, siblings by name. */
    private static final Comparator<String> ORDER = Comparator.comparing(path -> path.replace('/', '\0'));

    private ConsolidatedNames() {}

    /**
     * @throws UnsupportedFeatureException if there are none, so that nothing below the group can be found
     * @throws InvalidMetadataException if they are wrong
     */
    static SortedSet<String> of(ZarrGroup group) {
        String name = NodeDocuments.nameOf(group.store(), group.prefix());
        JsonObject consolidated = Hierarchy.consolidated(group);
        if (consolidated == null) {
            throw new UnsupportedFeatureException("'" + name
                    + "' is a group in a store that cannot be listed, and has no consolidated metadata that name what is in it."
                    + " Name an array by its own URL, or consolidate the metadata.");
        }
        if (!(consolidated.member("metadata") instanceof JsonObject entries)) {
            throw new InvalidMetadataException(
                    "The consolidated metadata of '" + name + "' have no object 'metadata'. Consolidate again.");
        }
        SortedSet<String> paths = new TreeSet<>(ORDER);
        for (String key : entries.members().keySet()) {
            String path = group.metadata().format() == ZarrFormat.V3 ? key : v2Path(key);
            if (!path.isEmpty()) {
                paths.add(checked(path, name));
            }
        }
        return paths;
    }

    /** {@code ""} for the group itself, and for documents that make no node. */
    private static String v2Path(String key) {
        for (String document : new String[] {Document.ZARRAY, Document.ZGROUP}) {
            if (key.endsWith("/" + document)) {
                return key.substring(0, key.length() - document.length() - 1);
            }
        }
        return "";
    }

    private static String checked(String path, String group) {
        try {
            return new StorePrefix(path + "/").path();
        } catch (IllegalArgumentException e) {
            throw new InvalidMetadataException(
                    "The consolidated metadata of '" + group + "' name '" + path + "': " + e.getMessage(), e);
        }
    }
}
