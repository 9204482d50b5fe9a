package io.rezarr.vectors.api;

import io.rezarr.commit.SourceCheck;
import io.rezarr.error.RefusedException;
import io.rezarr.metadata.Document;
import io.rezarr.store.Sha256;
import io.rezarr.store.Store;
import io.rezarr.store.StorePrefix;
import io.rezarr.store.Stores;
import io.rezarr.vectors.model.VectorStore;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The documents of a store's root and levels as they were: whoever edits a store edits these. Those of single chunks, of which there may be millions, are not
 * compared.
 */
final class StoreDocuments implements SourceCheck {
    private final Store store;
    private final List<StorePrefix> groups = new ArrayList<>();
    private final List<@Nullable ByteBuffer> documents = new ArrayList<>();

    private StoreDocuments(Store store) {
        this.store = store;
    }

    static StoreDocuments of(VectorStore source) {
        StoreDocuments documents = new StoreDocuments(source.store());
        documents.add(source.prefix());
        for (int level : source.levelNumbers()) {
            documents.add(source.prefix().child(Integer.toString(level)));
        }
        return documents;
    }

    private void add(StorePrefix group) {
        groups.add(group);
        documents.add(read(group));
    }

    private @Nullable ByteBuffer read(StorePrefix group) {
        return Stores.readDocument(store, group.key(Document.ZARR_JSON));
    }

    /** 64 hexadecimal digits that change with any of them. */
    String fingerprint() {
        MessageDigest digest = Sha256.start();
        for (int i = 0; i < groups.size(); i++) {
            Sha256.add(digest, groups.get(i).toString(), documents.get(i));
        }
        return Sha256.hex(digest);
    }

    @Override
    public void requireUnchanged() {
        for (int i = 0; i < groups.size(); i++) {
            if (!java.util.Objects.equals(documents.get(i), read(groups.get(i)))) {
                throw new RefusedException("The metadata of '" + store.location() + "/" + groups.get(i)
                        + "' changed while it was read, so that the result may not be what stands there now."
                        + " Nothing was replaced. Run again when nothing else writes to it.");
            }
        }
    }
}
