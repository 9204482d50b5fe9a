package io.rezarr.store;

import io.rezarr.memory.Workspace;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hands every call on to another store; who extends it replaces some of them. */
public abstract class ForwardingStore implements Store {
    protected final Store inner;

    protected ForwardingStore(Store inner) {
        this.inner = inner;
    }

    @Override
    public String location() {
        return inner.location();
    }

    @Override
    public @Nullable ByteBuffer get(StoreKey key, long maxBytes, Workspace workspace) {
        return inner.get(key, maxBytes, workspace);
    }

    @Override
    public @Nullable ByteBuffer get(StoreKey key, ByteRange range, Workspace workspace) {
        return inner.get(key, range, workspace);
    }

    @Override
    public @Nullable ValueReader reader(StoreKey key) {
        return inner.reader(key);
    }

    @Override
    public long size(StoreKey key) {
        return inner.size(key);
    }

    @Override
    public boolean canList() {
        return inner.canList();
    }

    @Override
    public void list(StorePrefix prefix, Consumer<StoreEntry> children) {
        inner.list(prefix, children);
    }

    @Override
    public void listNames(StorePrefix prefix, Consumer<String> names) {
        inner.listNames(prefix, names);
    }

    @Override
    public @Nullable Object identity(StorePrefix prefix) {
        return inner.identity(prefix);
    }

    @Override
    public String describe(StorePrefix prefix) {
        return inner.describe(prefix);
    }

    @Override
    public void set(StoreKey key, ByteBuffer value, WriteMode mode) {
        inner.set(key, value, mode);
    }

    @Override
    public ValueWriter writer(StoreKey key, WriteMode mode) {
        return inner.writer(key, mode);
    }

    @Override
    public boolean canWriteAt() {
        return inner.canWriteAt();
    }

    @Override
    public void delete(StoreKey key) {
        inner.delete(key);
    }

    @Override
    public void deleteAll(StorePrefix prefix) {
        inner.deleteAll(prefix);
    }

    @Override
    public void close() {
        inner.close();
    }
}
