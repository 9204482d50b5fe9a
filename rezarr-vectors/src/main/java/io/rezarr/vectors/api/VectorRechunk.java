package io.rezarr.vectors.api;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.InvalidRequestException;
import io.rezarr.error.VerificationException;
import io.rezarr.store.Store;
import io.rezarr.store.StoreLocation;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.api.VectorRechunkRequest.InPlace;
import io.rezarr.vectors.api.VectorRechunkRequest.Layout;
import io.rezarr.vectors.digest.VectorDigest;
import io.rezarr.vectors.layout.VectorStores;
import io.rezarr.vectors.layout.VectorWriters;
import io.rezarr.vectors.model.ChunkGrid;
import io.rezarr.vectors.model.FormatVersion;
import io.rezarr.vectors.model.GeometryType;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.node.NodeStoreWriter;
import io.rezarr.vectors.node.RootOverlay;
import io.rezarr.vectors.rechunk.ChunkShapeChoice;
import io.rezarr.vectors.rechunk.LevelByLevel;
import io.rezarr.vectors.rechunk.RechunkVectors;
import io.rezarr.vectors.rechunk.VectorRunOptions;
import io.rezarr.vectors.rechunk.VectorRunOptions.DeadRows;
import io.rezarr.vectors.rechunk.VectorRunReport;
import io.rezarr.vectors.write.Storage;
import io.rezarr.vectors.write.StoreGrids;
import io.rezarr.vectors.write.StoreWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites a store of the Zarr Vector Format in other chunks or bins, to another place or in place: the same vertices, attributes, objects, links and
 * groups; in the layout that it has, or in a newer one. {@link #prepare} reads metadata, measures chunks where a shape is to be chosen, and refuses what
 * cannot be done.
 */
public final class VectorRechunk extends VectorRewrite<VectorRechunkReport> {
    private final VectorRechunkRequest request;
    private final List<Integer> levels;
    private final GridChoice grids;
    private final Storage storage;
    /** Whether nothing stands at the destination. */
    private final boolean isFree;

    private VectorRechunk(
            VectorRechunkRequest request,
            RewritePlaces places,
            Store store,
            VectorStore source,
            List<Integer> levels,
            GridChoice grids,
            Storage storage,
            boolean isFree) {
        super(request, places, store, source);
        this.request = request;
        this.levels = levels;
        this.grids = grids;
        this.storage = storage;
        this.isFree = isFree;
    }

    /**
     * Opens the source and looks at what is asked for; writes nothing.
     *
     * @throws InvalidRequestException if the parts of the request do not go together, or do not fit the store
     * @throws io.rezarr.error.InvalidMetadataException if there is no store of the Zarr Vector Format
     * @throws io.rezarr.error.UnsupportedFeatureException if it holds what rezarr does not write, by name
     * @throws io.rezarr.error.RefusedException if the destination is not free, or an interrupted run left something there
     */
    public static VectorRechunk prepare(VectorRechunkRequest request) {
        return open(request, request.levels(), VectorStores::readable);
    }

    /**
     * Likewise; what becomes of the others is the caller's matter.
     *
     * @param wanted the levels; empty: all
     * @param stores what opens the source
     */
    static VectorRechunk open(
            VectorRechunkRequest request, List<Integer> wanted, Function<StoreLocation, Store> stores) {
        RewritePlaces places = RewritePlaces.of(request);
        Store store = stores.apply(places.source());
        return prepared(store, () -> prepare(request, wanted, places, store));
    }

    private static VectorRechunk prepare(
            VectorRechunkRequest request, List<Integer> wanted, RewritePlaces places, Store store) {
        int maxValueBytes = VectorStores.maxValueBytes(request.maxBytes());
        VectorStore source = VectorStores.open(store, StorePrefix.ROOT, maxValueBytes);
        Destination.requireWhole(source);
        FormatVersion written = written(request, source);
        List<Integer> levels = levels(wanted, source);
        // A store that gets its levels one by one has the grids that it would have if it got them at once.
        List<Integer> gridded = request.existing().addsLevels() ? source.levelNumbers() : levels;
        List<LevelMetadata> metadata =
                gridded.stream().map(level -> source.level(level).metadata()).toList();
        GridChoice grids = grids(request, source, gridded, metadata);
        int rank = metadata.isEmpty()
                ? source.metadata().dimensions()
                : metadata.get(0).rank();
        Storage storage = StorageChoice.of(request.codec(), request.shards(), written, rank);
        boolean isFree = places.requireFree();
        VectorRechunk rechunk = new VectorRechunk(request, places, store, source, levels, grids, storage, isFree);
        if (!isFree) {
            try (Store there = VectorStores.readable(places.result())) {
                rechunk.whole().require(there, places.resultDirectory());
            }
        }
        return rechunk;
    }

    private static GridChoice grids(
            VectorRechunkRequest request, VectorStore source, List<Integer> levels, List<LevelMetadata> metadata) {
        WorldVector chunks = request.chunkShape();
        ChunkShapeChoice choice = null;
        if (request.chunkLimit() != null) {
            choice = ChunkShapeChoice.of(source, levels, request.chunkLimit(), request.binShape(), request.maxBytes());
            chunks = choice.shape();
        }
        GridChoice grids = GridChoice.of(
                source.metadata(),
                metadata,
                chunks,
                bins(request.binShape(), chunks, source),
                request.layout() != Layout.AS_IN_SOURCE);
        return choice == null ? grids : grids.withNote(choice.sentence());
    }

    /** The bins that were asked for; where fragments are bins and have attributes, else the source's, if they fit: others may hold several values. */
    private static @Nullable WorldVector bins(
            @Nullable WorldVector wanted, @Nullable WorldVector chunks, VectorStore source) {
        WorldVector bins = source.metadata().binShape();
        boolean haveValues = source.metadata().geometryTypes().contains(GeometryType.POINT_CLOUD)
                && source.levelNumbers().stream().anyMatch(number -> {
                    VectorLevel level = source.level(number);
                    return level.objects() == null
                            && !level.fragmentAttributeNames().isEmpty();
                });
        if (chunks == null || wanted != null || !haveValues) {
            return wanted;
        }
        boolean fit = chunks.dimensions() == bins.dimensions() && ChunkGrid.divides(bins, chunks);
        return fit ? bins : null;
    }

    private Destination.Whole whole() {
        return new Destination.Whole(source(), documents().fingerprint(), grids.grids(), levels, request.existing());
    }

    private static FormatVersion written(VectorRechunkRequest request, VectorStore source) {
        FormatVersion version = source.metadata().version();
        if (request.layout() == Layout.AS_IN_SOURCE) {
            return version;
        }
        if (version.is(VectorWriters.NEWEST.major(), VectorWriters.NEWEST.minor())) {
            throw new InvalidRequestException("'" + request.source() + "' is " + version.major() + "." + version.minor()
                    + " already: use 'rezarr vectors rechunk' for other chunks, bins or codecs");
        }
        return VectorWriters.NEWEST;
    }

    private static List<Integer> levels(List<Integer> wanted, VectorStore source) {
        List<Integer> all = source.levelNumbers();
        if (wanted.isEmpty()) {
            return all;
        }
        for (int level : wanted) {
            if (!all.contains(level)) {
                throw new InvalidRequestException("--level " + level + ": the store has the levels " + all);
            }
        }
        return wanted.stream().distinct().sorted().toList();
    }

    @Override
    public List<String> notes() {
        List<String> notes = new ArrayList<>(grids.notes());
        boolean unpacks = request.layout() == Layout.V09
                && request.shards() == null
                && source().metadata().attributes().has("shard_layout");
        if (unpacks) {
            notes.add("The source's chunks lie in shards of its own kind, which 0.9 does not have: each gets a value of"
                    + " its own. --shards N,N,... packs them into shards of Zarr.");
        }
        return notes;
    }

    /** The grids that the result will have. */
    public StoreGrids grids() {
        return grids.grids();
    }

    @Override
    Destination destination() {
        if (!request.existing().addsLevels()) {
            return Destination.of(places().stage());
        }
        Path place = places().resultDirectory();
        return isFree ? Destination.first(place, whole()) : Destination.further(place, whole(), maxValueBytes());
    }

    @Override
    Written<VectorRechunkReport> write(
            Destination destination, RootOverlay target, VectorRechunkListener listener, List<String> notes) {
        LevelByLevel byLevel = destination.levels(target);
        VectorRunReport run = write(target, destination.scratch(request.scratch()), byLevel, listener, notes);
        if (byLevel != null) {
            destination.note(target, run.linksConvention());
        }
        return (committed, said, digest, seconds) ->
                new VectorRechunkReport(committed, grids.grids(), run, said, digest, seconds);
    }

    /**
     * Writes the levels asked for, the root's document last.
     *
     * @param byLevel what must be known of levels that other runs write; {@code null} if there are none
     */
    VectorRunReport write(
            Store target,
            Path scratch,
            @Nullable LevelByLevel byLevel,
            VectorRechunkListener listener,
            List<String> notes) {
        VectorRunOptions options = VectorRunOptions.of(request.maxBytes(), request.threads())
                .withMode(request.mode())
                .withDeadRows(request.deadRows())
                .withScratch(scratch)
                .withLevels(levels);
        VectorRunReport report;
        try (StoreWriter writer = writer(target, settings(storage, scratch, listener, notes))) {
            report = byLevel == null
                    ? RechunkVectors.run(source(), writer, options, listener)
                    : RechunkVectors.run(source(), writer, options, listener, byLevel);
        }
        report.levels().forEach(level -> requireAllRead(level, listener, notes));
        return report;
    }

    /** Vertices that stand in the source where no reader finds them are in no digest, and would be gone with it. */
    private void requireAllRead(VectorRunReport.OfLevel level, VectorRechunkListener listener, List<String> notes) {
        long declared = source().level(level.number()).metadata().vertexCount();
        long read = level.rows() + (request.deadRows() == DeadRows.DROP ? level.deadRows() : 0);
        if (declared == read || declared == read - level.deadRows()) {
            return;
        }
        String found = "Level " + level.number() + " of '" + request.source() + "' has " + declared
                + " vertices by its vertex_count, but " + read + " were found. 'rezarr vectors validate' tells more";
        if (read < declared && request.inPlace() != InPlace.NO) {
            throw new InvalidMetadataException(
                    found + "; nothing was replaced. Mend the source first, or name a destination.");
        }
        notes.add(found + ".");
        listener.note(found + ".");
    }

    private StoreWriter writer(Store target, NodeStoreWriter.Settings settings) {
        return request.layout() == Layout.AS_IN_SOURCE
                ? VectorWriters.create(target, StorePrefix.ROOT, source(), grids.grids(), settings)
                : VectorWriters.upgrade(target, StorePrefix.ROOT, source(), places().name(), grids.grids(), settings);
    }

    @Override
    void requireSame(VectorDigest found, VectorDigest expected, List<Integer> present) {
        boolean isWhole = present.equals(source().levelNumbers());
        boolean isSame = isWhole
                ? found.hex().equals(expected.hex())
                : content(found, present).equals(content(expected, present));
        if (!isSame) {
            throw new VerificationException("What was written has the digest " + found.hex() + ", the source has "
                    + expected.hex()
                    + (isWhole ? "" : ", and levels " + present + " differ")
                    + ". Nothing was replaced. This is a fault of rezarr, of the memory or of the disk; please"
                    + " report it ('rezarr vectors digest --parts' of both tells where they differ).");
        }
    }

    /** What a store holds in some levels, without links to others. */
    private static List<VectorDigest.Part> content(VectorDigest digest, List<Integer> levels) {
        return digest.parts().stream()
                .filter(VectorDigest.Part::isContent)
                .filter(part -> part.level() == VectorDigest.ROOT
                        || (levels.contains(part.level()) && levels.contains(part.level() + part.delta())))
                .toList();
    }
}
