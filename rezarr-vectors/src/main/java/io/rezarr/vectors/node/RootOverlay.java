package io.rezarr.vectors.node;

import io.rezarr.memory.Workspace;
import io.rezarr.store.ForwardingStore;
import io.rezarr.store.Store;
import io.rezarr.store.StoreKey;
import io.rezarr.store.ValueWriter;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A store whose root document is held back until {@link #release}: to those who read through it the store is whole, to all others it is none yet. Does not close the
 * store below.
 */
public final class RootOverlay extends ForwardingStore {
    private static final StoreKey ROOT = new StoreKey("zarr.json");

    private final String location;
    private volatile @Nullable ByteBuffer root;

    public RootOverlay(Store below) {
        this(below, below.location());
    }

    /** @param location what it is called in messages: where its content came from, if it is a copy that a failure takes away */
    public RootOverlay(Store below, String location) {
        super(below);
        this.location = location;
    }

    @Override
    public String location() {
        return location;
    }

    /** Writes the root document, if there is one. */
    public void release() {
        ByteBuffer held = root;
        if (held != null) {
            inner.set(ROOT, held.duplicate(), WriteMode.DIRECT);
        }
    }

    @Override
    public @Nullable ByteBuffer get(StoreKey key, long maxBytes, Workspace workspace) {
        ByteBuffer held = root;
        return held != null && key.equals(ROOT) ? held.asReadOnlyBuffer() : inner.get(key, maxBytes, workspace);
    }

    @Override
    public long size(StoreKey key) {
        ByteBuffer held = root;
        return held != null && key.equals(ROOT) ? held.remaining() : inner.size(key);
    }

    @Override
    public void set(StoreKey key, ByteBuffer value, WriteMode mode) {
        if (key.equals(ROOT)) {
            byte[] copy = new byte[value.remaining()];
            value.duplicate().get(copy);
            root = ByteBuffer.wrap(copy);
        } else {
            inner.set(key, value, mode);
        }
    }

    @Override
    public ValueWriter writer(StoreKey key, WriteMode mode) {
        if (key.equals(ROOT)) {
            throw new IllegalStateException("the root document is set at once");
        }
        return inner.writer(key, mode);
    }

    @Override
    public void close() {}
}
