package io.rezarr.vectors.api;

import io.rezarr.commit.DestinationCheck;
import io.rezarr.commit.LocalPath;
import io.rezarr.commit.Staged;
import io.rezarr.commit.StagedNode;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.InvalidRequestException;
import io.rezarr.error.VerificationException;
import io.rezarr.store.FileStore;
import io.rezarr.store.Store;
import io.rezarr.store.StoreLocation;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.api.VectorRechunkListener.Phase;
import io.rezarr.vectors.api.VectorRechunkRequest.Existing;
import io.rezarr.vectors.api.VectorRechunkRequest.InPlace;
import io.rezarr.vectors.api.VectorRechunkRequest.Layout;
import io.rezarr.vectors.api.VectorRechunkRequest.Verify;
import io.rezarr.vectors.digest.VectorDigest;
import io.rezarr.vectors.layout.VectorStores;
import io.rezarr.vectors.layout.VectorWriters;
import io.rezarr.vectors.model.ChunkGrid;
import io.rezarr.vectors.model.FormatVersion;
import io.rezarr.vectors.model.GeometryType;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.StoreMetadata;
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
import io.rezarr.vectors.validate.Finding;
import io.rezarr.vectors.validate.Severity;
import io.rezarr.vectors.validate.Validation;
import io.rezarr.vectors.validate.ValidationReport;
import io.rezarr.vectors.write.Storage;
import io.rezarr.vectors.write.StoreGrids;
import io.rezarr.vectors.write.StoreWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites a store of the Zarr Vector Format in other chunks or bins, to another place or in place: the same vertices, attributes, objects, links and
 * groups; in the layout that it has, or in a newer one. {@link #prepare} reads metadata, measures chunks where a shape is to be chosen, and refuses what
 * cannot be done; {@link #run} does it.
 *
 * <p>The source is not changed before the result was verified and stands on the disk; out of place it is not changed at all. What is written becomes
 * visible as a whole or not at all.
 */
public final class VectorRechunk implements AutoCloseable {
    private static final long MAX_BUFFER_BYTES = 64L << 20;
    private static final int BUFFER_PARTS = 16;

    private final VectorRechunkRequest request;
    private final Store store;
    private final VectorStore source;
    private final List<Integer> levels;
    private final GridChoice grids;
    private final Storage storage;
    private final StoreDocuments documents;
    /** Whether nothing stands at the destination. */
    private final boolean isFree;

    private VectorRechunk(
            VectorRechunkRequest request,
            Store store,
            VectorStore source,
            List<Integer> levels,
            GridChoice grids,
            Storage storage,
            StoreDocuments documents,
            boolean isFree) {
        this.request = request;
        this.store = store;
        this.source = source;
        this.levels = levels;
        this.grids = grids;
        this.storage = storage;
        this.documents = documents;
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
        check(request);
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
        StoreLocation location = StoreLocation.parse("the source", request.source());
        Store store = stores.apply(location);
        int maxValueBytes = VectorStores.maxValueBytes(request.maxBytes());
        VectorStore source = VectorStores.open(store, StorePrefix.ROOT, maxValueBytes);
        Destination.requireWhole(source);
        FormatVersion written = written(request, source);
        List<Integer> levels = levels(wanted, source);
        List<LevelMetadata> metadata = new ArrayList<>();
        // A store that gets its levels one by one has the grids that it would have if it got them at once.
        for (int level : request.existing().addsLevels() ? source.levelNumbers() : levels) {
            metadata.add(source.level(level).metadata());
        }
        ChunkShapeChoice choice = request.chunkLimit() == null
                ? null
                : ChunkShapeChoice.of(
                        source,
                        request.existing().addsLevels() ? source.levelNumbers() : levels,
                        request.chunkLimit(),
                        request.binShape(),
                        request.maxBytes());
        WorldVector chunkShape = choice == null ? request.chunkShape() : choice.shape();
        GridChoice grids =
                GridChoice.of(source.metadata(), metadata, chunkShape, bins(request.binShape(), chunkShape, source));
        if (choice != null) {
            grids = grids.withNote(choice.sentence());
        }
        int rank = metadata.isEmpty()
                ? source.metadata().dimensions()
                : metadata.get(0).rank();
        Storage storage = StorageChoice.of(request.codec(), request.shards(), written, rank);
        StoreDocuments documents = StoreDocuments.of(source);
        boolean isFree = true;
        if (request.inPlace() == InPlace.NO) {
            StoreLocation destination = destination(request);
            if (request.existing().addsLevels()) {
                isFree = DestinationCheck.requireApart(location.directory(), localDirectory(destination));
            } else {
                Staged.requireFree(location, destination, request.existing() == Existing.OVERWRITE);
            }
        }
        VectorRechunk rechunk = new VectorRechunk(request, store, source, levels, grids, storage, documents, isFree);
        if (!isFree) {
            try (Store there = VectorStores.readable(place(request))) {
                rechunk.whole().require(there, localDirectory(place(request)));
            }
        }
        return rechunk;
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
        return new Destination.Whole(source, documents.fingerprint(), grids.grids(), levels, request.existing());
    }

    static void check(VectorRechunkRequest request) {
        StoreLocation source = StoreLocation.parse("the source", request.source());
        if (request.destination() != null) {
            destination(request).requireWritable("the destination");
        }
        LocalPath.require("the scratch directory", request.scratch());
        if (request.scratch() != null && !Files.isDirectory(Path.of(request.scratch()))) {
            throw new InvalidRequestException(
                    "--scratch '" + request.scratch() + "' is no directory; name one that exists");
        }
        if (request.inPlace() != InPlace.NO && source.directory() == null) {
            throw new InvalidRequestException("--in-place needs renames of directories, which '" + source
                    + "' does not have; name a destination instead");
        }
        if (request.existing().addsLevels() && request.levels().isEmpty()) {
            throw new InvalidRequestException(
                    "Levels are added one by one to a destination: name it, and the level (--dest-root, --level)");
        }
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

    /** What was chosen for the user, and what follows from it. */
    public List<String> notes() {
        List<String> notes = new ArrayList<>(grids.notes());
        boolean unpacks = request.layout() == Layout.V09
                && request.shards() == null
                && source.metadata().attributes().has("shard_layout");
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

    /**
     * Writes, verifies and commits.
     *
     * @throws VerificationException if what was written is not what the source holds; nothing was replaced then
     * @throws io.rezarr.error.RezarrException for every other failure
     */
    public VectorRechunkReport run(VectorRechunkListener listener) {
        return VectorStores.reading(store, () -> run(listener, destination()));
    }

    /** @param destination is closed */
    VectorRechunkReport run(VectorRechunkListener listener, Destination destination) {
        long start = System.nanoTime();
        try (destination) {
            List<String> notes = new ArrayList<>(notes());
            listener.phase(Phase.WRITE);
            VectorRunReport run;
            String digest = null;
            try (Store target = destination.open(fsync(request))) {
                RootOverlay overlay = new RootOverlay(target);
                run = write(destination, overlay, listener, notes);
                if (request.verify() == Verify.FULL) {
                    listener.phase(Phase.VERIFY);
                    digest = verify(destination.result(overlay));
                }
                listener.phase(Phase.COMMIT);
                overlay.release();
            }
            destination.commit(documents);
            return new VectorRechunkReport(
                    place(request).toString(), grids.grids(), run, notes, digest, (System.nanoTime() - start) / 1e9);
        }
    }

    private Destination destination() {
        if (!request.existing().addsLevels()) {
            return Destination.of(stage(request));
        }
        Path place = localDirectory(place(request));
        return isFree
                ? Destination.first(place, whole())
                : Destination.further(place, whole(), VectorStores.maxValueBytes(request.maxBytes()));
    }

    static Staged stage(VectorRechunkRequest request) {
        return switch (request.inPlace()) {
            case SWAP -> StagedNode.replace(sourceDirectory(request));
            case SWAP_KEEP_BACKUP -> StagedNode.replaceKeepingBackup(sourceDirectory(request));
            case NO -> Staged.at(destination(request), request.existing() == Existing.OVERWRITE, request.scratch());
        };
    }

    static StoreLocation destination(VectorRechunkRequest request) {
        return StoreLocation.parse("the destination", Objects.requireNonNull(request.destination()));
    }

    static Path sourceDirectory(VectorRechunkRequest request) {
        return Objects.requireNonNull(
                StoreLocation.parse("the source", request.source()).directory());
    }

    private static Path localDirectory(StoreLocation destination) {
        Path directory = destination.directory();
        if (directory == null) {
            throw new InvalidRequestException("Levels are added one by one to a store in a local directory, which '"
                    + destination + "' is not; write all levels in one run, or to a directory");
        }
        return directory;
    }

    static StoreLocation place(VectorRechunkRequest request) {
        return request.destination() == null
                ? StoreLocation.parse("the source", request.source())
                : destination(request);
    }

    private VectorRunReport write(
            Destination destination, RootOverlay target, VectorRechunkListener listener, List<String> notes) {
        LevelByLevel byLevel = destination.levels(target);
        Path scratch = destination.scratch(request.scratch());
        VectorRunReport report = write(target, scratch, byLevel, listener, notes);
        if (byLevel != null) {
            destination.note(target, report.linksConvention());
        }
        return report;
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
        try (StoreWriter writer = writer(target, settings(request, storage, scratch, listener, notes))) {
            report = byLevel == null
                    ? RechunkVectors.run(source, writer, options, listener)
                    : RechunkVectors.run(source, writer, options, listener, byLevel);
        }
        report.levels().forEach(level -> requireAllRead(level, listener, notes));
        return report;
    }

    /** Vertices that stand in the source where no reader finds them are in no digest, and would be gone with it. */
    private void requireAllRead(VectorRunReport.OfLevel level, VectorRechunkListener listener, List<String> notes) {
        long declared = source.level(level.number()).metadata().vertexCount();
        long read = level.rows() + (request.deadRows() == DeadRows.DROP ? level.deadRows() : 0);
        if (declared == read || declared == read - level.deadRows()) {
            return;
        }
        String found = "Level " + level.number() + " of '" + request.source() + "' has " + declared
                + " vertices by its vertex_count, but " + read + " were found. 'rezarr vectors validate' tells more";
        if (request.inPlace() != InPlace.NO) {
            throw new InvalidMetadataException(
                    found + "; nothing was replaced. Mend the source first, or name a destination.");
        }
        notes.add(found + ".");
        listener.note(found + ".");
    }

    static FileStore.Fsync fsync(VectorRechunkRequest request) {
        return request.fsync() ? FileStore.Fsync.ALWAYS : FileStore.Fsync.NEVER;
    }

    static NodeStoreWriter.Settings settings(
            VectorRechunkRequest request,
            Storage storage,
            Path scratch,
            VectorRechunkListener listener,
            List<String> notes) {
        long buffer = Math.min(MAX_BUFFER_BYTES, Math.max(1 << 16, request.maxBytes() / BUFFER_PARTS));
        return new NodeStoreWriter.Settings(storage, scratch, buffer, note -> {
            synchronized (notes) {
                notes.add(note);
            }
            listener.note(note);
        });
    }

    private StoreWriter writer(Store target, NodeStoreWriter.Settings settings) {
        return request.layout() == Layout.AS_IN_SOURCE
                ? VectorWriters.create(target, StorePrefix.ROOT, source, grids.grids(), settings)
                : VectorWriters.upgrade(target, StorePrefix.ROOT, source, name(), grids.grids(), settings);
    }

    /** What the store calls itself: its directory, without what says that it is one. */
    private String name() {
        Path directory = place(request).directory();
        String path = directory == null
                ? place(request).toString().replaceAll("/*([?].*)?$", "")
                : directory.toAbsolutePath().normalize().toString();
        String name = path.substring(path.lastIndexOf('/') + 1);
        for (String suffix : List.of(".zarrvectors", ".zv", ".zarr")) {
            if (name.endsWith(suffix) && name.length() > suffix.length()) {
                return name.substring(0, name.length() - suffix.length());
            }
        }
        return name.isEmpty() ? StoreMetadata.ATTRIBUTE : name;
    }

    /** Reads what will stand there, and the source once more. */
    private String verify(Store result) {
        int maxValueBytes = VectorStores.maxValueBytes(request.maxBytes());
        requireValid(request, result, maxValueBytes);
        VectorStore there = VectorStores.open(result, StorePrefix.ROOT, maxValueBytes);
        VectorDigest expected = VectorDigest.of(source, maxValueBytes);
        VectorDigest found = VectorDigest.of(there, maxValueBytes);
        List<Integer> present = there.levelNumbers();
        boolean isWhole = present.equals(source.levelNumbers());
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
        return found.hex();
    }

    /** What a store holds in some levels, without links to others. */
    private static List<VectorDigest.Part> content(VectorDigest digest, List<Integer> levels) {
        return digest.parts().stream()
                .filter(VectorDigest.Part::isContent)
                .filter(part -> part.level() == VectorDigest.ROOT
                        || (levels.contains(part.level()) && levels.contains(part.level() + part.delta())))
                .toList();
    }

    static void requireValid(VectorRechunkRequest request, Store written, int maxValueBytes) {
        ValidationReport report = Validation.run(written, StorePrefix.ROOT, Validation.MAX_LEVEL, maxValueBytes);
        if (!report.isValid()) {
            Finding first = report.findings().stream()
                    .filter(finding -> finding.severity() == Severity.ERROR)
                    .findFirst()
                    .orElseThrow();
            throw new VerificationException("What was written is not valid: "
                    + first.check().token() + " in '"
                    + first.array() + "'" + (first.chunk() == null ? "" : " chunk " + first.chunk()) + ": "
                    + first.found() + " (" + report.errors() + " errors). Nothing was replaced. If"
                    + " 'rezarr vectors validate " + request.source() + "' finds the same, mend the source first.");
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
