package io.rezarr.store.s3;

import io.rezarr.store.Store;
import io.rezarr.store.StoreProvider;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Opens {@code s3://BUCKET/PREFIX}; see {@link S3Address} for what may follow. */
public final class S3Provider implements StoreProvider {
    @Override
    public Set<String> schemes() {
        return Set.of("s3");
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public Store open(String url, @Nullable Path spool) {
        S3Address address = S3Address.of(url);
        return new S3Store(
                address,
                S3Clients.of(address),
                spool == null ? Path.of(System.getProperty("java.io.tmpdir")) : spool,
                S3Store.PART_BYTES);
    }
}
