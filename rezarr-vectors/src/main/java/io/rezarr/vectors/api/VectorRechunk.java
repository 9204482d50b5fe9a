package io.rezarr.vectors.api;

import io.rezarr.commit.DestinationCheck;
import io.rezarr.commit.LocalPath;
import io.rezarr.commit.StagedNode;
import io.rezarr.error.InvalidRequestException;
import io.rezarr.error.VerificationException;
import io.rezarr.store.FileStore;
import io.rezarr.store.Store;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.api.VectorRechunkListener.Phase;
import io.rezarr.vectors.api.VectorRechunkRequest.Existing;
import io.rezarr.vectors.api.VectorRechunkRequest.InPlace;
import io.rezarr.vectors.api.VectorRechunkRequest.Verify;
import io.rezarr.vectors.digest.VectorDigest;
import io.rezarr.vectors.layout.VectorStores;
import io.rezarr.vectors.layout.VectorWriters;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.node.NodeStoreWriter;
import io.rezarr.vectors.rechunk.RechunkVectors;
import io.rezarr.vectors.rechunk.VectorRunOptions;
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

/**
 * Rewrites a store of the Zarr Vector Format in other chunks or bins, to another place or in place: the same vertices, attributes, objects, links and
 * groups. {@link #prepare} reads metadata and refuses what cannot be done; {@link #run} does it.
 *
 * <p>The source is not changed before the result was verified and stands on the disk; out of place it is not changed at all. What is written becomes
 * visible as a whole or not at all.
 */
public final class VectorRechunk implements AutoCloseable {
    private static final long MAX_BUFFER_BYTES = 64L << 20;
    private static final int BUFFER_PARTS = 16;

    private final VectorRechunkRequest request;
    private final FileStore store;
    private final VectorStore source;
    private final List<Integer> levels;
    private final GridChoice grids;
    private final Storage storage;
    private final StoreDocuments documents;

    private VectorRechunk(
            VectorRechunkRequest request,
            FileStore store,
            VectorStore source,
            List<Integer> levels,
            GridChoice grids,
            Storage storage) {
        this.request = request;
        this.store = store;
        this.source = source;
        this.levels = levels;
        this.grids = grids;
        this.storage = storage;
        this.documents = StoreDocuments.of(source);
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
        if (request.inPlace() != InPlace.NO && !request.levels().isEmpty()) {
            throw new InvalidRequestException(
                    "--level goes with a destination: in place, the levels that are not named would be lost");
        }
        return open(request);
    }

    /** Likewise; what the levels that are not named become is the caller's matter. */
    static VectorRechunk open(VectorRechunkRequest request) {
        Path path = Path.of(request.source());
        FileStore store = VectorStores.readable(path);
        int maxValueBytes = VectorStores.maxValueBytes(request.maxMemoryBytes());
        VectorStore source = VectorStores.open(store, StorePrefix.ROOT, maxValueBytes);
        List<Integer> levels = levels(request, source);
        List<LevelMetadata> metadata = new ArrayList<>();
        for (int level : levels) {
            metadata.add(source.level(level).metadata());
        }
        GridChoice grids = GridChoice.of(source.metadata(), metadata, request.chunkShape(), request.binShape());
        int rank = metadata.isEmpty()
                ? source.metadata().dimensions()
                : metadata.get(0).rank();
        Storage storage = StorageChoice.of(request.codec(), request.shards(), source.metadata(), rank);
        if (request.inPlace() == InPlace.NO) {
            Path destination = Path.of(Objects.requireNonNull(request.destination()));
            if (request.existing() == Existing.OVERWRITE) {
                DestinationCheck.requireReplaceable(path, destination);
            } else {
                DestinationCheck.requireFree(path, destination);
            }
        }
        return new VectorRechunk(request, store, source, levels, grids, storage);
    }

    static void check(VectorRechunkRequest request) {
        LocalPath.require("the source", request.source());
        LocalPath.require("the destination", request.destination());
        LocalPath.require("the scratch directory", request.scratch());
        if (request.scratch() != null && !Files.isDirectory(Path.of(request.scratch()))) {
            throw new InvalidRequestException(
                    "--scratch '" + request.scratch() + "' is no directory; name one that exists");
        }
        if ((request.inPlace() == InPlace.NO) != (request.destination() != null)) {
            throw new InvalidRequestException(
                    request.destination() == null
                            ? "The destination is missing: name one, or use --in-place"
                            : "--in-place writes to the source's place, so that there is no destination; take '"
                                    + request.destination() + "' or --in-place away");
        }
        if (request.inPlace() != InPlace.NO && request.existing() == Existing.OVERWRITE) {
            throw new InvalidRequestException(
                    "--overwrite is about a destination; with --in-place the store is replaced anyway");
        }
        if (request.threads() < 1 || request.maxMemoryBytes() < 1) {
            throw new InvalidRequestException("threads (" + request.threads() + ") and memory ("
                    + request.maxMemoryBytes() + " bytes) must be at least 1");
        }
    }

    private static List<Integer> levels(VectorRechunkRequest request, VectorStore source) {
        List<Integer> all = source.levelNumbers();
        if (request.levels().isEmpty()) {
            return all;
        }
        for (int level : request.levels()) {
            if (!all.contains(level)) {
                throw new InvalidRequestException("--level " + level + ": the store has the levels " + all);
            }
        }
        return request.levels().stream().distinct().sorted().toList();
    }

    /** What was chosen for the user, and what follows from it. */
    public List<String> notes() {
        return grids.notes();
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
        long start = System.nanoTime();
        List<String> notes = new ArrayList<>(grids.notes());
        try (StagedNode staged = stage()) {
            listener.phase(Phase.WRITE);
            VectorRunReport run = write(staged.directory(), listener, notes);
            String digest = null;
            if (request.verify() == Verify.FULL || request.inPlace() != InPlace.NO) {
                listener.phase(Phase.VERIFY);
                digest = verify(staged.directory());
            }
            listener.phase(Phase.COMMIT);
            staged.commit(documents);
            return new VectorRechunkReport(
                    place(request).toString(), grids.grids(), run, notes, digest, (System.nanoTime() - start) / 1e9);
        }
    }

    private StagedNode stage() {
        return stage(request);
    }

    static StagedNode stage(VectorRechunkRequest request) {
        return switch (request.inPlace()) {
            case SWAP -> StagedNode.replace(place(request));
            case SWAP_KEEP_BACKUP -> StagedNode.replaceKeepingBackup(place(request));
            case NO ->
                request.existing() == Existing.OVERWRITE
                        ? StagedNode.createOrReplace(place(request))
                        : StagedNode.create(place(request));
        };
    }

    static Path place(VectorRechunkRequest request) {
        String destination = request.destination();
        return Path.of(destination == null ? request.source() : destination);
    }

    private VectorRunReport write(Path directory, VectorRechunkListener listener, List<String> notes) {
        try (FileStore target = FileStore.open(directory, fsync(request))) {
            return write(target, scratch(request, directory), listener, notes);
        }
    }

    /** Writes the levels asked for, the root's document last. */
    VectorRunReport write(Store target, Path scratch, VectorRechunkListener listener, List<String> notes) {
        VectorRunOptions options = VectorRunOptions.of(request.maxMemoryBytes(), request.threads())
                .withMode(request.mode())
                .withDeadRows(request.deadRows())
                .withScratch(scratch)
                .withLevels(levels);
        NodeStoreWriter.Settings settings = settings(request, storage, scratch, listener, notes);
        try (StoreWriter writer = VectorWriters.create(target, StorePrefix.ROOT, source, grids.grids(), settings)) {
            return RechunkVectors.run(source, writer, options, listener);
        }
    }

    static FileStore.Fsync fsync(VectorRechunkRequest request) {
        return request.fsync() ? FileStore.Fsync.ALWAYS : FileStore.Fsync.NEVER;
    }

    /** Where scratch files go: beside the result, unless the user names a place. */
    static Path scratch(VectorRechunkRequest request, Path directory) {
        return request.scratch() != null
                ? Path.of(request.scratch())
                : directory.toAbsolutePath().normalize().resolveSibling("").normalize();
    }

    static NodeStoreWriter.Settings settings(
            VectorRechunkRequest request,
            Storage storage,
            Path scratch,
            VectorRechunkListener listener,
            List<String> notes) {
        long buffer = Math.min(MAX_BUFFER_BYTES, Math.max(1 << 16, request.maxMemoryBytes() / BUFFER_PARTS));
        return new NodeStoreWriter.Settings(storage, scratch, buffer, note -> {
            synchronized (notes) {
                notes.add(note);
            }
            listener.note(note);
        });
    }

    /** Reads what was written, and the source once more. */
    private String verify(Path directory) {
        int maxValueBytes = VectorStores.maxValueBytes(request.maxMemoryBytes());
        try (FileStore written = FileStore.open(directory)) {
            requireValid(request, written, maxValueBytes);
            if (!levels.equals(source.levelNumbers())) {
                // The digest of some of the levels is not that of all.
                return VectorDigest.of(VectorStores.open(written, StorePrefix.ROOT, maxValueBytes), maxValueBytes)
                        .hex();
            }
            String expected = VectorDigest.of(source, maxValueBytes).hex();
            String found = VectorDigest.of(VectorStores.open(written, StorePrefix.ROOT, maxValueBytes), maxValueBytes)
                    .hex();
            if (!found.equals(expected)) {
                throw new VerificationException("What was written has the digest " + found + ", the source has "
                        + expected
                        + ". Nothing was replaced. This is a fault of rezarr, of the memory or of the disk; please"
                        + " report it ('rezarr vectors digest --parts' of both tells where they differ).");
            }
            return expected;
        }
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
