package io.rezarr.rechunk;

import io.rezarr.array.ZarrArray;
import io.rezarr.array.ZarrGroup;
import io.rezarr.array.ZarrNode;
import io.rezarr.commit.LocalPath;
import io.rezarr.error.InvalidRequestException;
import io.rezarr.error.RefusedException;
import io.rezarr.rechunk.RechunkRequest.Existing;
import io.rezarr.rechunk.RechunkRequest.InPlace;
import io.rezarr.store.StoreLocation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether the parts of a request go together. */
final class RequestCheck {
    private RequestCheck() {}

    /** What can be seen without the source. */
    static void check(RechunkRequest request) {
        StoreLocation source = StoreLocation.parse("the source", request.source());
        if (request.destination() != null) {
            StoreLocation.parse("the destination", request.destination()).requireWritable("the destination");
        }
        LocalPath.require("the scratch directory", request.scratch());
        if (request.scratch() != null && !Files.isDirectory(Path.of(request.scratch()))) {
            throw new InvalidRequestException(
                    "--scratch '" + request.scratch() + "' is no directory; name one that exists");
        }
        boolean inPlace = request.inPlace() != InPlace.NO;
        if (inPlace) {
            directory(source);
        }
        if (inPlace && request.destination() != null) {
            throw new InvalidRequestException(
                    "--in-place writes to the source's place, so that there is no destination;" + " take '"
                            + request.destination() + "' or --in-place away");
        }
        if ((request.inPlace() == InPlace.BESIDE) != (request.outputName() != null)) {
            throw new InvalidRequestException(
                    "--output goes with --in-place: it names the new array beside the old one");
        }
        checkName(request.outputName());
        if (inPlace && request.inPlace() != InPlace.BESIDE && request.existing() == Existing.OVERWRITE) {
            throw new InvalidRequestException(
                    "--overwrite is about a destination; with --in-place the array is replaced anyway");
        }
    }

    /**
     * The directory of a source that is to be changed in place.
     *
     * @throws InvalidRequestException if it is none
     */
    static Path directory(StoreLocation source) {
        Path directory = source.directory();
        if (directory == null) {
            throw new InvalidRequestException("--in-place needs renames of directories, which '" + source
                    + "' does not have; name a destination instead");
        }
        return directory;
    }

    /** A run needs what a plan can do without. */
    static void checkRunnable(RechunkRequest request) {
        check(request);
        if (request.inPlace() == InPlace.NO && request.destination() == null) {
            throw new InvalidRequestException("The destination is missing: name one, or use --in-place");
        }
        if (request.resume()
                && request.destination() != null
                && StoreLocation.parse("the destination", request.destination()).directory() == null) {
            throw new InvalidRequestException("--resume needs a destination in a local directory, which '"
                    + request.destination() + "' is not: elsewhere a run keeps no log of how far it came");
        }
    }

    private static void checkName(@Nullable String name) {
        if (name != null && (name.isEmpty() || name.matches(".*[/\\\\\0].*") || name.startsWith("."))) {
            throw new InvalidRequestException(
                    "--output '" + name + "' must be a single name, without a slash and not beginning with a dot");
        }
    }

    /** What the source's nodes forbid. */
    static void checkSelection(RechunkRequest request, ZarrNode root, List<ZarrArray> selected) {
        if (request.inPlace() == InPlace.NO) {
            return;
        }
        if (isWholeGroup(request, root)) {
            checkWholeGroup(request, root);
            return;
        }
        if (request.inPlace() == InPlace.BESIDE && selected.size() != 1) {
            throw new InvalidRequestException("--output names one array, but " + selected.size() + " are selected");
        }
        for (ZarrArray array : selected) {
            checkFormat(request, array);
        }
    }

    /** Whether a group with all below it takes its own place. */
    static boolean isWholeGroup(RechunkRequest request, ZarrNode root) {
        return request.inPlace() != InPlace.NO
                && root instanceof ZarrGroup
                && request.arrays().isEmpty();
    }

    private static void checkWholeGroup(RechunkRequest request, ZarrNode root) {
        if (request.inPlace() == InPlace.BESIDE) {
            throw new InvalidRequestException("--output names one array; say which with --array");
        }
        if (!request.skip().isEmpty()) {
            throw new InvalidRequestException(
                    "--skip does not go with --in-place of a whole group, which would lose what is"
                            + " left out; carry it over unchanged with --chunks 'PATH:keep', or name arrays with --array");
        }
        checkFormat(request, root);
    }

    private static void checkFormat(RechunkRequest request, ZarrNode node) {
        if (request.format() == null || request.format() == node.metadata().format()) {
            return;
        }
        Path directory = directory(StoreLocation.parse("the source", request.source()))
                .resolve(node.prefix().path());
        ZarrGroup parent = Rechunk.parentGroup(directory);
        if (parent != null && parent.metadata().format() != request.format()) {
            throw new RefusedException("'" + directory + "' is in a group of Zarr "
                    + parent.metadata().format()
                    + "; as Zarr " + request.format()
                    + " its readers would not find it. Rechunk the whole group to another"
                    + " place, or leave --format away");
        }
    }
}
