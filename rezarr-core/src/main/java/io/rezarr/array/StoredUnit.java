package io.rezarr.array;

import io.rezarr.codec.EncodedRanges;
import io.rezarr.store.ValueReader;

/** The stored bytes of a unit: a value, or a part of the value that is its shard. */
record StoredUnit(ValueReader value, long start, long bytes) implements EncodedRanges {
    @Override
    public void read(long offset, byte[] target, int to, int length) {
        java.util.Objects.checkFromIndexSize(offset, length, bytes);
        value.read(start + offset, target, to, length);
    }
}
