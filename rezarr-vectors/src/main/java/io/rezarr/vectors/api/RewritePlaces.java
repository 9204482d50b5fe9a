package io.rezarr.vectors.api;

import io.rezarr.commit.DestinationCheck;
import io.rezarr.commit.Staged;
import io.rezarr.commit.StagedNode;
import io.rezarr.error.InvalidRequestException;
import io.rezarr.rechunk.RewriteRules;
import io.rezarr.store.StoreLocation;
import io.rezarr.vectors.api.VectorRechunkRequest.Existing;
import io.rezarr.vectors.api.VectorRechunkRequest.InPlace;
import io.rezarr.vectors.model.StoreMetadata;
import java.nio.file.Path;
import java.util.List;

/** Where a request leads: to its source, and to the place of the result. */
final class RewritePlaces {
    private final VectorRechunkRequest request;
    private final StoreLocation source;
    /** In place: the source. */
    private final StoreLocation result;

    private RewritePlaces(VectorRechunkRequest request, StoreLocation source, StoreLocation result) {
        this.request = request;
        this.source = source;
        this.result = result;
    }

    /**
     * Looks at what the request says, not at what stands there.
     *
     * @throws InvalidRequestException if it names what is no place, or one that cannot be written to as it is asked for
     */
    static RewritePlaces of(VectorRechunkRequest request) {
        RewriteRules.checkPlaces(request.source(), request.destination(), request.scratch());
        if (request.inPlace() != InPlace.NO) {
            RewriteRules.directoryInPlace(request.source());
        }
        if (request.existing().addsLevels() && request.levels().isEmpty()) {
            throw new InvalidRequestException(
                    "Levels are added one by one to a destination: name it, and the level (--dest-root, --level)");
        }
        StoreLocation source = StoreLocation.parse("the source", request.source());
        StoreLocation result =
                request.destination() == null ? source : StoreLocation.parse("the destination", request.destination());
        return new RewritePlaces(request, source, result);
    }

    StoreLocation source() {
        return source;
    }

    StoreLocation result() {
        return result;
    }

    /** In place, where it is known to be one. */
    Path sourceDirectory() {
        return RewriteRules.directoryInPlace(request.source());
    }

    /** Of a store that gets its levels one by one. */
    Path resultDirectory() {
        Path directory = result.directory();
        if (directory == null) {
            throw new InvalidRequestException("Levels are added one by one to a store in a local directory, which '"
                    + result + "' is not; write all levels in one run, or to a directory");
        }
        return directory;
    }

    /**
     * Refuses a place that the result cannot go to.
     *
     * @return whether the store to which levels are to be added is still to be begun; if it is not about such a store, true
     * @throws io.rezarr.error.RefusedException if something stands there that may not be replaced, or an interrupted run left something
     */
    boolean requireFree() {
        if (request.inPlace() != InPlace.NO) {
            return true;
        }
        if (request.existing().addsLevels()) {
            return DestinationCheck.requireApart(source.directory(), resultDirectory());
        }
        Staged.requireFree(source, result, request.existing() == Existing.OVERWRITE);
        return true;
    }

    /** Where a whole store is written before it stands at its place. */
    Staged stage() {
        return switch (request.inPlace()) {
            case SWAP -> StagedNode.replace(sourceDirectory());
            case SWAP_KEEP_BACKUP -> StagedNode.replaceKeepingBackup(sourceDirectory());
            case NO -> Staged.at(result, request.existing() == Existing.OVERWRITE, request.scratch());
        };
    }

    /** What the result calls itself: its directory, without what says that it is a store. */
    String name() {
        Path directory = result.directory();
        String path = directory == null
                ? result.toString().replaceAll("/*([?].*)?$", "")
                : directory.toAbsolutePath().normalize().toString();
        String name = path.substring(path.lastIndexOf('/') + 1);
        for (String suffix : List.of(".zarrvectors", ".zv", ".zarr")) {
            if (name.endsWith(suffix) && name.length() > suffix.length()) {
                return name.substring(0, name.length() - suffix.length());
            }
        }
        return name.isEmpty() ? StoreMetadata.ATTRIBUTE : name;
    }
}
