package io.rezarr.vectors.api;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.InvalidRequestException;
import io.rezarr.error.RefusedException;
import io.rezarr.error.VerificationException;
import io.rezarr.store.Store;
import io.rezarr.store.StoreLocation;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.api.VectorPyramidRequest.Levels;
import io.rezarr.vectors.api.VectorRechunkRequest.InPlace;
import io.rezarr.vectors.digest.VectorDigest;
import io.rezarr.vectors.layout.VectorStores;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.node.RootOverlay;
import io.rezarr.vectors.pyramid.BuildPyramid;
import io.rezarr.vectors.pyramid.PyramidPlan;
import io.rezarr.vectors.pyramid.PyramidReport;
import io.rezarr.vectors.rechunk.VectorRunOptions;
import io.rezarr.vectors.rechunk.VectorRunReport;
import io.rezarr.vectors.write.Storage;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes levels of detail for a store of the Zarr Vector Format, to another place or in place; if asked for, level 0 gets other chunks or bins on the way.
 * {@link #prepare} reads metadata and refuses what cannot be done.
 */
public final class VectorPyramid extends VectorRewrite<VectorPyramidReport> {
    private final VectorPyramidRequest request;
    private final VectorRechunkRequest base;
    private final @Nullable VectorRechunk levelZero;
    private final PyramidPlan plan;

    private VectorPyramid(
            VectorPyramidRequest request,
            RewritePlaces places,
            Store store,
            VectorStore source,
            @Nullable VectorRechunk levelZero,
            PyramidPlan plan) {
        super(request.base(), places, store, source);
        this.request = request;
        this.base = request.base();
        this.levelZero = levelZero;
        this.plan = plan;
    }

    /**
     * Opens the source and looks at what is asked for; writes nothing.
     *
     * @throws InvalidRequestException if the parts of the request do not go together, or do not fit the store
     * @throws io.rezarr.error.InvalidMetadataException if there is no store of the Zarr Vector Format
     * @throws io.rezarr.error.UnsupportedFeatureException if it holds what rezarr makes no pyramid of, by name
     * @throws RefusedException if it has levels already that are not to be replaced, the destination is not free, or an interrupted run left something
     *     there
     */
    public static VectorPyramid prepare(VectorPyramidRequest request) {
        return prepare(request, VectorStores::readable);
    }

    /** @param stores what opens the source */
    static VectorPyramid prepare(VectorPyramidRequest request, Function<StoreLocation, Store> stores) {
        RewritePlaces places = RewritePlaces.of(request.base());
        Store store = stores.apply(places.source());
        return prepared(store, () -> prepare(request, places, store, stores));
    }

    private static VectorPyramid prepare(
            VectorPyramidRequest request, RewritePlaces places, Store store, Function<StoreLocation, Store> stores) {
        VectorRechunkRequest base = request.base();
        VectorStore source = VectorStores.open(store, StorePrefix.ROOT, VectorStores.maxValueBytes(base.maxBytes()));
        Destination.requireWhole(source);
        List<Integer> levels = source.levelNumbers();
        if (!levels.contains(0)) {
            throw new InvalidMetadataException("'" + base.source() + "' has no level 0 to make a pyramid of, only "
                    + levels + ". Restore it from a copy.");
        }
        if (levels.size() > 1 && request.levels() == Levels.REFUSE) {
            throw new RefusedException("'" + base.source() + "' has the levels " + levels
                    + " already. With --overwrite (vectors rechunk: --level 0) those above 0 are made anew.");
        }
        BuildPyramid.requireMergeable(source.level(0), request.pyramid());
        if (!request.rechunks()) {
            places.requireFree();
            requireReadable(source.level(0));
            PyramidPlan plan = plan(request, source, source.metadata());
            return new VectorPyramid(request, places, store, source, null, plan);
        }
        VectorRechunk levelZero = VectorRechunk.open(base, List.of(0), stores);
        return prepared(levelZero.store(), () -> {
            StoreMetadata root = regridded(
                    source.metadata(),
                    levelZero.grids().chunkShape(),
                    levelZero.grids().binShape());
            PyramidPlan plan = plan(request, source, root);
            return new VectorPyramid(request, places, store, source, levelZero, plan);
        });
    }

    private static PyramidPlan plan(VectorPyramidRequest request, VectorStore source, StoreMetadata root) {
        return PyramidPlan.of(root, regridded(source.level(0).metadata(), root), request.pyramid());
    }

    /** What the levels are made of is of types that rezarr reads: else it would be found out in the copy. */
    private static void requireReadable(VectorLevel zero) {
        zero.vertexFormat();
        zero.vertexAttributeNames().forEach(zero::vertexAttribute);
        zero.fragmentAttributeNames().forEach(zero::fragmentAttribute);
    }

    private static StoreMetadata regridded(StoreMetadata root, WorldVector chunks, WorldVector bins) {
        return new StoreMetadata(
                root.version(),
                root.axes(),
                chunks,
                bins,
                root.lower(),
                root.upper(),
                root.geometryTypes(),
                root.linksConvention(),
                root.attributes());
    }

    /** Level 0 in the chunks of a root that were chosen for it. */
    private static LevelMetadata regridded(LevelMetadata zero, StoreMetadata root) {
        return new LevelMetadata(
                0,
                zero.member("chunk_shape") == null ? root.chunkShape() : zero.chunkShape(),
                root.binShape(),
                zero.scale(),
                zero.vertexCount(),
                zero.rank(),
                zero.chunkedBy(),
                zero.attributes());
    }

    @Override
    public List<String> notes() {
        return levelZero == null ? List.of() : levelZero.notes();
    }

    @Override
    Destination destination() {
        return Destination.of(places().stage());
    }

    /** What cannot be read of a level 0 that is a copy, cannot be read in the source. */
    @Override
    RootOverlay overlay(Store target) {
        return levelZero == null ? new RootOverlay(target, places().source().toString()) : super.overlay(target);
    }

    @Override
    Written<VectorPyramidReport> write(
            Destination destination, RootOverlay target, VectorRechunkListener listener, List<String> notes) {
        Path scratch = destination.scratch(base.scratch());
        VectorRunReport ofZero = writeLevelZero(destination, target, scratch, listener, notes);
        PyramidReport pyramid = build(target, scratch, listener, notes);
        return (committed, said, digest, seconds) ->
                new VectorPyramidReport(committed, plan.grids(), ofZero, pyramid, said, digest, seconds);
    }

    private @Nullable VectorRunReport writeLevelZero(
            Destination destination,
            RootOverlay target,
            Path scratch,
            VectorRechunkListener listener,
            List<String> notes) {
        if (levelZero != null) {
            return levelZero.write(target, scratch, null, listener, notes);
        }
        // A backup that is kept must not be changed by whoever writes to the result later.
        Path directory = base.inPlace() == InPlace.SWAP ? destination.directory() : null;
        LevelZeroCopy.Links links =
                directory == null ? null : new LevelZeroCopy.Links(places().sourceDirectory(), directory);
        LevelZeroCopy.copy(source(), target, maxValueBytes(), base.threads(), links, listener::isCancelled);
        return null;
    }

    private PyramidReport build(RootOverlay target, Path scratch, VectorRechunkListener listener, List<String> notes) {
        VectorRunOptions options =
                VectorRunOptions.of(base.maxBytes(), base.threads()).withScratch(scratch);
        PyramidReport report = BuildPyramid.run(
                target,
                maxValueBytes(),
                request.pyramid(),
                settings(Storage.AS_IN_SOURCE, scratch, listener, notes),
                options,
                listener);
        report.notes().forEach(listener::note);
        notes.addAll(report.notes());
        return report;
    }

    @Override
    void requireSame(VectorDigest found, VectorDigest expected, List<Integer> present) {
        if (!ofLevelZero(found).equals(ofLevelZero(expected))) {
            throw new VerificationException(
                    "Level 0 of what was written does not hold what that of the source holds: "
                            + ofLevelZero(found) + " instead of " + ofLevelZero(expected)
                            + ". Nothing was replaced. This is a fault of rezarr, of the memory or of the disk; please report it.");
        }
    }

    private static List<VectorDigest.Part> ofLevelZero(VectorDigest digest) {
        return digest.parts().stream()
                .filter(part -> part.level() == 0 && part.isContent())
                .filter(part -> !part.name().contains(" +"))
                .toList();
    }

    @Override
    public void close() {
        super.close();
        if (levelZero != null) {
            levelZero.close();
        }
    }
}
