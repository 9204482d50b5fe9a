package io.rezarr.store;

import io.rezarr.error.UnsupportedFeatureException;
import java.nio.ByteBuffer;

/** A store that is only read. */
abstract class ReadOnlyStore implements Store {
    private UnsupportedFeatureException readOnly(String verb, Object key) {
        return new UnsupportedFeatureException("cannot " + verb + " '" + key + "' in '" + location()
                + "': it can only be read. Write to a directory, or to another store that can be written.");
    }

    /** A key in full, for messages. */
    final String nameOf(StoreKey key) {
        return location() + "/" + key;
    }

    @Override
    public void set(StoreKey key, ByteBuffer value, WriteMode mode) {
        throw readOnly("write", key);
    }

    @Override
    public ValueWriter writer(StoreKey key, WriteMode mode) {
        throw readOnly("write", key);
    }

    @Override
    public boolean canWriteAt() {
        return false;
    }

    @Override
    public void delete(StoreKey key) {
        throw readOnly("delete", key);
    }

    @Override
    public void deleteAll(StorePrefix prefix) {
        throw readOnly("delete", prefix);
    }
}
