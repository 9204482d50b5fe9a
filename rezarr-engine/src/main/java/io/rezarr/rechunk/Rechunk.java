package io.rezarr.rechunk;

import io.rezarr.array.Hierarchy;
import io.rezarr.array.ZarrArray;
import io.rezarr.array.ZarrGroup;
import io.rezarr.array.ZarrNode;
import io.rezarr.commit.Recovery;
import io.rezarr.commit.SourceCheck;
import io.rezarr.commit.SourceFingerprint;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.InvalidRequestException;
import io.rezarr.error.RefusedException;
import io.rezarr.rechunk.RechunkRequest.InPlace;
import io.rezarr.store.FileStore;
import io.rezarr.store.Store;
import io.rezarr.store.StoreLocation;
import io.rezarr.store.StorePrefix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request that was opened and planned, and can be run once. The way in for programs; the command line is made of it.
 *
 * <pre>{@code
 * RechunkRequest request = RechunkRequest.of("a.zarr", "b.zarr").withChunks("time=-1,lat=18");
 * try (Rechunk rechunk = Rechunk.prepare(request)) {
 *     RechunkReport report = rechunk.run(RechunkListener.NONE);
 * }
 * }</pre>
 *
 * <p>Not safe for use by several threads. Prints nothing. Every failure is a {@link io.rezarr.error.RezarrException}, or what a listener
 * threw; after one the source is as it was, and nothing that looks complete stands at the destination.
 */
public final class Rechunk implements AutoCloseable {
    private final RechunkRequest request;
    private final Store store;
    private final List<ZarrNode> nodes;
    private final List<ArrayRechunk> arrays;
    private final List<String> notes;
    private final Map<String, SourceCheck> fingerprints;

    private Rechunk(
            RechunkRequest request,
            Store store,
            List<ZarrNode> nodes,
            List<ArrayRechunk> arrays,
            List<String> notes,
            Map<String, SourceCheck> fingerprints) {
        this.request = request;
        this.store = store;
        this.nodes = nodes;
        this.arrays = arrays;
        this.notes = notes;
        this.fingerprints = fingerprints;
    }

    /**
     * Opens the source and plans; reads metadata only, writes nothing.
     *
     * @throws InvalidRequestException if the request contradicts itself or the source
     * @throws InvalidMetadataException if the source is no Zarr node, or a wrong one
     * @throws io.rezarr.error.UnsupportedFeatureException if something in it would have to be decoded or converted, and cannot be
     * @throws RefusedException if the destination exists, is nested with the source, or has no counterpart for something
     * @throws io.rezarr.error.InfeasiblePlanException if no plan fits the memory
     */
    public static Rechunk prepare(RechunkRequest request) {
        RequestCheck.checkRunnable(request);
        StoreLocation source = StoreLocation.parse("the source", request.source());
        SourceFingerprint whole = opened(source, request.resume() && request.inPlace() != InPlace.NO);
        Store store = source.open();
        try {
            return prepare(request, source, store, whole);
        } catch (RuntimeException | Error e) {
            store.close();
            throw e;
        }
    }

    /**
     * Plans only; a destination need not be named.
     *
     * @param notes takes sentences for the user, as {@link #notes()} has them
     * @return what would become of each array, in the order of a run
     * @throws RuntimeException as {@link #prepare} does
     */
    public static List<ArrayRechunk> plan(RechunkRequest request, Consumer<String> notes) {
        RequestCheck.check(request);
        StoreLocation source = StoreLocation.parse("the source", request.source());
        SourceFingerprint whole = opened(source, false);
        try (Store store = source.open()) {
            Rechunk planned = prepare(request, source, store, whole);
            planned.notes.forEach(notes);
            return planned.arrays();
        }
    }

    /** The documents of a local source; {@code null} of another, whose documents are found by opening it. */
    private static @Nullable SourceFingerprint opened(StoreLocation source, boolean mayBeResumed) {
        Path directory = source.directory();
        if (directory == null) {
            return null;
        }
        requireDirectory(directory, mayBeResumed);
        return SourceFingerprint.of(directory);
    }

    private static Rechunk prepare(
            RechunkRequest request, StoreLocation source, Store store, @Nullable SourceFingerprint whole) {
        List<String> notes = new ArrayList<>();
        ZarrNode root = Hierarchy.open(store, StorePrefix.ROOT, request.sourceFormat(), notes::add);
        RequestResolver resolver = new RequestResolver(request, root, notes::add);
        List<ZarrNode> nodes = resolver.select(nodesOf(root, request, notes));
        refuseVectorStores(nodes);
        if (request.inPlace() != InPlace.NO) {
            refuseVectorStoreAbove(RewriteRules.directoryInPlace(request.source()));
        }
        List<ZarrArray> selected = nodes.stream()
                .filter(ZarrArray.class::isInstance)
                .map(ZarrArray.class::cast)
                .toList();
        RequestCheck.checkSelection(request, root, selected);
        boolean isWholeGroup = RequestCheck.isWholeGroup(request, root);
        if (isWholeGroup) {
            new GroupContent(store, nodes).requireNothingElse();
        }
        List<ArrayRechunk> arrays = resolver.resolve(selected);
        if (request.inPlace() != InPlace.NO || request.destination() != null) {
            RechunkRun.checkDestinations(request, source, arrays);
        }
        Map<String, SourceCheck> fingerprints = whole == null
                ? Map.of("", StoreFingerprint.of(store, nodes))
                : isWholeGroup ? Map.of("", whole) : fingerprints(request, whole, arrays);
        return new Rechunk(request, store, nodes, arrays, notes, fingerprints);
    }

    static void requireDirectory(Path source, boolean mayBeResumed) {
        boolean isFile = Files.exists(source) && !Files.isDirectory(source);
        if (!isFile && mayBeResumed) {
            Recovery.requireResumable(source);
        } else if (!isFile) {
            Recovery.requireNotInterrupted(source);
        }
        if (!Files.isDirectory(source)) {
            throw new InvalidMetadataException("'" + source + "' is no Zarr array or group: "
                    + (isFile ? "it is a file" : "there is nothing of that name")
                    + ". Name the directory that holds .zarray, .zgroup or zarr.json.");
        }
    }

    /** What must not change until the commit: out of place the whole source, in place each array by its path. */
    private static Map<String, SourceCheck> fingerprints(
            RechunkRequest request, SourceFingerprint whole, List<ArrayRechunk> arrays) {
        if (request.inPlace() == InPlace.NO) {
            return Map.of("", whole);
        }
        Map<String, SourceCheck> each = new HashMap<>();
        Path source = whole.node();
        for (ArrayRechunk array : arrays) {
            each.put(array.path(), SourceFingerprint.of(source.resolve(array.path())));
        }
        whole.requireUnchanged();
        return Map.copyOf(each);
    }

    private static List<ZarrNode> nodesOf(ZarrNode root, RechunkRequest request, List<String> notes) {
        return root instanceof ZarrGroup ? Hierarchy.walk(root, request.sourceFormat(), notes::add) : List.of(root);
    }

    private static void refuseVectorStores(List<ZarrNode> nodes) {
        for (ZarrNode node : nodes) {
            if (node instanceof ZarrGroup group) {
                refuseVectorStore(group);
            }
        }
    }

    /** An array of a vector store is one also when it is named by its own path. */
    private static void refuseVectorStoreAbove(Path source) {
        Path node = source.toAbsolutePath().normalize();
        for (ZarrGroup group = parentGroup(node); group != null; group = parentGroup(node)) {
            refuseVectorStore(group);
            node = node.resolveSibling("").normalize();
        }
    }

    private static void refuseVectorStore(ZarrGroup group) {
        if (Hierarchy.isVectorStore(group)) {
            throw new RefusedException(
                    "'" + group.store().location() + "/" + group.prefix().path()
                            + "' is a Zarr Vector Format store (its attributes hold zarr_vectors): rechunking its arrays one by"
                            + " one would break its links. Use 'rezarr vectors rechunk' for it, and leave it out here with --skip.");
        }
    }

    public RechunkRequest request() {
        return request;
    }

    /** What becomes of each array, in the order of the run. */
    public List<ArrayRechunk> arrays() {
        return List.copyOf(arrays);
    }

    /** Sentences for the user: what is not kept as it was, and what was odd in the source. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /**
     * Does it: writes, verifies as asked, commits.
     *
     * @throws io.rezarr.error.CancelledException if the listener asked for it
     * @throws io.rezarr.error.VerificationException if what was written does not read back as the source
     * @throws io.rezarr.error.RezarrException for every other failure
     */
    public RechunkReport run(RechunkListener listener) {
        RechunkRun run = new RechunkRun(request, nodes, arrays, fingerprints, listener);
        if (request.inPlace() == InPlace.NO) {
            return run.toDestination();
        }
        return RequestCheck.isWholeGroup(request, nodes.get(0)) ? run.groupInPlace() : run.inPlace();
    }

    /** The group around an array's directory; {@code null} if its parent is no Zarr group. */
    static @Nullable ZarrGroup parentGroup(Path array) {
        Path parent = array.toAbsolutePath().normalize().getParent();
        if (parent == null) {
            return null;
        }
        ZarrNode node = Hierarchy.find(FileStore.open(parent), StorePrefix.ROOT, null, note -> {});
        return node instanceof ZarrGroup group ? group : null;
    }

    @Override
    public void close() {
        store.close();
    }
}
