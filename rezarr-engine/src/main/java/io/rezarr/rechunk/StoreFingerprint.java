package io.rezarr.rechunk;

import io.rezarr.array.ZarrNode;
import io.rezarr.commit.RunSource;
import io.rezarr.commit.SourceCheck;
import io.rezarr.error.RefusedException;
import io.rezarr.metadata.Document;
import io.rezarr.store.Sha256;
import io.rezarr.store.Store;
import io.rezarr.store.StoreKey;
import io.rezarr.store.Stores;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The documents of some nodes of a store that is no local directory, byte by byte, as {@link io.rezarr.commit.SourceFingerprint} has them of
 * directories; nodes that come to be are not noticed.
 *
 * @param keys of the documents
 * @param sha256 hexadecimal
 */
record StoreFingerprint(Store store, List<StoreKey> keys, String sha256) implements SourceCheck, RunSource {
    /** @throws io.rezarr.error.StoreException if a document cannot be read */
    static StoreFingerprint of(Store store, List<ZarrNode> nodes) {
        List<StoreKey> keys = new ArrayList<>();
        for (ZarrNode node : nodes) {
            for (Document document : node.metadata().documents()) {
                keys.add(node.prefix().key(document.key()));
            }
        }
        return new StoreFingerprint(store, List.copyOf(keys), sha256(store, keys));
    }

    private static String sha256(Store store, List<StoreKey> keys) {
        MessageDigest digest = Sha256.start();
        for (StoreKey key : keys) {
            Sha256.add(digest, key.toString(), Stores.readDocument(store, key));
        }
        return Sha256.hex(digest);
    }

    @Override
    public String location() {
        return store.location();
    }

    /** Such stores do not say when a value was changed. */
    @Override
    public void requireUntouchedSince(Instant moment, String remedy) {}

    @Override
    public void requireUnchanged() {
        if (!sha256(store, keys).equals(sha256)) {
            throw new RefusedException("The metadata of '" + store.location()
                    + "' changed while it was read, so that the result may not be what stands there now."
                    + " Nothing was replaced. Run again when nothing else writes to it.");
        }
    }
}
