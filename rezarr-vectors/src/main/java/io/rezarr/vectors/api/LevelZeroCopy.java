package io.rezarr.vectors.api;

import io.rezarr.error.CancelledException;
import io.rezarr.execute.RunThreads;
import io.rezarr.json.Json;
import io.rezarr.json.JsonObject;
import io.rezarr.memory.Workspace;
import io.rezarr.metadata.V3GroupMetadata;
import io.rezarr.store.Store;
import io.rezarr.store.Store.WriteMode;
import io.rezarr.store.StoreEntry;
import io.rezarr.store.StoreKey;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.metadata.LevelNumbers;
import io.rezarr.vectors.metadata.WrittenAttributes;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.node.NodeTree;
import io.rezarr.vectors.node.NodeWriter;
import io.rezarr.vectors.write.StoreChanges;
import io.rezarr.vectors.write.StoreGrids;
import io.rezarr.vectors.write.StoreGrids.LevelGrid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Copies a store as it is, without levels above 0 and without links to them: on several threads, a batch of values at a time. Where the source is to be replaced, values need
 * not be copied, since nobody changes them: they get a second name.
 */
final class LevelZeroCopy {
    private static final int INDENT = 2;
    private static final int BATCH = 1 << 12;
    private static final String DOCUMENT = "zarr.json";
    private static final String CROSSING = "0/cross_chunk_links";
    private static final Set<String> BY_DELTA = Set.of("links", "cross_chunk_links");
    private static final Set<String> BY_NAME_AND_DELTA = Set.of("link_attributes", "cross_chunk_link_attributes");

    private final NodeTree source;
    private final NodeWriter target;
    private final int threads;
    private final @Nullable Links links;
    private final BooleanSupplier isCancelled;
    private final Set<String> leftOut;
    private final List<String> keys = new ArrayList<>();

    /** Where values may get a second name: the directories of both stores. */
    record Links(Path from, Path to) {
        /** Whether that was possible. What is a symbolic link itself, which may lead into the store that goes away, is copied. */
        boolean tryLink(String key) {
            Path name = to.resolve(key);
            if (Files.isSymbolicLink(from.resolve(key))) {
                return false;
            }
            try {
                Files.createDirectories(Objects.requireNonNull(name.getParent()));
                Files.createLink(name, from.resolve(key));
                return true;
            } catch (IOException | UnsupportedOperationException notHere) {
                return false;
            }
        }
    }

    private LevelZeroCopy(
            NodeTree source,
            NodeWriter target,
            int threads,
            @Nullable Links links,
            BooleanSupplier isCancelled,
            Set<String> leftOut) {
        this.leftOut = leftOut;
        this.source = source;
        this.target = target;
        this.threads = threads;
        this.links = links;
        this.isCancelled = isCancelled;
    }

    /** @param links {@code null}: values are copied */
    static void copy(
            VectorStore from,
            Store to,
            int maxValueBytes,
            int threads,
            @Nullable Links links,
            BooleanSupplier isCancelled) {
        NodeTree source = new NodeTree(from.store(), from.prefix(), maxValueBytes);
        new LevelZeroCopy(
                        source,
                        new NodeWriter(to, StorePrefix.ROOT),
                        threads,
                        links,
                        isCancelled,
                        leftOut(from, source))
                .run();
        to.set(
                new StoreKey(DOCUMENT),
                Json.write(new V3GroupMetadata(root(from)).document(), INDENT),
                WriteMode.DIRECT);
    }

    /**
     * Documents of the root and of a group without attributes, which a mesh of 0.7 gets with the first link between levels: with it the reference implementation's validator
     * looks at faces that cross chunks, and fails.
     */
    private static Set<String> leftOut(VectorStore from, NodeTree source) {
        VectorLevel zero = from.level(0);
        boolean isMesh = from.metadata().version().is(0, 7)
                && zero.linkDeltas().contains(0)
                && zero.links(0).format().width() != 2;
        boolean saysNothing = isMesh && source.attributes(CROSSING).object().isEmpty();
        return saysNothing ? Set.of(DOCUMENT, CROSSING + "/" + DOCUMENT) : Set.of(DOCUMENT);
    }

    /** The root's attributes with level 0 only. */
    private static JsonObject root(VectorStore from) {
        StoreMetadata root = from.metadata();
        LevelMetadata zero = from.level(0).metadata();
        TreeMap<Integer, LevelGrid> grids = new TreeMap<>();
        grids.put(0, new LevelGrid(zero.chunkShape(), root.binShape()));
        StoreGrids all = new StoreGrids(root.chunkShape(), root.binShape(), grids);
        return WrittenAttributes.root(root, all, List.of(0), new StoreChanges(root.linksConvention()));
    }

    private void run() {
        walk("");
        flush();
    }

    /** @param path ends with a slash, or is empty */
    private void walk(String path) {
        List<String> below = new ArrayList<>();
        source.store().list(source.prefix(path.isEmpty() ? "" : path.substring(0, path.length() - 1)), child -> {
            if (child.name().startsWith(".")) {
                return;
            }
            if (child.kind() == StoreEntry.Kind.PREFIX) {
                below.add(child.name());
            } else if (!leftOut.contains(path + child.name())) {
                keys.add(path + child.name());
            }
        });
        if (keys.size() >= BATCH) {
            flush();
        }
        for (String name : below) {
            if (!isLeftOut(path, name)) {
                walk(path + name + "/");
            }
        }
    }

    private static boolean isLeftOut(String path, String name) {
        if (path.isEmpty()) {
            Integer level = LevelNumbers.parse(name);
            return level != null && level > 0;
        }
        String[] above = path.split("/", -1);
        boolean isDelta = name.startsWith("+") || name.startsWith("-");
        boolean isFamily = above.length == 3 && BY_DELTA.contains(above[1]);
        boolean isAttribute = above.length == 4 && BY_NAME_AND_DELTA.contains(above[1]);
        return isDelta && above[0].equals("0") && (isFamily || isAttribute);
    }

    private void flush() {
        AtomicInteger next = new AtomicInteger();
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        RunThreads.run(
                "rezarr-copy", Math.min(threads, keys.size()), number -> copyValues(next, failures), failures::add);
        RunThreads.rethrow(failures.isEmpty() ? null : failures.get(0));
        keys.clear();
    }

    private void copyValues(AtomicInteger next, List<Throwable> failures) {
        try (Workspace workspace = new Workspace()) {
            for (int i = next.getAndIncrement(); i < keys.size() && failures.isEmpty(); i = next.getAndIncrement()) {
                if (isCancelled.getAsBoolean()) {
                    throw new CancelledException("The run was cancelled.");
                }
                String key = keys.get(i);
                if (links == null || !links.tryLink(key)) {
                    target.copyValue(
                            source.store(), new StoreKey(source.root().value() + key), new StoreKey(key), workspace);
                }
            }
        } catch (Throwable e) {
            failures.add(e);
        }
    }
}
