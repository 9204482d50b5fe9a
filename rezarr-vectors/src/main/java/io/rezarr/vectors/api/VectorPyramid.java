package io.rezarr.vectors.api;

import io.rezarr.commit.Staged;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.InvalidRequestException;
import io.rezarr.error.RefusedException;
import io.rezarr.error.VerificationException;
import io.rezarr.store.Store;
import io.rezarr.store.StoreLocation;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.api.VectorPyramidRequest.Levels;
import io.rezarr.vectors.api.VectorRechunkListener.Phase;
import io.rezarr.vectors.api.VectorRechunkRequest.Existing;
import io.rezarr.vectors.api.VectorRechunkRequest.InPlace;
import io.rezarr.vectors.api.VectorRechunkRequest.Verify;
import io.rezarr.vectors.digest.VectorDigest;
import io.rezarr.vectors.layout.VectorStores;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.StoreMetadata;
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
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes levels of detail for a store of the Zarr Vector Format, to another place or in place; if asked for, level 0 gets other chunks or bins on the way.
 * {@link #prepare} reads metadata and refuses what cannot be done; {@link #run} does it.
 *
 * <p>What is written becomes visible as a whole or not at all: the root's document is the last that is written, in place the new store takes the old one's place
 * when it was verified.
 */
public final class VectorPyramid implements AutoCloseable {
    private final VectorPyramidRequest request;
    private final VectorRechunkRequest base;
    private final Store store;
    private final VectorStore source;
    private final @Nullable VectorRechunk levelZero;
    private final PyramidPlan plan;
    private final StoreDocuments documents;

    private VectorPyramid(
            VectorPyramidRequest request,
            Store store,
            VectorStore source,
            @Nullable VectorRechunk levelZero,
            PyramidPlan plan) {
        this.request = request;
        this.base = request.base();
        this.store = store;
        this.source = source;
        this.levelZero = levelZero;
        this.plan = plan;
        this.documents = StoreDocuments.of(source);
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
        VectorRechunkRequest base = request.base();
        VectorRechunk.check(base);
        StoreLocation location = StoreLocation.parse("the source", base.source());
        Store store = stores.apply(location);
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
        VectorRechunk levelZero = null;
        StoreMetadata root = source.metadata();
        if (request.rechunks()) {
            levelZero = VectorRechunk.open(base, List.of(0), stores);
            root = regridded(
                    root, levelZero.grids().chunkShape(), levelZero.grids().binShape());
        } else {
            requireFree(base, location);
        }
        PyramidPlan plan = PyramidPlan.of(root, regridded(source.level(0).metadata(), root), request.pyramid());
        return new VectorPyramid(request, store, source, levelZero, plan);
    }

    private static void requireFree(VectorRechunkRequest base, StoreLocation source) {
        if (base.inPlace() == InPlace.NO) {
            Staged.requireFree(source, VectorRechunk.destination(base), base.existing() == Existing.OVERWRITE);
        }
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

    /** What was chosen for the user, and what follows from it. */
    public List<String> notes() {
        return levelZero == null ? List.of() : levelZero.notes();
    }

    /**
     * Writes, verifies and commits.
     *
     * @throws VerificationException if what was written is not sound, or its level 0 is not that of the source; nothing was replaced then
     * @throws io.rezarr.error.RezarrException for every other failure
     */
    public VectorPyramidReport run(VectorRechunkListener listener) {
        return VectorStores.reading(store, () -> run(listener, VectorRechunk.stage(base)));
    }

    /** @param staged is closed */
    VectorPyramidReport run(VectorRechunkListener listener, Staged staged) {
        long start = System.nanoTime();
        try (staged) {
            List<String> notes = new ArrayList<>(notes());
            listener.phase(Phase.WRITE);
            VectorRunReport ofZero;
            PyramidReport pyramid;
            String digest = null;
            try (Store target = staged.open(VectorRechunk.fsync(base))) {
                // What cannot be read of a level 0 that is a copy, cannot be read in the source.
                RootOverlay overlay =
                        levelZero == null ? new RootOverlay(target, store.location()) : new RootOverlay(target);
                ofZero = writeLevelZero(overlay, staged, listener, notes);
                pyramid = build(overlay, staged.scratch(base.scratch()), listener, notes);
                if (base.verify() == Verify.FULL) {
                    listener.phase(Phase.VERIFY);
                    digest = verify(overlay);
                }
                listener.phase(Phase.COMMIT);
                overlay.release();
            }
            staged.commit(documents);
            return new VectorPyramidReport(
                    VectorRechunk.place(base).toString(),
                    plan.grids(),
                    ofZero,
                    pyramid,
                    notes,
                    digest,
                    (System.nanoTime() - start) / 1e9);
        }
    }

    private @Nullable VectorRunReport writeLevelZero(
            RootOverlay overlay, Staged staged, VectorRechunkListener listener, List<String> notes) {
        if (levelZero != null) {
            return levelZero.write(overlay, staged.scratch(base.scratch()), null, listener, notes);
        }
        // A backup that is kept must not be changed by whoever writes to the result later.
        Path directory = base.inPlace() == InPlace.SWAP ? staged.directory() : null;
        LevelZeroCopy.Links links =
                directory == null ? null : new LevelZeroCopy.Links(VectorRechunk.sourceDirectory(base), directory);
        LevelZeroCopy.copy(
                source,
                overlay,
                VectorStores.maxValueBytes(base.maxBytes()),
                base.threads(),
                links,
                listener::isCancelled);
        return null;
    }

    private PyramidReport build(RootOverlay overlay, Path scratch, VectorRechunkListener listener, List<String> notes) {
        VectorRunOptions options =
                VectorRunOptions.of(base.maxBytes(), base.threads()).withScratch(scratch);
        PyramidReport report = BuildPyramid.run(
                overlay,
                VectorStores.maxValueBytes(base.maxBytes()),
                request.pyramid(),
                VectorRechunk.settings(base, Storage.AS_IN_SOURCE, scratch, listener, notes),
                options,
                listener);
        report.notes().forEach(listener::note);
        notes.addAll(report.notes());
        return report;
    }

    /** What was written is sound, and level 0 holds what it held. */
    private String verify(RootOverlay written) {
        int maxValueBytes = VectorStores.maxValueBytes(base.maxBytes());
        VectorRechunk.requireValid(base, written, maxValueBytes);
        VectorDigest found =
                VectorDigest.of(VectorStores.open(written, StorePrefix.ROOT, maxValueBytes), maxValueBytes);
        List<VectorDigest.Part> expected = ofLevelZero(VectorDigest.of(source, maxValueBytes));
        if (!ofLevelZero(found).equals(expected)) {
            throw new VerificationException(
                    "Level 0 of what was written does not hold what that of the source holds: "
                            + ofLevelZero(found) + " instead of " + expected
                            + ". Nothing was replaced. This is a fault of rezarr, of the memory or of the disk; please report it.");
        }
        return found.hex();
    }

    private static List<VectorDigest.Part> ofLevelZero(VectorDigest digest) {
        return digest.parts().stream()
                .filter(part -> part.level() == 0 && part.isContent())
                .filter(part -> !part.name().contains(" +"))
                .toList();
    }

    @Override
    public void close() {
        store.close();
        if (levelZero != null) {
            levelZero.close();
        }
    }
}
