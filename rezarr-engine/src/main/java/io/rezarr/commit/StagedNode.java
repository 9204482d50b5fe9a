package io.rezarr.commit;

import io.rezarr.commit.Journal.Operation;
import io.rezarr.error.RefusedException;
import io.rezarr.error.RezarrException;
import io.rezarr.error.StoreException;
import io.rezarr.store.FileStore;
import io.rezarr.store.FileStore.Fsync;
import io.rezarr.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node (an array, or a group with all below it) that is written while nothing depends on it yet, and becomes visible as
 * a whole or not at all. Local file systems only.
 *
 * <pre>{@code
 * try (StagedNode staged = StagedNode.replace(array)) {
 *     // write chunks into staged.directory(), verify them, then write the metadata documents
 *     staged.commit(fingerprint);
 * }
 * }</pre>
 *
 * <p>Without a commit {@link #close} removes what was written. After a kill at any moment {@link Recovery} brings either
 * the old or the new node, whole, and consolidated metadata never describe other chunks than those that stand;
 * {@code docs/recovery.md} has the table. From its creation until it is closed it holds the node's {@link DestinationLock}.
 *
 * <p>Not safe for use by several threads; the directory may be written by many.
 */
public final class StagedNode implements Staged {
    private final FileOperations files;
    private final Trees trees;
    private final Places places;
    private final Path given;
    private final Path directory;
    private final Journal journal;
    private final boolean consolidated;
    private final DestinationLock lock;
    private final boolean takenUp;
    private boolean settled;

    private StagedNode(
            FileOperations files,
            Places places,
            Path given,
            Path directory,
            Journal journal,
            boolean consolidated,
            DestinationLock lock,
            boolean takenUp) {
        this.takenUp = takenUp;
        this.files = files;
        this.trees = new Trees(files);
        this.places = places;
        this.given = given;
        this.directory = directory;
        this.journal = journal;
        this.consolidated = consolidated;
        this.lock = lock;
    }

    /**
     * Begins a node under a name that is free (an empty directory counts as free), for which consolidated metadata of
     * groups above it, if any, are left as they are. {@link #directory} is the name itself: the node's own metadata must
     * be written last. Missing parent directories are made, and stay.
     *
     * @throws RefusedException if anything stands there, or the path is locked
     * @throws StoreException if the directory cannot be made
     */
    public static StagedNode create(Path node) {
        return begin(node, Operation.CREATE, Backup.DELETE, Entries.LEAVE, LocalFileOperations.INSTANCE);
    }

    /** Like {@link #create}, and the commit puts the node into the consolidated metadata of every group above it. */
    public static StagedNode createInGroup(Path node) {
        return begin(node, Operation.CREATE, Backup.DELETE, Entries.PUT, LocalFileOperations.INSTANCE);
    }

    /**
     * Begins a node that takes the place of another, which stays untouched until the commit. {@link #directory} is
     * {@code NAME.rechunked} beside it. The commit forces the new node to the disk, takes the old one's entries out of the
     * consolidated metadata above, renames the old node to {@code NAME.backup} and the new one to its name, puts the new
     * entries in, and deletes the backup. A process that has the old node open must open it again.
     *
     * @throws RefusedException if there is no Zarr node, {@code NAME.rechunked} or {@code NAME.backup} exist, the path or
     *     a group above it is locked, or an earlier run was interrupted
     * @throws StoreException if the parent directory is not writable
     */
    public static StagedNode replace(Path node) {
        return begin(node, Operation.REPLACE, Backup.DELETE, Entries.PUT, LocalFileOperations.INSTANCE);
    }

    /** Like {@link #replace}, but the old node stays as {@code NAME.backup}. */
    public static StagedNode replaceKeepingBackup(Path node) {
        return begin(node, Operation.REPLACE, Backup.KEEP, Entries.PUT, LocalFileOperations.INSTANCE);
    }

    /**
     * {@link #replace} if a node stands there, else {@link #create}.
     *
     * @throws RefusedException if something else stands there, and as those say
     */
    public static StagedNode createOrReplace(Path node) {
        return DestinationCheck.isFree(Disk.resolved(node)) ? create(node) : replace(node);
    }

    /** {@link #replace} if a node stands there, else {@link #createInGroup}; throws as {@link #createOrReplace} does. */
    public static StagedNode createOrReplaceInGroup(Path node) {
        return DestinationCheck.isFree(Disk.resolved(node)) ? createInGroup(node) : replace(node);
    }

    /**
     * Takes up again a node that {@link #create}, {@link #replace} or {@link #replaceKeepingBackup} began in a run that was interrupted before its
     * commit. What that run wrote is there; {@link RunLog} tells how far it came.
     *
     * @return {@code null} if no run was interrupted there
     * @throws RefusedException if it was interrupted in its commit, or the path is locked
     */
    public static @Nullable StagedNode takeUp(Path node) {
        return takeUp(node, Entries.LEAVE, LocalFileOperations.INSTANCE);
    }

    /** Like {@link #takeUp}, of a node that {@link #createInGroup} began. */
    public static @Nullable StagedNode takeUpInGroup(Path node) {
        return takeUp(node, Entries.PUT, LocalFileOperations.INSTANCE);
    }

    private static @Nullable StagedNode takeUp(Path node, Entries created, FileOperations files) {
        Path given = node.toAbsolutePath().normalize();
        Places places = new Places(Disk.resolved(node));
        if (!Leftovers.isAny(places)) {
            return null;
        }
        refuseLockedGroups(places);
        DestinationLock lock = DestinationLock.acquire(places, files);
        StagedNode taken = null;
        try {
            Journal journal = Leftovers.resumable(places);
            if (journal != null) {
                boolean replaces = journal.operation() == Operation.REPLACE;
                new Trees(files).clearDiscarded(places);
                taken = new StagedNode(
                        files,
                        places,
                        given,
                        replaces ? places.staged() : places.node(),
                        journal,
                        replaces || created == Entries.PUT,
                        lock,
                        true);
            }
            return taken;
        } finally {
            if (taken == null) {
                lock.close();
            }
        }
    }

    /** What becomes of the old node. */
    enum Backup {
        KEEP,
        DELETE
    }

    /** What becomes of consolidated metadata above the node. */
    enum Entries {
        LEAVE,
        PUT
    }

    static StagedNode begin(Path node, Operation operation, Backup backup, Entries entries, FileOperations files) {
        Path given = node.toAbsolutePath().normalize();
        Places places = new Places(Disk.resolved(node));
        if (operation == Operation.CREATE) {
            makeParents(places);
        }
        refuseLockedGroups(places);
        Journal journal = Journal.begin(operation, places.name(), backup == Backup.KEEP);
        Path directory = operation == Operation.CREATE ? places.node() : places.staged();
        DestinationLock lock = DestinationLock.acquire(places, files);
        boolean begun = false;
        try {
            Leftovers.requireNone(places.node());
            Leftovers.below(places.node()).forEach(Leftovers::requireNone);
            requireFree(operation, places, files);
            if (entries == Entries.PUT) {
                // Consolidated metadata that cannot be read are an error now, not after hours of work.
                Ancestor.of(given, places.node());
            }
            mark(directory, places, journal, files);
            // From here on the lock is the staged node's.
            begun = true;
            return new StagedNode(files, places, given, directory, journal, entries == Entries.PUT, lock, false);
        } finally {
            if (!begun) {
                lock.close();
            }
        }
    }

    private static void makeParents(Places places) {
        try {
            Files.createDirectories(places.parent());
        } catch (IOException e) {
            throw LocalFileOperations.failure("create directory", places.parent(), e);
        }
    }

    /** Another run that replaces a group would take this node away with it. */
    static void refuseLockedGroups(Places places) {
        for (Path above = places.parent();
                above.getParent() != null && ZarrDirectory.isNode(above);
                above = above.getParent()) {
            Path file = new Places(above).lock();
            String holder = LockFile.isHeldHere(file) ? null : LockFile.holder(file);
            if (holder != null) {
                throw new RefusedException("'" + above + "', which holds '" + places.node() + "', is in use by "
                        + holder + ". " + LockFile.remedy(file));
            }
        }
    }

    private static void requireFree(Operation operation, Places places, FileOperations files) {
        if (operation == Operation.REPLACE) {
            if (!Disk.isDirectory(places.node()) || !ZarrDirectory.isNode(places.node())) {
                throw new RefusedException(
                        "'" + places.node() + "' is no Zarr array or group (it has no .zarray, .zgroup or"
                                + " zarr.json), so it is not replaced. Name the node itself.");
            }
            refuseExisting(places.staged(), "move it away if it is yours");
            refuseExisting(places.backup(), "a backup kept by an earlier run is deleted or moved by you only");
            return;
        }
        if (Disk.isDirectory(places.node()) && Disk.children(places.node()).isEmpty()) {
            files.delete(places.node());
        }
        refuseExisting(places.node(), "choose another name, or replace it with --overwrite if it is a Zarr node");
    }

    private static void refuseExisting(Path path, String remedy) {
        if (Disk.exists(path)) {
            throw new RefusedException("'" + path + "' exists already, and was not made by this run: " + remedy + ".");
        }
    }

    /** The directory appears under its name with its journal, in one step. */
    private static void mark(Path directory, Places places, Journal journal, FileOperations files) {
        Trees trees = new Trees(files);
        trees.clearDiscarded(places);
        try {
            files.createDirectory(places.discarded());
            files.createDirectory(Journal.directory(places.discarded()));
            journal.write(places.discarded(), trees);
            files.rename(places.discarded(), directory);
        } catch (StoreException e) {
            clear(places, trees, e);
            throw e;
        }
        files.force(places.parent());
    }

    private static void clear(Places places, Trees trees, StoreException reason) {
        try {
            trees.clearDiscarded(places);
        } catch (StoreException e) {
            reason.addSuppressed(e);
        }
    }

    /** Whether {@link #takeUp} would find something. Changes nothing. */
    public static boolean isInterrupted(Path node) {
        return Leftovers.resumable(new Places(Disk.resolved(node))) != null;
    }

    /** Whether an earlier run began it. */
    public boolean isTakenUp() {
        return takenUp;
    }

    /** Where it will stand. */
    public Path node() {
        return places.node();
    }

    Trees trees() {
        return trees;
    }

    /** Leaves what was written for {@link #takeUp}, instead of removing it: in the state that a killed run leaves. */
    public void keep() {
        settled = true;
    }

    /** Where the node is written: chunks in any way, then, once they are verified, metadata, those of the node itself last. */
    @Override
    public Path directory() {
        return directory;
    }

    @Override
    public Store open(Fsync fsync) {
        return FileStore.open(directory, fsync);
    }

    @Override
    public Path scratch(@Nullable String named) {
        return named != null
                ? Path.of(named)
                : directory.toAbsolutePath().normalize().resolveSibling("").normalize();
    }

    /**
     * Makes the node visible. All of it must have been written and verified.
     *
     * <p>If this fails before the new node has its name, {@link #close} rolls everything back; after that the new node
     * stands, and the message says that {@link Recovery#recover} does the rest.
     *
     * @param source asked right before anything is changed
     * @throws RefusedException if the source changed
     * @throws StoreException if the file system fails
     * @throws IllegalStateException if the directory has no metadata, or was committed before
     */
    @Override
    public void commit(SourceCheck source) {
        if (settled || !ZarrDirectory.isNode(directory)) {
            throw new IllegalStateException("'" + directory + "' was "
                    + (settled ? "committed before" : "not written: it has no metadata documents"));
        }
        if (journal.operation() == Operation.REPLACE) {
            trees.force(directory);
        }
        source.requireUnchanged();
        ConsolidatedEdits edits = new ConsolidatedEdits(files);
        List<Ancestor> ancestors = consolidated ? Ancestor.of(given, places.node()) : List.of();
        if (journal.operation() == Operation.REPLACE) {
            Journal ready = journal.ready(SourceFingerprint.of(places.node()).sha256(), ancestors);
            ready.write(directory, trees);
            edits.remove(ancestors);
            files.rename(places.node(), places.backup());
            files.force(places.parent());
            files.rename(directory, places.node());
        } else {
            journal.ready("", ancestors).write(directory, trees);
        }
        settled = true;
        finish();
    }

    private void finish() {
        try {
            new Settlement(places, files).settle();
        } catch (RezarrException e) {
            throw new StoreException(
                    "The new '" + places.node() + "' is whole and stands, but what remains to be done failed: "
                            + e.getMessage() + " " + Leftovers.remedy(places.node()),
                    e);
        }
    }

    /** Unless it was committed, removes what was written and restores what a failed commit changed; gives up the lock. */
    @Override
    public void close() {
        try (lock) {
            if (!settled) {
                settled = true;
                new Settlement(places, files).settle();
            }
        }
    }
}
