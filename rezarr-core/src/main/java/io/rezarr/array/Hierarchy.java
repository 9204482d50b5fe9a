package io.rezarr.array;

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

    private Hierarchy() {}

    /**
     * Opens the node at a prefix.
     *
     * <p>If documents of both versions stand there: equal descriptions of one array are opened as v3 with a warning,
     * others are an error that names both.
     *
     * @param format the version to open; {@code null}: whichever there is
     * @throws io.rezarr.error.InvalidMetadataException if there is no node, or its documents are wrong or contradict each other
     */
    public static ZarrNode open(Store store, StorePrefix prefix, @Nullable ZarrFormat format, Warnings warnings) {
        throw new UnsupportedOperationException();
    }

    /**
     * Every node at or below the one given, it first, parents before children, siblings by name. Found by listing, never by
     * consolidated metadata; directories without a node in between are passed through (v3 implicit groups); links back to an
     * ancestor are skipped with a warning. Children of another Zarr version than their parent are listed as well.
     */
    public static List<ZarrNode> walk(ZarrNode root, Warnings warnings) {
        throw new UnsupportedOperationException();
    }
}
