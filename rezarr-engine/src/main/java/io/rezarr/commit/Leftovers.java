package io.rezarr.commit;

import io.rezarr.commit.Journal.Operation;
import io.rezarr.commit.Journal.State;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.RefusedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds what interrupted runs left, and changes nothing. */
final class Leftovers {
    private Leftovers() {}

    /** What a user does about it. */
    static String remedy(Path node) {
        return "Run: rezarr recover '" + node + "'";
    }

    /** Whether a run left anything, be it only a lock file. */
    static boolean isAny(Places places) {
        return Disk.exists(Journal.directory(places.node()))
                || Disk.exists(Journal.directory(places.staged()))
                || Disk.exists(places.discarded())
                || Disk.exists(places.lock());
    }

    /**
     * Refuses a node that an interrupted run left in an intermediate state.
     *
     * @throws RefusedException naming the node, what is wrong and the remedy
     */
    static void requireNone(Path node) {
        if (node.getParent() == null) {
            return;
        }
        Journal own = Journal.read(node);
        Places places = new Places(node);
        Journal staged = Journal.read(places.staged());
        boolean isAddedTo = Additions.areReady(node);
        if (own == null && staged == null && !isAddedTo) {
            return;
        }
        String holder = LockFile.isHeldHere(places.lock()) ? null : LockFile.holder(places.lock());
        if (holder != null) {
            throw new RefusedException("'" + node + "' is in use by " + holder + ". " + LockFile.remedy(places.lock()));
        }
        throw new RefusedException("'" + node + "' " + problem(node, own) + " " + remedy(node));
    }

    /** Whether a run that was to replace a node was interrupted before its commit: the node is as it was. */
    static boolean isStaged(Path node) {
        if (node.getParent() == null || Journal.read(node) != null) {
            return false;
        }
        Journal staged = Journal.read(new Places(node).staged());
        return staged != null && staged.state() == State.WRITING;
    }

    /**
     * The journal of a run that was interrupted before its commit, and can be gone on with; {@code null} if none was.
     *
     * @throws RefusedException if one was interrupted in its commit, or left what no run leaves
     */
    static @Nullable Journal resumable(Places places) {
        Journal own = Journal.read(places.node());
        Journal staged = Journal.read(places.staged());
        if (own == null && staged == null) {
            return null;
        }
        Journal journal = own == null ? staged : own;
        boolean stands = own == null ? Disk.isDirectory(places.node()) : staged == null;
        Operation operation = own == null ? Operation.REPLACE : Operation.CREATE;
        if (journal == null
                || !stands
                || journal.operation() != operation
                || journal.state() != State.WRITING
                || !journal.name().equals(places.name())) {
            throw new RefusedException("'" + places.node() + "' was left by a run that was interrupted when its result"
                    + " was whole, so that there is nothing to go on with. " + remedy(places.node()));
        }
        return journal;
    }

    private static String problem(Path node, @Nullable Journal own) {
        if (own != null && own.operation().isMigration()) {
            return "holds documents of both Zarr versions: its migration was interrupted.";
        }
        if (own != null && own.state() == State.WRITING) {
            return "is incomplete: the run that wrote it was interrupted.";
        }
        return own != null
                ? "is new and whole, but the run that wrote it was interrupted before it had cleaned up."
                : (Disk.exists(node) ? "is whole, but" : "is away for the moment:")
                        + (Additions.areReady(node)
                                ? " a run was interrupted while it put into it what it had written."
                                : " a run that was to replace it was interrupted.");
    }

    /** Like {@link #requireNone}, for one who only reads: a run that is going on, and has changed nothing yet, is no obstacle. */
    static void requireReadable(Path node) {
        if (node.getParent() == null) {
            return;
        }
        Places places = new Places(node);
        String holder = LockFile.holder(places.lock());
        if (holder == null) {
            requireNone(node);
            return;
        }
        Journal own = Journal.read(node);
        Journal staged = Journal.read(places.staged());
        boolean incomplete = own != null && own.operation() == Operation.CREATE && own.state() == State.WRITING;
        if (own != null && own.operation().isMigration()) {
            throw new RefusedException(
                    "'" + node + "' is being migrated by " + holder + ". Try again when it has finished.");
        }
        if (incomplete || Additions.areReady(node) || (staged != null && staged.state() == State.READY)) {
            throw new RefusedException("'" + node + "' is being "
                    + (incomplete ? "written" : Additions.areReady(node) ? "completed" : "replaced") + " by " + holder
                    + ". Try again when it has finished.");
        }
    }

    /** Every node in a group, at any depth, where a run left something. */
    static List<Path> below(Path group) {
        List<Path> nodes = new ArrayList<>();
        collect(group, nodes);
        return nodes;
    }

    private static void collect(Path directory, List<Path> nodes) {
        if (!Disk.isDirectory(directory) || !mayBeGroup(directory)) {
            return;
        }
        for (Path child : Disk.children(directory)) {
            Path node = nodeOf(child);
            if (node != null && !nodes.contains(node)) {
                nodes.add(node);
            }
            collect(child, nodes);
        }
    }

    /** What a document that cannot be read stands for is not known: whoever opens it says so, and what is below it still counts. */
    private static boolean mayBeGroup(Path directory) {
        try {
            return ZarrDirectory.isGroup(directory);
        } catch (InvalidMetadataException saidByWhoOpensIt) {
            return true;
        }
    }

    /** The node to recover because of this directory or lock file; {@code null} if it is nobody's leftover. */
    static @Nullable Path nodeOf(Path path) {
        String name = String.valueOf(path.getFileName());
        if (name.endsWith(Places.STAGED) && Journal.read(path) != null) {
            return stripped(path, Places.STAGED);
        }
        for (String suffix : List.of(Places.DISCARDED, Places.LOCK)) {
            // Without a name before it, it belongs to an edit of consolidated metadata, which clears up itself.
            if (name.endsWith(suffix) && name.length() > suffix.length()) {
                return stripped(path, suffix);
            }
        }
        return Journal.read(path) == null && !Additions.areLeft(path) ? null : path;
    }

    private static Path stripped(Path path, String suffix) {
        String name = String.valueOf(path.getFileName());
        return path.resolveSibling(name.substring(0, name.length() - suffix.length()));
    }
}
