package io.rezarr.vectors.api;

import io.rezarr.memory.Workspace;
import io.rezarr.store.ByteRange;
import io.rezarr.store.Store;
import io.rezarr.store.StoreEntry;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.store.ValueReader;
import io.rezarr.store.ValueWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store as it will be when another one was added to it; for reading.
 *
 * @param base what stands
 * @param added by the same keys
 * @param replaced paths of which nothing of the base stays
 */
record AddedStore(Store base, Store added, List<String> replaced) implements Store {
    private boolean isReplaced(String path) {
        return replaced.stream().anyMatch(prefix -> path.equals(prefix) || path.startsWith(prefix + "/"));
    }

    private Store of(StoreKey key) {
        return isReplaced(key.value()) || added.size(key) >= 0 ? added : base;
    }

    @Override
    public String location() {
        return base.location();
    }

    @Override
    public @Nullable ByteBuffer get(StoreKey key, long maxBytes, Workspace workspace) {
        return of(key).get(key, maxBytes, workspace);
    }

    @Override
    public @Nullable ByteBuffer get(StoreKey key, ByteRange range, Workspace workspace) {
        return of(key).get(key, range, workspace);
    }

    @Override
    public @Nullable ValueReader reader(StoreKey key) {
        return of(key).reader(key);
    }

    @Override
    public long size(StoreKey key) {
        return of(key).size(key);
    }

    @Override
    public void list(StorePrefix prefix, Consumer<StoreEntry> children) {
        Map<String, StoreEntry> all = new TreeMap<>();
        if (!isReplaced(prefix.path())) {
            base.list(prefix, child -> {
                if (!isReplaced(prefix.value() + child.name())) {
                    all.put(child.name(), child);
                }
            });
        }
        added.list(prefix, child -> all.put(child.name(), child));
        List<StoreEntry> entries = new ArrayList<>(all.values());
        entries.forEach(children);
    }

    @Override
    public String describe(StorePrefix prefix) {
        return base.describe(prefix);
    }

    @Override
    public void set(StoreKey key, ByteBuffer value, WriteMode mode) {
        throw readOnly();
    }

    @Override
    public ValueWriter writer(StoreKey key, WriteMode mode) {
        throw readOnly();
    }

    @Override
    public boolean canWriteAt() {
        return false;
    }

    @Override
    public void delete(StoreKey key) {
        throw readOnly();
    }

    @Override
    public void deleteAll(StorePrefix prefix) {
        throw readOnly();
    }

    private static UnsupportedOperationException readOnly() {
        return new UnsupportedOperationException("what will be is not written to");
    }

    /** Both stay open. */
    @Override
    public void close() {}
}
