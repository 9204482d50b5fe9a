package io.rezarr.commit;

import io.rezarr.commit.Journal.Operation;
import io.rezarr.commit.Journal.State;
import io.rezarr.error.RefusedException;
import io.rezarr.error.RezarrException;
import io.rezarr.error.StoreException;
import io.rezarr.metadata.Document;
import io.rezarr.metadata.ZarrFormat;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Gives a node, and all nodes below it, the metadata documents of the other Zarr version in place of its own. No chunk is
 * touched. Local file systems only.
 *
 * <p>The new documents are written beside the old ones in the order in which they are given (children first, the root last); once
 * all stand on the disk and were read again, the old ones are deleted, root first. So whoever opens the root finds one version or
 * the other, whole. Killed at any moment, {@link Recovery} deletes the new ones again as long as one may be missing, and the
 * old ones after that.
 */
public final class DocumentSwap {
    private static final List<String> V2 = ZarrDirectory.DOCUMENTS.stream()
            .filter(name -> !name.equals(Document.ZARR_JSON))
            .toList();
    private static final List<String> V3 = List.of(Document.ZARR_JSON);

    private final Places places;
    private final Operation operation;
    private final FileOperations files;
    private final Trees trees;

    DocumentSwap(Places places, Operation operation, FileOperations files) {
        this.places = places;
        this.operation = operation;
        this.files = files;
        this.trees = new Trees(files);
    }

    /**
     * A document to write.
     *
     * @param key relative to the node, with slashes
     */
    public record NewDocument(String key, ByteBuffer content) {}

    /**
     * What must hold before anything is written. Changes nothing.
     *
     * @param to the version of the new documents
     * @throws RefusedException if the node is in a group, which would not find it any more; if a document of the new version
     *     stands there; if a node lies behind a link; or a run was interrupted there
     */
    public static void requirePossible(Path node, ZarrFormat to, List<NewDocument> documents) {
        swap(node, to, LocalFileOperations.INSTANCE).requirePossible(documents);
    }

    /**
     * Does it.
     *
     * @param source asked when nothing else can begin to write to the node any more, and before anything is written
     * @param check called when all new documents are written; what it throws undoes them
     * @throws RefusedException as {@link #requirePossible} does, or if another run holds the lock
     * @throws StoreException if the file system fails; the message says if {@link Recovery#recover} has something to do
     */
    public static void run(Path node, ZarrFormat to, List<NewDocument> documents, SourceCheck source, Runnable check) {
        run(node, to, documents, source, check, LocalFileOperations.INSTANCE);
    }

    static void run(
            Path node,
            ZarrFormat to,
            List<NewDocument> documents,
            SourceCheck source,
            Runnable check,
            FileOperations files) {
        DocumentSwap swap = swap(node, to, files);
        DestinationLock lock = DestinationLock.acquire(swap.places, files);
        try (lock) {
            swap.requirePossible(documents);
            source.requireUnchanged();
            swap.run(documents, check);
        }
    }

    private static DocumentSwap swap(Path node, ZarrFormat to, FileOperations files) {
        Operation operation = to == ZarrFormat.V2 ? Operation.MIGRATE_TO_V2 : Operation.MIGRATE_TO_V3;
        return new DocumentSwap(new Places(Disk.resolved(node)), operation, files);
    }

    private List<String> newNames() {
        return operation == Operation.MIGRATE_TO_V2 ? V2 : V3;
    }

    private List<String> oldNames() {
        return operation == Operation.MIGRATE_TO_V2 ? V3 : V2;
    }

    private void requirePossible(List<NewDocument> documents) {
        StagedNode.refuseLockedGroups(places);
        Leftovers.requireNone(places.node());
        Leftovers.below(places.node()).forEach(Leftovers::requireNone);
        for (Path above = places.parent(); above != null; above = above.getParent()) {
            if (ZarrDirectory.isNode(above)) {
                throw new RefusedException("'" + places.node() + "' is in the group '" + above
                        + "', whose readers would not find it in the other Zarr version. Migrate the whole group.");
            }
        }
        Set<Path> directories = new HashSet<>(directories());
        for (Path directory : directories) {
            for (String name : newNames()) {
                if (Disk.exists(directory.resolve(name))) {
                    throw new RefusedException("'" + directory.resolve(name)
                            + "' exists already, beside documents of the other Zarr version. Move it away if it is of no"
                            + " use; nothing was changed.");
                }
            }
        }
        for (NewDocument document : documents) {
            Path directory =
                    places.node().resolve(document.key()).resolveSibling("").normalize();
            if (!directories.contains(directory)) {
                throw new RefusedException(
                        "'" + directory + "' is reached through a symbolic link, and may be part of another"
                                + " data set, too. Nothing was changed. Replace the link by what it leads to.");
            }
        }
    }

    /** Every directory that is a node or leads to one, parents first; links are not followed. */
    private List<Path> directories() {
        List<Path> directories = new ArrayList<>();
        collect(places.node(), directories);
        return directories;
    }

    private static void collect(Path directory, List<Path> directories) {
        directories.add(directory);
        if (ZarrDirectory.isArray(directory)) {
            return;
        }
        for (Path child : Disk.children(directory)) {
            if (Disk.isDirectory(child) && !child.getFileName().toString().equals(Journal.DIRECTORY)) {
                collect(child, directories);
            }
        }
    }

    private void run(List<NewDocument> documents, Runnable check) {
        Journal journal = Journal.begin(operation, places.name(), false);
        boolean ready = false;
        try {
            begin(journal);
            for (NewDocument document : documents) {
                trees.writeWhole(places.node().resolve(document.key()), Journal.bytes(document.content()));
            }
            check.run();
            journal.ready("", List.of()).write(places.node(), trees);
            ready = true;
            settle(State.READY);
        } catch (RezarrException e) {
            if (ready) {
                throw new StoreException(
                        "The new metadata of '" + places.node()
                                + "' are whole and stand, but what remains to be done failed: " + e.getMessage() + " "
                                + Leftovers.remedy(places.node()),
                        e);
            }
            undo(e);
            throw e;
        }
    }

    private void undo(RezarrException reason) {
        try {
            if (Disk.exists(Journal.directory(places.node()))) {
                settle(State.WRITING);
            }
            trees.clearDiscarded(places);
        } catch (RezarrException e) {
            reason.addSuppressed(e);
        }
    }

    /** The journal appears in one step. */
    private void begin(Journal journal) {
        trees.clearDiscarded(places);
        files.createDirectory(places.discarded());
        files.createDirectory(Journal.directory(places.discarded()));
        journal.write(places.discarded(), trees);
        files.rename(Journal.directory(places.discarded()), Journal.directory(places.node()));
        files.force(places.node());
        trees.clearDiscarded(places);
    }

    /**
     * Brings a migration to its end: back to the old documents as long as a new one may be missing, else to the new ones. May be
     * stopped and done again.
     *
     * @return what was done, in a sentence
     */
    String settle(State state) {
        boolean forward = state == State.READY;
        for (Path directory : directories()) {
            delete(directory, forward ? oldNames() : newNames());
        }
        trees.discard(Journal.directory(places.node()), places);
        files.force(places.parent());
        String version = (operation == Operation.MIGRATE_TO_V3) == forward ? "v3" : "v2";
        return forward
                ? "Finished: '" + places.node() + "' is Zarr " + version + " now."
                : "Rolled back: '" + places.node() + "' is Zarr " + version + " as it was.";
    }

    private void delete(Path directory, List<String> names) {
        boolean any = false;
        for (String name : names) {
            Path document = directory.resolve(name);
            for (Path file : List.of(document, Trees.temporary(document))) {
                if (Disk.exists(file)) {
                    files.delete(file);
                    any = true;
                }
            }
        }
        if (any) {
            files.force(directory);
        }
    }
}
