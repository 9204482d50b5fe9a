package io.rezarr.rechunk;

import io.rezarr.array.ZarrArray;
import io.rezarr.array.ZarrGroup;
import io.rezarr.array.ZarrNode;
import io.rezarr.error.InvalidRequestException;
import io.rezarr.error.RefusedException;
import io.rezarr.rechunk.RechunkRequest.InPlace;
import io.rezarr.store.StoreLocation;
import java.nio.file.Path;
import java.util.List;

/** Whether a request is complete, and goes together with its source. */
final class RequestCheck {
    private RequestCheck() {}

    /** What can be seen without the source. */
    static void check(RechunkRequest request) {
        RewriteRules.checkPlaces(request.source(), request.destination(), request.scratch());
        if (request.inPlace() != InPlace.NO) {
            RewriteRules.directoryInPlace(request.source());
        }
        if (request.inPlace() == InPlace.BESIDE && request.outputName() == null) {
            throw new InvalidRequestException(
                    "--output is missing: name the new array, which is to stand beside the old one");
        }
    }

    /** A run needs what a plan can do without. */
    static void checkRunnable(RechunkRequest request) {
        check(request);
        if (request.inPlace() == InPlace.NO) {
            RewriteRules.requireDestination(request.destination());
        }
        if (request.resume()
                && request.destination() != null
                && StoreLocation.parse("the destination", request.destination()).directory() == null) {
            throw new InvalidRequestException("--resume needs a destination in a local directory, which '"
                    + request.destination() + "' is not: elsewhere a run keeps no log of how far it came");
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
        Path directory = RewriteRules.directoryInPlace(request.source())
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
