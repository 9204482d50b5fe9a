package io.rezarr.commit;

import io.rezarr.error.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What must hold before anything is written to a local destination. Changes nothing. Links are resolved first, also where
 * the last names of a path do not exist yet.
 *
 * <p>Missing parent directories are no obstacle, they will be made. An empty directory counts as free. What is neither
 * empty nor a Zarr node (a file, a directory of something else) is never replaced.
 */
public final class DestinationCheck {
    private DestinationCheck() {}

    /**
     * For a destination that must not exist.
     *
     * @param source the source's directory; {@code null} if it is not on a local file system
     * @throws RefusedException if anything stands at the destination, source and destination are the same or one is inside
     *     the other, the destination is inside an array, or an interrupted run left something there
     */
    public static void requireFree(@Nullable Path source, Path destination) {
        Path resolved = checkedPlace(source, destination);
        if (!isFree(resolved)) {
            throw new RefusedException("The destination '" + destination + "' exists already. "
                    + (isNode(resolved)
                            ? "Choose another name, or replace it with --overwrite."
                            : "It is no Zarr array or group, so that it is never replaced: choose another name."));
        }
    }

    /**
     * For a destination that may exist as a Zarr node, and is to be replaced then.
     *
     * @param source the source's directory; {@code null} if it is not on a local file system
     * @throws RefusedException if something else than a Zarr node stands at the destination, and as for {@link #requireFree}
     */
    public static void requireReplaceable(@Nullable Path source, Path destination) {
        Path resolved = checkedPlace(source, destination);
        if (!isFree(resolved) && !isNode(resolved)) {
            throw new RefusedException(
                    "The destination '" + destination + "' is no Zarr array or group (no .zarray, .zgroup or"
                            + " zarr.json stands in it), so that it is not replaced even with --overwrite. Choose another name.");
        }
    }

    /**
     * For a destination that may exist, and is added to then.
     *
     * @param source the source's directory; {@code null} if it is not on a local file system
     * @return whether nothing, or an empty directory, has that name
     * @throws RefusedException as for {@link #requireFree}, but for what stands there
     */
    public static boolean requireApart(@Nullable Path source, Path destination) {
        return isFree(checkedPlace(source, destination));
    }

    /** Whether nothing, or an empty directory, has that name. */
    static boolean isFree(Path resolved) {
        return !Disk.exists(resolved)
                || (Disk.isDirectory(resolved) && Disk.children(resolved).isEmpty());
    }

    private static boolean isNode(Path resolved) {
        return Disk.isDirectory(resolved) && ZarrDirectory.isNode(resolved);
    }

    private static Path checkedPlace(@Nullable Path source, Path destination) {
        Path resolved = Disk.resolved(destination);
        if (resolved.getParent() == null) {
            throw new RefusedException(
                    "The destination '" + destination + "' is the root of a file system. Name a directory" + " in it.");
        }
        if (source != null) {
            refuseNested(source, Disk.resolved(source), destination, resolved);
        }
        for (Path above = resolved.getParent(); above != null; above = above.getParent()) {
            if (ZarrDirectory.isArray(above)) {
                throw new RefusedException("The destination '" + destination + "' is inside the array '" + above
                        + "', among its chunks. Choose a name outside of it.");
            }
        }
        Leftovers.requireNone(resolved);
        return resolved;
    }

    private static void refuseNested(Path source, Path realSource, Path destination, Path realDestination) {
        if (realSource.equals(realDestination) || isSame(realSource, realDestination)) {
            throw new RefusedException("Source and destination are the same: '" + source + "'"
                    + also(source, destination)
                    + ". Choose another destination, or let the result take the source's place"
                    + " with --in-place.");
        }
        if (realDestination.startsWith(realSource)) {
            throw new RefusedException("The destination '" + destination + "' is inside the source '" + source
                    + "'. Choose a destination outside of it; a new array beside the old one in its group is made with"
                    + " 'rezarr rechunk --in-place --output NAME'.");
        }
        if (realSource.startsWith(realDestination)) {
            throw new RefusedException("The source '" + source + "' is inside the destination '" + destination
                    + "', which would be replaced with it. Choose another destination.");
        }
    }

    private static String also(Path source, Path destination) {
        return source.equals(destination) ? "" : " and '" + destination + "' lead to one directory";
    }

    /** Names may differ and mean one directory: letter case, mounts. */
    private static boolean isSame(Path source, Path destination) {
        try {
            return Disk.exists(source) && Disk.exists(destination) && Files.isSameFile(source, destination);
        } catch (IOException e) {
            throw LocalFileOperations.failure("compare with '" + source + "'", destination, e);
        }
    }
}
