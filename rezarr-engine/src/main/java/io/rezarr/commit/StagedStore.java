package io.rezarr.commit;

import io.rezarr.error.RefusedException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.metadata.Document;
import io.rezarr.store.FileStore.Fsync;
import io.rezarr.store.Store;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StoreLocation;
import io.rezarr.store.StorePrefix;
import io.rezarr.store.Stores;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A node that is being written to a store without renames. Its metadata are written last, so that nobody takes it for a node before it is
 * whole. While it is written, {@code .rezarr/run.json} says whose it is: a second run refuses, and one that was killed leaves it, so that the
 * next knows that what stands there may be replaced ({@code --overwrite}).
 *
 * <p>A node that is replaced is removed first, its metadata before its chunks: until the commit there is neither the old one nor the new one.
 * Two runs that begin in the same moment may both believe to be alone; the one whose mark is gone at the commit fails.
 */
public final class StagedStore implements Staged {
    private static final StoreKey MARK = new StoreKey(Journal.DIRECTORY + "/run.json");

    private final StoreLocation location;
    private final Path spool;
    private final Store store;
    private final ByteBuffer mark;
    private boolean settled;

    private StagedStore(StoreLocation location, Path spool, Store store, ByteBuffer mark) {
        this.location = location;
        this.spool = spool;
        this.store = store;
        this.mark = mark;
    }

    /** What stands at a destination. */
    private enum Found {
        NOTHING,
        NODE,
        LEFTOVER,
        OTHER
    }

    static void requireFree(StoreLocation source, StoreLocation destination, boolean mayReplace) {
        if (source.overlaps(destination)) {
            throw new RefusedException("Source '" + source + "' and destination '" + destination
                    + "' are the same, or one is inside the other. Choose another destination.");
        }
        try (Store store = destination.open()) {
            requireFree(store, destination, mayReplace);
        }
    }

    private static Found requireFree(Store store, StoreLocation destination, boolean mayReplace) {
        Found found = find(store);
        String problem = switch (found) {
            case NOTHING -> "";
            case NODE -> mayReplace ? "" : "exists already. Choose another name, or replace it with --overwrite.";
            case LEFTOVER ->
                mayReplace
                        ? ""
                        : "holds what a run that was interrupted, or is still going on, has written so far (" + MARK
                                + "). If it was interrupted, replace it with --overwrite.";
            case OTHER ->
                "exists already. It is no Zarr array or group, so that it is never replaced: choose another name.";
        };
        if (!problem.isEmpty()) {
            throw new RefusedException("The destination '" + destination + "' " + problem);
        }
        return found;
    }

    private static Found find(Store store) {
        for (String document : new String[] {Document.ZARR_JSON, Document.ZARRAY, Document.ZGROUP}) {
            if (store.size(new StoreKey(document)) >= 0) {
                return Found.NODE;
            }
        }
        if (store.size(MARK) >= 0) {
            return Found.LEFTOVER;
        }
        boolean[] any = new boolean[1];
        store.listNames(StorePrefix.ROOT, name -> any[0] = true);
        return any[0] ? Found.OTHER : Found.NOTHING;
    }

    static StagedStore begin(StoreLocation destination, boolean mayReplace, @Nullable String scratch) {
        Path spool = scratchOr(scratch);
        Store store = destination.openForWriting(spool);
        boolean begun = false;
        try {
            if (requireFree(store, destination, mayReplace) != Found.NOTHING) {
                remove(store);
            }
            ByteBuffer mark = newMark();
            store.set(MARK, mark, WriteMode.ATOMIC);
            StagedStore staged = new StagedStore(destination, spool, store, mark);
            staged.requireOwn();
            begun = true;
            return staged;
        } finally {
            if (!begun) {
                store.close();
            }
        }
    }

    private static ByteBuffer newMark() {
        return Json.write(
                new JsonObject(Map.of())
                        .with("run", new JsonString(UUID.randomUUID().toString()))
                        .with(
                                "started",
                                new JsonString(Instant.now()
                                        .truncatedTo(ChronoUnit.SECONDS)
                                        .toString())),
                2);
    }

    /** Documents first: what is left of a node after a kill does not look like one with absent chunks. */
    private static void remove(Store store) {
        for (String document : ZarrDirectory.DOCUMENTS) {
            store.delete(new StoreKey(document));
        }
        store.deleteAll(StorePrefix.ROOT);
    }

    private boolean isOwn() {
        return mark.equals(Stores.readDocument(store, MARK));
    }

    private void requireOwn() {
        if (!isOwn()) {
            throw new RefusedException("Another run writes to the destination '" + location + "' as well (" + MARK
                    + " is not that of this run). Nothing was committed; run again when the other has ended.");
        }
    }

    @Override
    public Store open(Fsync fsync) {
        return location.openForWriting(spool);
    }

    @Override
    public @Nullable Path directory() {
        return null;
    }

    @Override
    public Path scratch(@Nullable String named) {
        return scratchOr(named);
    }

    private static Path scratchOr(@Nullable String named) {
        return Path.of(named == null ? System.getProperty("java.io.tmpdir") : named);
    }

    @Override
    public void commit(SourceCheck source) {
        if (settled || find(store) != Found.NODE) {
            throw new IllegalStateException("'" + location + "' was "
                    + (settled ? "committed before" : "not written: it has no metadata documents"));
        }
        requireOwn();
        source.requireUnchanged();
        store.delete(MARK);
        settled = true;
    }

    /** Unless it was committed, or belongs to another run by now, removes what was written. */
    @Override
    public void close() {
        try (store) {
            if (!settled) {
                settled = true;
                if (isOwn()) {
                    remove(store);
                }
            }
        }
    }
}
