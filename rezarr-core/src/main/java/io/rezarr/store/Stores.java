package io.rezarr.store;

import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What is done with any store. */
public final class Stores {
    /** The most that a metadata document may have. Consolidated metadata of large hierarchies reach tens of MiB. */
    public static final long MAX_DOCUMENT_BYTES = 256L << 20;

    private Stores() {}

    /**
     * Reads a metadata document.
     *
     * @return all of it, in memory of its own; {@code null} if there is none
     * @throws io.rezarr.error.MalformedDataException if it is larger than {@link #MAX_DOCUMENT_BYTES}
     */
    public static @Nullable ByteBuffer readDocument(Store store, StoreKey key) {
        return readWhole(store, key, MAX_DOCUMENT_BYTES);
    }

    /**
     * Reads a value into memory of its own.
     *
     * @return {@code null} if there is none
     */
    public static @Nullable ByteBuffer readWhole(Store store, StoreKey key, long maxBytes) {
        try (Workspace workspace = new Workspace()) {
            // Closing forgets the buffer without reusing it, so it stays ours.
            return store.get(key, maxBytes, workspace);
        }
    }
}
