package io.rezarr.vectors.pyramid;

import io.rezarr.memory.Workspace;
import io.rezarr.store.ByteRange;
import io.rezarr.store.Store;
import io.rezarr.store.StoreEntry;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.store.ValueReader;
import io.rezarr.store.ValueWriter;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store whose root document is held back until {@link #release}: to those who read through it the store is whole, to all others it is none yet. Does not close the
 * store below.
 */
public final class RootOverlay implements Store {
    private static final StoreKey ROOT = new StoreKey("zarr.json");

    private final Store below;
    private volatile @Nullable ByteBuffer root;

    public RootOverlay(Store below) {
        this.below = below;
    }

    /** Writes the root document, if there is one. */
    public void release() {
        ByteBuffer held = root;
        if (held != null) {
            below.set(ROOT, held.duplicate(), WriteMode.DIRECT);
        }
    }

    @Override
    public String location() {
        return below.location();
    }

    @Override
    public @Nullable ByteBuffer get(StoreKey key, long maxBytes, Workspace workspace) {
        ByteBuffer held = root;
        return held != null && key.equals(ROOT) ? held.asReadOnlyBuffer() : below.get(key, maxBytes, workspace);
    }

    @Override
    public @Nullable ByteBuffer get(StoreKey key, ByteRange range, Workspace workspace) {
        return below.get(key, range, workspace);
    }

    @Override
    public @Nullable ValueReader reader(StoreKey key) {
        return below.reader(key);
    }

    @Override
    public boolean canList() {
        return below.canList();
    }

    @Override
    public long size(StoreKey key) {
        ByteBuffer held = root;
        return held != null && key.equals(ROOT) ? held.remaining() : below.size(key);
    }

    @Override
    public void list(StorePrefix prefix, Consumer<StoreEntry> children) {
        below.list(prefix, children);
    }

    @Override
    public void listNames(StorePrefix prefix, Consumer<String> names) {
        below.listNames(prefix, names);
    }

    @Override
    public @Nullable Object identity(StorePrefix prefix) {
        return below.identity(prefix);
    }

    @Override
    public String describe(StorePrefix prefix) {
        return below.describe(prefix);
    }

    @Override
    public void set(StoreKey key, ByteBuffer value, WriteMode mode) {
        if (key.equals(ROOT)) {
            byte[] copy = new byte[value.remaining()];
            value.duplicate().get(copy);
            root = ByteBuffer.wrap(copy);
        } else {
            below.set(key, value, mode);
        }
    }

    @Override
    public ValueWriter writer(StoreKey key, WriteMode mode) {
        if (key.equals(ROOT)) {
            throw new IllegalStateException("the root document is set at once");
        }
        return below.writer(key, mode);
    }

    @Override
    public boolean canWriteAt() {
        return below.canWriteAt();
    }

    @Override
    public void delete(StoreKey key) {
        below.delete(key);
    }

    @Override
    public void deleteAll(StorePrefix prefix) {
        below.deleteAll(prefix);
    }

    @Override
    public void close() {}
}
