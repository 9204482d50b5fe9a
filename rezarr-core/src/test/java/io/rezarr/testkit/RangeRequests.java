package io.rezarr.testkit;

import io.rezarr.error.StoreException;
import io.rezarr.memory.Workspace;
import io.rezarr.store.ByteRange;
import io.rezarr.store.Store;
import io.rezarr.store.StoreKey;
import io.rezarr.store.ValueReader;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads a value by a request for each part, so that a test store sees each of them; the parts are copied in memory of their own. */
final class RangeRequests implements ValueReader {
    private final Store store;
    private final StoreKey key;
    private final long bytes;

    private RangeRequests(Store store, StoreKey key, long bytes) {
        this.store = store;
        this.key = key;
        this.bytes = bytes;
    }

    /** {@code null} if the key is absent. */
    static @Nullable ValueReader of(Store store, StoreKey key) {
        long bytes = store.size(key);
        return bytes < 0 ? null : new RangeRequests(store, key, bytes);
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void read(long offset, byte[] target, int to, int length) {
        try (Workspace workspace = new Workspace()) {
            ByteBuffer part = store.get(key, new ByteRange(offset, length), workspace);
            if (part == null) {
                throw StoreException.vanished(store.location() + "/" + key);
            }
            part.get(target, to, length);
        }
    }

    @Override
    public void close() {}
}
