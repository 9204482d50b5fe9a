package io.rezarr.store;

import io.rezarr.error.StoreException;
import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;

/** Reads a value by a request for each part. */
final class RangeRequests implements ValueReader {
    private final Store store;
    private final StoreKey key;
    private final long bytes;

    RangeRequests(Store store, StoreKey key, long bytes) {
        this.store = store;
        this.key = key;
        this.bytes = bytes;
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
