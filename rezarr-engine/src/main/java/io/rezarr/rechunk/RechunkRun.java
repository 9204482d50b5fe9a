package io.rezarr.rechunk;

import io.rezarr.array.Hierarchy;
import io.rezarr.array.ZarrArray;
import io.rezarr.array.ZarrGroup;
import io.rezarr.array.ZarrNode;
import io.rezarr.commit.SourceCheck;
import io.rezarr.commit.Staged;
import io.rezarr.commit.StagedNode;
import io.rezarr.error.VerificationException;
import io.rezarr.execute.Checkpoint;
import io.rezarr.execute.LocalRunner;
import io.rezarr.execute.RunOptions;
import io.rezarr.metadata.Converted;
import io.rezarr.metadata.FormatConversion;
import io.rezarr.metadata.GroupMetadata;
import io.rezarr.metadata.NodeMetadata;
import io.rezarr.metadata.V2GroupMetadata;
import io.rezarr.metadata.V3GroupMetadata;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.plan.Work;
import io.rezarr.rechunk.RechunkListener.Phase;
import io.rezarr.rechunk.RechunkReport.ArrayReport;
import io.rezarr.rechunk.RechunkRequest.Consolidate;
import io.rezarr.rechunk.RechunkRequest.Existing;
import io.rezarr.rechunk.RechunkRequest.InPlace;
import io.rezarr.store.FileStore.Fsync;
import io.rezarr.store.Store;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.store.StoreLocation;
import io.rezarr.store.StorePrefix;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One run of a prepared request: chunks, verification, metadata, in this order; then the commit. */
final class RechunkRun {
    private final RechunkRequest request;
    private final List<ZarrNode> nodes;
    private final List<ArrayRechunk> arrays;
    private final Map<String, SourceCheck> fingerprints;
    private final RechunkListener listener;
    private final List<ArrayReport> reports = new ArrayList<>();
    private final long startNanos = System.nanoTime();

    RechunkRun(
            RechunkRequest request,
            List<ZarrNode> nodes,
            List<ArrayRechunk> arrays,
            Map<String, SourceCheck> fingerprints,
            RechunkListener listener) {
        this.request = request;
        this.nodes = nodes;
        this.arrays = arrays;
        this.fingerprints = fingerprints;
        this.listener = listener;
    }

    /** Whether everything may be written where it shall go; asked when the request is prepared. */
    static void checkDestinations(RechunkRequest request, StoreLocation source, List<ArrayRechunk> arrays) {
        if (request.inPlace() == InPlace.NO) {
            checkFree(request, source, destinationOf(request));
        } else if (request.inPlace() == InPlace.BESIDE) {
            for (ArrayRechunk array : arrays) {
                Path directory = RewriteRules.directoryInPlace(request.source()).resolve(array.path());
                checkFree(request, StoreLocation.of(directory), StoreLocation.of(besideOf(request, directory)));
            }
        }
    }

    private static void checkFree(RechunkRequest request, StoreLocation source, StoreLocation destination) {
        Path directory = destination.directory();
        if (!request.resume() || directory == null || !StagedNode.isInterrupted(directory)) {
            Staged.requireFree(source, destination, request.existing() == Existing.OVERWRITE);
        }
    }

    private static StoreLocation destinationOf(RechunkRequest request) {
        if (request.destination() == null) {
            throw new IllegalStateException("checked when the request was prepared");
        }
        return StoreLocation.parse("the destination", request.destination());
    }

    private static Path besideOf(RechunkRequest request, Path array) {
        if (request.outputName() == null) {
            throw new IllegalStateException("checked when the request was prepared");
        }
        return array.toAbsolutePath().normalize().resolveSibling(request.outputName());
    }

    /** Everything goes to the destination. */
    RechunkReport toDestination() {
        StoreLocation destination = destinationOf(request);
        try (Staged staged = staged(destination)) {
            StorePrefix base = baseOf(nodes);
            SourceCheck fingerprint = fingerprintOf("");
            write(staged, base, nodes, arrays, fingerprint);
            listener.phase(Phase.COMMIT, "", arrays.size(), arrays.size());
            staged.commit(fingerprint);
        }
        return report(destination.toString());
    }

    private Staged staged(StoreLocation destination) {
        Path directory = destination.directory();
        StagedNode interrupted = request.resume() && directory != null ? StagedNode.takeUp(directory) : null;
        return interrupted != null
                ? interrupted
                : Staged.at(destination, request.existing() == Existing.OVERWRITE, request.scratch());
    }

    /** Each array goes to its own place, or beside it. */
    RechunkReport inPlace() {
        List<String> committed = new ArrayList<>();
        for (ArrayRechunk array : arrays) {
            Path directory = RewriteRules.directoryInPlace(request.source()).resolve(array.path());
            SourceCheck fingerprint = fingerprintOf(array.path());
            try (StagedNode staged = stagedInPlace(directory)) {
                write(staged, array.source().prefix(), List.of(array.source()), List.of(array), fingerprint);
                listener.phase(Phase.COMMIT, array.path(), arrays.indexOf(array), arrays.size());
                staged.commit(fingerprint);
            }
            committed.add((request.inPlace() == InPlace.BESIDE ? besideOf(request, directory) : directory).toString());
        }
        return report(String.join(", ", committed));
    }

    /** The whole group goes to its own place, in one step. */
    RechunkReport groupInPlace() {
        Path directory = RewriteRules.directoryInPlace(request.source());
        SourceCheck fingerprint = fingerprintOf("");
        try (StagedNode staged = stagedInPlace(directory)) {
            write(staged, nodes.get(0).prefix(), nodes, arrays, fingerprint);
            listener.phase(Phase.COMMIT, "", arrays.size(), arrays.size());
            staged.commit(fingerprint);
        }
        return report(directory.toString());
    }

    private StagedNode stagedInPlace(Path directory) {
        StagedNode interrupted = !request.resume()
                ? null
                : request.inPlace() == InPlace.BESIDE
                        ? StagedNode.takeUpInGroup(besideOf(request, directory))
                        : StagedNode.takeUp(directory);
        if (interrupted != null) {
            return interrupted;
        }
        return switch (request.inPlace()) {
            case SWAP -> StagedNode.replace(directory);
            case SWAP_KEEP_BACKUP -> StagedNode.replaceKeepingBackup(directory);
            case BESIDE -> {
                Path beside = besideOf(request, directory);
                yield request.existing() == Existing.OVERWRITE
                        ? StagedNode.createOrReplaceInGroup(beside)
                        : StagedNode.createInGroup(beside);
            }
            case NO -> throw new IllegalStateException("not in place");
        };
    }

    /** The prefix that becomes the destination's root: of the first node, or of the only array that was asked for. */
    private StorePrefix baseOf(List<ZarrNode> selected) {
        return request.arrays().size() == 1
                ? arrays.get(0).source().prefix()
                : selected.get(0).prefix();
    }

    private SourceCheck fingerprintOf(String path) {
        return java.util.Objects.requireNonNull(fingerprints.get(path), path);
    }

    private void write(
            Staged staged, StorePrefix base, List<ZarrNode> from, List<ArrayRechunk> of, SourceCheck fingerprint) {
        try (Store store = staged.open(request.fsync() ? Fsync.ALWAYS : Fsync.NEVER);
                Resumption resumption = Resumption.of(request, staged, fingerprint, of)) {
            resumption.keepingWhatIsWritten(() -> write(staged, store, base, from, of, fingerprint, resumption));
        }
    }

    private void write(
            Staged staged,
            Store store,
            StorePrefix base,
            List<ZarrNode> from,
            List<ArrayRechunk> of,
            SourceCheck fingerprint,
            Resumption resumption) {
        Map<StorePrefix, NodeMetadata> documents = new LinkedHashMap<>();
        for (ZarrNode node : from) {
            if (node instanceof ZarrGroup group && node.prefix().value().startsWith(base.value())) {
                documents.put(below(base, node.prefix()), converted(group.metadata()));
            }
        }
        for (ArrayRechunk array : of) {
            StorePrefix prefix = below(base, array.source().prefix());
            ZarrArray destination = new ZarrArray(store, prefix, array.destination());
            reports.add(writeArray(array, destination, staged, resumption.checkpoint(array)));
            documents.put(prefix, array.destination());
        }
        fingerprint.requireUnchanged();
        new HierarchyWriter(documents).write(store, consolidated(from, base));
        documents.forEach((prefix, metadata) -> requireReadBack(store, prefix, metadata));
    }

    /** What the report says of the result is what stands in its documents. */
    private static void requireReadBack(Store store, StorePrefix prefix, NodeMetadata written) {
        NodeMetadata read =
                Hierarchy.open(store, prefix, written.format(), warning -> {}).metadata();
        if (!read.equals(written)) {
            throw new VerificationException(
                    "The metadata of '" + prefix.path() + "' do not read back as they were written: " + written
                            + " was written, " + read + " was read. The source is as it was. Please report this.");
        }
    }

    private static StorePrefix below(StorePrefix base, StorePrefix prefix) {
        return new StorePrefix(prefix.value().substring(base.value().length()));
    }

    private GroupMetadata converted(GroupMetadata metadata) {
        if (request.format() == ZarrFormat.V3 && metadata instanceof V2GroupMetadata v2) {
            return noted(FormatConversion.toV3(v2));
        }
        if (request.format() == ZarrFormat.V2 && metadata instanceof V3GroupMetadata v3) {
            return noted(FormatConversion.toV2(v3));
        }
        return metadata;
    }

    private <M extends GroupMetadata> M noted(Converted<M> converted) {
        converted.notes().forEach(listener::note);
        return converted.metadata();
    }

    /** The groups, below the destination's root, that get consolidated metadata. */
    private Set<StorePrefix> consolidated(List<ZarrNode> from, StorePrefix base) {
        Set<StorePrefix> groups = new HashSet<>();
        if (request.consolidate() == Consolidate.NO) {
            return groups;
        }
        if (request.consolidate() == Consolidate.YES) {
            groups.add(StorePrefix.ROOT);
        }
        for (ZarrNode node : from) {
            if (node instanceof ZarrGroup group
                    && node.prefix().value().startsWith(base.value())
                    && Hierarchy.consolidated(group) != null) {
                groups.add(below(base, node.prefix()));
            }
        }
        return groups;
    }

    private ArrayReport writeArray(ArrayRechunk array, ZarrArray destination, Staged staged, Checkpoint checkpoint) {
        long start = System.nanoTime();
        int index = arrays.indexOf(array);
        listener.phase(Phase.WRITE, array.path(), index, arrays.size());
        long finishedBefore = checkpoint.finishedUnits();
        Verification verification = Verification.of(request, array, finishedBefore == 0);
        Work done = LocalRunner.run(
                array.plan(),
                array.source(),
                destination,
                verification.with(RunOptions.of(WriteMode.DIRECT)
                        .withScratch(staged.scratch(request.scratch()))
                        .withCheckpoint(checkpoint)),
                new ArrayProgress(array.path(), listener));
        if (Verification.isWanted(request)) {
            listener.phase(Phase.VERIFY, array.path(), index, arrays.size());
        }
        RechunkReport.Verdict verdict = verification.check(destination, new ArrayProgress(array.path(), listener));
        return new ArrayReport(array, finishedBefore, done, verdict, (System.nanoTime() - start) / 1e9);
    }

    private RechunkReport report(String committed) {
        return new RechunkReport(reports, committed, (System.nanoTime() - startNanos) / 1e9);
    }
}
