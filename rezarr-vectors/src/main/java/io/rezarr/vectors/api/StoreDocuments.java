package io.rezarr.vectors.api;

import io.rezarr.commit.SourceCheck;
import io.rezarr.error.RefusedException;
import io.rezarr.metadata.Document;
import io.rezarr.store.Store;
import io.rezarr.store.StorePrefix;
import io.rezarr.store.Stores;
import io.rezarr.vectors.model.VectorStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
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
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (int i = 0; i < groups.size(); i++) {
                ByteBuffer document = documents.get(i);
                long bytes = document == null ? -1 : document.remaining();
                String header = groups.get(i) + " " + bytes + "\n";
                digest.update(header.getBytes(StandardCharsets.UTF_8));
                if (document != null) {
                    digest.update(document.duplicate());
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
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
