package io.rezarr.commit;

import io.rezarr.store.FileStore.Fsync;
import io.rezarr.store.Store;
import io.rezarr.store.StoreLocation;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A node that is being written and is not yet the result: in a local directory ({@link StagedNode}) or in another store ({@link StagedStore}).
 * Without a commit, closing it leaves nothing of it behind.
 */
public interface Staged extends AutoCloseable {
    /**
     * What must hold before anything is written. Changes nothing.
     *
     * @param source what it is made from
     * @param mayReplace whether a Zarr node that stands there may be replaced
     * @throws io.rezarr.error.RefusedException if the destination is not free, or overlaps with the source
     */
    static void requireFree(StoreLocation source, StoreLocation destination, boolean mayReplace) {
        Path directory = destination.directory();
        if (directory == null) {
            StagedStore.requireFree(source, destination, mayReplace);
        } else if (mayReplace) {
            DestinationCheck.requireReplaceable(source.directory(), directory);
        } else {
            DestinationCheck.requireFree(source.directory(), directory);
        }
    }

    /**
     * Begins to write a node.
     *
     * @param mayReplace whether a Zarr node that stands there is replaced
     * @param scratch the directory that was named for scratch files; {@code null} if none was
     * @throws io.rezarr.error.RefusedException if the destination is not free
     */
    static Staged at(StoreLocation destination, boolean mayReplace, @Nullable String scratch) {
        Path directory = destination.directory();
        if (directory == null) {
            return StagedStore.begin(destination, mayReplace, scratch);
        }
        return mayReplace ? StagedNode.createOrReplace(directory) : StagedNode.create(directory);
    }

    /** Where the node is written: chunks in any way, then, once they are verified, metadata, those of the node itself last. To be closed. */
    Store open(Fsync fsync);

    /** The local directory that {@link #open} writes to; {@code null} if it is none. */
    @Nullable
    Path directory();

    /**
     * Where scratch files go.
     *
     * @param named the directory that was named for them; {@code null}: beside what is written, or, where that is no local directory, in the
     *     system's directory for temporary files
     */
    Path scratch(@Nullable String named);

    /**
     * Makes the node visible. All of it must have been written and verified.
     *
     * @param source asked right before anything is changed
     * @throws io.rezarr.error.RefusedException if the source changed
     * @throws io.rezarr.error.StoreException if the store fails
     */
    void commit(SourceCheck source);

    @Override
    void close();
}
