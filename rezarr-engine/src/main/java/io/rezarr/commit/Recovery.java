package io.rezarr.commit;

import io.rezarr.error.RefusedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings an interrupted run on a local path to a clean end. What is done for which state on the disk is the table in
 * {@code docs/recovery.md}: until the new node has its name, everything is rolled back; from then on it is finished.
 */
public final class Recovery {
    private Recovery() {}

    /**
     * Finishes or rolls back what runs left at a path, and, if a group stands there, at every node below it. The path
     * of a node may be absent for the moment; {@code NAME.rechunked} stands for {@code NAME}.
     *
     * @return what was done, in sentences, one a node; says so if there was nothing to do
     * @throws RefusedException if a run holds the lock, or the state is none that a run leaves: then nothing was
     *     changed, and the message says what was found and what to do
     * @throws io.rezarr.error.StoreException if the file system fails; recover again
     */
    public static String recover(Path path) {
        return recover(path, LocalFileOperations.INSTANCE);
    }

    static String recover(Path path, FileOperations files) {
        Path resolved = Disk.resolved(path);
        Path owner = Leftovers.nodeOf(resolved);
        List<String> done = settle(owner == null ? resolved : owner, files);
        return done.isEmpty()
                ? "Nothing to recover: no run was interrupted at '" + resolved + "'."
                : String.join("\n", done);
    }

    /** The node first: what stands below it can be looked for once it has its name. */
    private static List<String> settle(Path node, FileOperations files) {
        List<String> done = new ArrayList<>();
        if (node.getParent() != null && Disk.isDirectory(node.getParent())) {
            done.addAll(settleOne(node, files));
        }
        for (Path below : Leftovers.below(node)) {
            done.addAll(settleOne(below, files));
        }
        return done;
    }

    private static List<String> settleOne(Path node, FileOperations files) {
        Places places = new Places(node);
        if (!Leftovers.isAny(places)) {
            return List.of();
        }
        DestinationLock lock = DestinationLock.acquire(places, files);
        try (lock) {
            return new Settlement(places, files).settle();
        }
    }

    /**
     * Like {@link #requireNotInterrupted}, for one who goes on where a run stopped: what that wrote beside a node, before its commit, is no obstacle.
     *
     * @throws RefusedException as that does
     */
    public static void requireResumable(Path path) {
        requireNotInterrupted(path, true);
    }

    /**
     * Refuses a path that a reader would find wrong or missing because a run was interrupted at it, above it or below it.
     * Between the two renames of a swap the name is absent: call this before saying that nothing stands there. A run that
     * is going on and has not begun to commit is no obstacle to readers of what it replaces. Changes nothing.
     *
     * @throws RefusedException naming the node and the command that recovers it
     * @throws io.rezarr.error.StoreException if the file system could not tell
     */
    public static void requireNotInterrupted(Path path) {
        requireNotInterrupted(path, false);
    }

    private static void requireNotInterrupted(Path path, boolean mayBeResumed) {
        Path resolved = Disk.resolved(path);
        for (@Nullable Path node = resolved; node != null; node = node.getParent()) {
            requireReadable(node, mayBeResumed);
        }
        for (Path node : Leftovers.below(resolved)) {
            requireReadable(node, mayBeResumed);
        }
    }

    private static void requireReadable(Path node, boolean mayBeResumed) {
        if (!mayBeResumed || !Leftovers.isStaged(node)) {
            Leftovers.requireReadable(node);
        }
    }
}
