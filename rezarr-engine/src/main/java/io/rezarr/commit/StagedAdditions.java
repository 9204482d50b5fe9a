package io.rezarr.commit;

import io.rezarr.error.RefusedException;
import io.rezarr.error.RezarrException;
import io.rezarr.error.StoreException;
import java.nio.file.Path;
import java.util.List;

/**
 * Nodes and documents that are added to a group that stands, and become part of it together or not at all; until then
 * readers of the group see nothing of them. Local file systems only.
 *
 * <p>Without a commit {@link #close} removes what was written. After a kill before the commit the group is as it was, and
 * the next run, or {@link Recovery}, clears away what is left; after a kill during the commit {@link Recovery} finishes it.
 * From its creation until it is closed it holds the group's {@link DestinationLock}.
 *
 * <p>Not safe for use by several threads; the directory may be written by many.
 */
public final class StagedAdditions implements AutoCloseable {
    private final FileOperations files;
    private final Trees trees;
    private final Places places;
    private final DestinationLock lock;
    private boolean settled;

    private StagedAdditions(FileOperations files, Places places, DestinationLock lock) {
        this.files = files;
        this.trees = new Trees(files);
        this.places = places;
        this.lock = lock;
    }

    /**
     * Begins to add to a group.
     *
     * @throws RefusedException if no Zarr node stands there, it is locked, or a run that committed to it was interrupted
     * @throws StoreException if the group's directory is not writable
     */
    public static StagedAdditions begin(Path group) {
        return begin(group, LocalFileOperations.INSTANCE);
    }

    static StagedAdditions begin(Path group, FileOperations files) {
        Places places = new Places(Disk.resolved(group));
        if (!ZarrDirectory.isNode(places.node())) {
            throw new RefusedException("'" + group + "' is no Zarr group: there is nothing to add to.");
        }
        DestinationLock lock = DestinationLock.acquire(places, files);
        boolean begun = false;
        try {
            Leftovers.requireNone(places.node());
            StagedAdditions additions = new StagedAdditions(files, places, lock);
            Additions.settle(places, additions.trees, files);
            if (!Disk.exists(Journal.directory(places.node()))) {
                files.createDirectory(Journal.directory(places.node()));
            }
            files.createDirectory(additions.directory());
            begun = true;
            return additions;
        } finally {
            if (!begun) {
                lock.close();
            }
        }
    }

    /** Where the additions are written, by the paths that they get in the group. */
    public Path directory() {
        return Additions.directory(places.node());
    }

    /** What becomes of the notes that runs keep in {@code .rezarr} of the group. */
    public enum Notes {
        KEEP,
        /** Nothing will be added any more. */
        REMOVE
    }

    /**
     * Makes the additions part of the group. All of them must have been written and verified. Directories that the group
     * has are merged, files replaced; the group's own document is replaced last.
     *
     * @param replaced paths of directories that take the place of what has that path in the group, instead of being merged
     * @param source asked right before anything is changed
     * @throws RefusedException if the source changed
     * @throws StoreException if the file system fails; the message says if the group must be recovered
     */
    public void commit(List<String> replaced, Notes notes, SourceCheck source) {
        if (settled) {
            throw new IllegalStateException("'" + directory() + "' was committed before");
        }
        if (!replaced.isEmpty()) {
            // What it takes the place of is deleted.
            trees.force(directory());
        }
        source.requireUnchanged();
        new Additions(replaced, notes == Notes.REMOVE).write(places.node(), trees);
        settled = true;
        try {
            Additions.settle(places, trees, files);
        } catch (RezarrException e) {
            throw new StoreException(
                    "What is added to '" + places.node() + "' is whole, but could not be put in its place: "
                            + e.getMessage() + " " + Leftovers.remedy(places.node()),
                    e);
        }
    }

    /** Unless they were committed, removes the additions; gives up the lock. */
    @Override
    public void close() {
        try (lock) {
            if (!settled) {
                settled = true;
                Additions.settle(places, trees, files);
            }
        }
    }
}
