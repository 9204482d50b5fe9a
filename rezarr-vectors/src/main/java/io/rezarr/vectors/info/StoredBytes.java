package io.rezarr.vectors.info;

import io.rezarr.store.Store;
import io.rezarr.store.StoreEntry;
import io.rezarr.store.StorePrefix;

/** How much is stored below a prefix. */
record StoredBytes(long bytes, long objects) {
    static StoredBytes below(Store store, StorePrefix prefix) {
        long[] sums = new long[2];
        add(store, prefix, sums);
        return new StoredBytes(sums[0], sums[1]);
    }

    private static void add(Store store, StorePrefix prefix, long[] sums) {
        store.list(prefix, entry -> {
            if (entry.kind() == StoreEntry.Kind.PREFIX) {
                add(store, prefix.child(entry.name()), sums);
            } else {
                sums[0] += Math.max(0, entry.sizeBytes());
                sums[1]++;
            }
        });
    }
}
