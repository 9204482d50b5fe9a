package io.rezarr.commit;

import io.rezarr.commit.Journal.Operation;
import io.rezarr.commit.Journal.State;
import io.rezarr.error.RefusedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings what stands at and beside a node's name to a clean end, whatever a run left, by the state on the disk alone.
 * One rule: once the new node has its name, the run is finished; until then it is rolled back. The caller holds the
 * node's lock. May itself be stopped at any time and done again. The table is {@code docs/recovery.md}.
 */
final class Settlement {
    private final Places places;
    private final FileOperations files;
    private final Trees trees;
    private final ConsolidatedEdits edits;

    Settlement(Places places, FileOperations files) {
        this.places = places;
        this.files = files;
        this.trees = new Trees(files);
        this.edits = new ConsolidatedEdits(files);
    }

    /**
     * Does what is to be done.
     *
     * @return what was done, in sentences; empty if there was nothing
     * @throws RefusedException if the state is none that a run leaves; nothing was changed then
     */
    List<String> settle() {
        List<String> done = new ArrayList<>();
        Journal own = Journal.read(places.node());
        if (own != null) {
            done.add(settleNode(own));
        }
        Journal staged = Journal.read(places.staged());
        if (staged != null) {
            done.add(rollBack(staged));
        }
        String additions = Additions.settle(places, trees, files);
        if (additions != null) {
            done.add(additions);
        }
        if (Disk.exists(places.discarded())) {
            trees.clearDiscarded(places);
            if (done.isEmpty()) {
                done.add("Deleted what an interrupted run had already put aside: '" + places.discarded() + "'.");
            }
        }
        return done;
    }

    private String settleNode(Journal journal) {
        requireName(journal, places.node());
        if (journal.operation().isMigration()) {
            return new DocumentSwap(places, journal.operation(), files).settle(journal.state());
        }
        boolean whole = journal.state() == State.READY && ZarrDirectory.isNode(places.node());
        if (journal.operation() == Operation.CREATE) {
            return whole ? finish(journal) : removeIncomplete(journal);
        }
        if (!whole) {
            throw new RefusedException(
                    "'" + places.node() + "' is the incomplete result of a run that was to replace a node"
                            + " of this name; something else than rezarr gave it the name. Nothing was changed. Restore the node,"
                            + " or delete this directory.");
        }
        return finish(journal);
    }

    private String removeIncomplete(Journal journal) {
        edits.remove(journal.ancestors());
        trees.discard(places.node(), places);
        files.force(places.parent());
        return "Rolled back: removed the incomplete '" + places.node() + "'.";
    }

    private String finish(Journal journal) {
        // The rename that gave the node its name must be on the disk before the old one is deleted.
        files.force(places.parent());
        edits.put(journal.ancestors(), places.node());
        String backup = "";
        if (journal.operation() == Operation.REPLACE && Disk.exists(places.backup())) {
            if (!isReplaced(places.backup(), journal)) {
                backup = " '" + places.backup() + "' is not the old one, and was left alone.";
            } else if (journal.keepBackup()) {
                backup = " The old one is '" + places.backup() + "'.";
            } else {
                trees.discard(places.backup(), places);
            }
        }
        Journal.discard(places.node(), trees, places);
        files.force(places.parent());
        return "Finished: '" + places.node() + "' is the new one." + backup;
    }

    private String rollBack(Journal journal) {
        requireName(journal, places.staged());
        boolean nodeStands = Disk.exists(places.node());
        boolean backupIsOld = journal.state() == State.READY
                && Disk.isDirectory(places.backup())
                && isReplaced(places.backup(), journal);
        if (!nodeStands && !backupIsOld) {
            throw new RefusedException("'" + places.node() + "' is gone, and '" + places.backup()
                    + "' is not what it was: something else than rezarr moved it. Nothing was changed. Restore the node, then"
                    + " recover again; '" + places.staged() + "' is "
                    + (journal.state() == State.READY
                            ? "the new one, whole and verified: it can be renamed as well."
                            : "incomplete and can be deleted."));
        }
        if (nodeStands && backupIsOld && !isReplaced(places.node(), journal)) {
            throw new RefusedException("'" + places.node()
                    + "' was made by something else than rezarr after the old node had" + " become '" + places.backup()
                    + "'. Nothing was changed. Move it away, then recover again.");
        }
        if (!nodeStands) {
            files.rename(places.backup(), places.node());
            files.force(places.parent());
        }
        edits.put(journal.ancestors(), places.node());
        trees.discard(places.staged(), places);
        files.force(places.parent());
        return "Rolled back: '" + places.node() + "' is the old one, unchanged.";
    }

    private static boolean isReplaced(Path node, Journal journal) {
        return SourceFingerprint.of(node).sha256().equals(journal.replaced());
    }

    private void requireName(Journal journal, Path directory) {
        if (!journal.name().equals(places.name())) {
            throw new RefusedException("'" + directory + "' belongs to a run on '" + journal.name() + "', not on '"
                    + places.name()
                    + "': it was renamed or copied. Nothing was changed. Give it its old name, or move it"
                    + " away.");
        }
    }
}
