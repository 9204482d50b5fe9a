package io.rezarr.execute;

import io.rezarr.array.UnitGrid;
import io.rezarr.array.ZarrArray;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.ChunkKeyEncoding;
import io.rezarr.plan.Presence;
import io.rezarr.store.StorePrefix;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Which chunks (shards) the store may have. They are asked for one by one, until so many were missing that one listing
 * costs less. Safe for use by many threads.
 */
final class PresentChunks {
    /** So many answers tell enough. */
    private static final int SAMPLE = 64;

    private final ZarrArray array;
    private final UnitGrid chunks;
    private final boolean mayList;
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger missing = new AtomicInteger();
    private boolean isListing;
    private volatile @Nullable AtomicLongArray listed;

    private PresentChunks(ZarrArray array) {
        this.array = array;
        ArrayMetadata metadata = array.metadata();
        this.chunks = new UnitGrid(metadata.shape(), metadata.chunkShape());
        this.mayList = Presence.listingBytes(chunks) > 0 && array.store().canList();
    }

    static PresentChunks of(ZarrArray array) {
        return new PresentChunks(array);
    }

    /** False only if the chunk is known to be absent. */
    boolean mayBe(long[] chunk) {
        AtomicLongArray bits = listed;
        if (bits == null) {
            return true;
        }
        long number = chunks.number(chunk);
        return (bits.get((int) (number >>> 6)) & 1L << number) != 0;
    }

    /** The store was asked for a chunk. */
    void asked(boolean isPresent) {
        if (!mayList || listed != null || asked.get() >= SAMPLE) {
            return;
        }
        int missed = isPresent ? missing.get() : missing.incrementAndGet();
        if (asked.incrementAndGet() == SAMPLE && 4 * missed > SAMPLE) {
            list();
        }
    }

    private void list() {
        synchronized (this) {
            if (isListing) {
                return;
            }
            isListing = true;
        }
        AtomicLongArray bits = new AtomicLongArray((int) ((chunks.units() + 63) >>> 6));
        ChunkKeyEncoding encoding = array.metadata().chunkKeyEncoding();
        int levels =
                encoding.separator() == '/' ? chunks.rank() - (encoding.kind() == ChunkKeyEncoding.Kind.V2 ? 1 : 0) : 0;
        list(array.prefix(), "", levels, bits);
        listed = bits;
    }

    private void list(StorePrefix prefix, String relative, int levels, AtomicLongArray bits) {
        array.store().listNames(prefix, name -> {
            String key = relative + name;
            if (levels > 0) {
                if (ChunkKeyEncoding.isPartOfKey(name)) {
                    list(prefix.child(name), key + "/", levels - 1, bits);
                }
                return;
            }
            long[] index = array.metadata().chunkKeyEncoding().indexOf(key, chunks.rank());
            if (index != null && chunks.contains(index)) {
                long number = chunks.number(index);
                int word = (int) (number >>> 6);
                bits.set(word, bits.get(word) | 1L << number);
            }
        });
    }
}
