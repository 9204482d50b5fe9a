package io.rezarr.rechunk;

import io.rezarr.array.Hierarchy;
import io.rezarr.array.ZarrArray;
import io.rezarr.array.ZarrGroup;
import io.rezarr.array.ZarrNode;
import io.rezarr.rechunk.RechunkListener.Phase;
import io.rezarr.store.Store;
import io.rezarr.store.StoreLocation;
import io.rezarr.store.StorePrefix;
import io.rezarr.verify.ArrayComparison;
import io.rezarr.verify.Difference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * In what two arrays, or two hierarchies, differ: elements bit for bit, whatever the chunks, codecs, byte order and Zarr version. Nodes of
 * hierarchies are matched by path.
 *
 * @param nodes that were compared, by path; of groups only those that differ
 * @param notes warnings met while the nodes were opened
 */
public record StoreDiff(List<NodeDiff> nodes, List<String> notes) {
    /** What is compared. */
    public enum Scope {
        /** Shapes, data types and elements of arrays. */
        ELEMENTS,
        /** Also attributes, fill values and dimension names, and attributes of groups. */
        ELEMENTS_AND_METADATA
    }

    /** How two nodes of one path relate. */
    public enum Relation {
        EQUAL,
        DIFFERENT,
        ONLY_LEFT,
        ONLY_RIGHT,
        /** One is an array, the other a group. */
        OTHER_KIND
    }

    /**
     * What was found at one path.
     *
     * @param path {@code ""} for what was asked for itself
     * @param difference the first differing element, shape or type; {@code null} if there is none, or it was not looked for
     * @param metadata differences, a sentence each
     */
    public record NodeDiff(
            String path, Relation relation, @Nullable Difference difference, List<String> metadata) {
        public NodeDiff {
            metadata = List.copyOf(metadata);
        }

        private static NodeDiff of(String path, @Nullable Difference difference, List<String> metadata) {
            boolean equal = difference == null && metadata.isEmpty();
            return new NodeDiff(path, equal ? Relation.EQUAL : Relation.DIFFERENT, difference, metadata);
        }
    }

    public StoreDiff {
        nodes = List.copyOf(nodes);
        notes = List.copyOf(notes);
    }

    public boolean isEqual() {
        return nodes.stream().allMatch(node -> node.relation() == Relation.EQUAL);
    }

    /**
     * Compares what stands at two places.
     *
     * @param maxBytes of memory for buffers
     * @param listener is told of each array in phase {@code VERIFY}
     * @throws io.rezarr.error.InvalidMetadataException if there is no node, or its metadata are wrong
     * @throws io.rezarr.error.MalformedDataException if a chunk does not decode
     * @throws io.rezarr.error.RefusedException if a run was interrupted at one of them; names the command that recovers it
     */
    public static StoreDiff compare(
            StoreLocation left,
            StoreLocation right,
            Scope scope,
            long maxBytes,
            int threads,
            RechunkListener listener) {
        StoreInfo.requireReadable(left);
        StoreInfo.requireReadable(right);
        List<String> notes = new ArrayList<>();
        try (Store leftStore = left.open();
                Store rightStore = right.open()) {
            Map<String, ZarrNode> leftNodes = nodesOf(leftStore, left, notes);
            Map<String, ZarrNode> rightNodes = nodesOf(rightStore, right, notes);
            SortedSet<String> paths = new TreeSet<>(leftNodes.keySet());
            paths.addAll(rightNodes.keySet());

            Comparison comparison = new Comparison(scope, maxBytes, threads, listener, paths.size());
            for (String path : paths) {
                comparison.add(path, leftNodes.get(path), rightNodes.get(path));
            }
            return new StoreDiff(comparison.found, notes);
        }
    }

    /** {@link #compare(StoreLocation, StoreLocation, Scope, long, int, RechunkListener)} of two local directories. */
    public static StoreDiff compare(
            Path left, Path right, Scope scope, long maxBytes, int threads, RechunkListener listener) {
        return compare(StoreLocation.of(left), StoreLocation.of(right), scope, maxBytes, threads, listener);
    }

    private static Map<String, ZarrNode> nodesOf(Store store, StoreLocation path, List<String> notes) {
        Hierarchy.Warnings warnings = message -> notes.add(path + ": " + message);
        Map<String, ZarrNode> nodes = new TreeMap<>();
        for (ZarrNode node : Hierarchy.walk(Hierarchy.open(store, StorePrefix.ROOT, null, warnings), warnings)) {
            nodes.put(node.prefix().path(), node);
        }
        return nodes;
    }

    /** The work in hand. */
    private static final class Comparison {
        private final Scope scope;
        private final long maxBytes;
        private final int threads;
        private final RechunkListener listener;
        private final int count;
        private final List<NodeDiff> found = new ArrayList<>();
        private int index;

        Comparison(Scope scope, long maxBytes, int threads, RechunkListener listener, int count) {
            this.scope = scope;
            this.maxBytes = maxBytes;
            this.threads = threads;
            this.listener = listener;
            this.count = count;
        }

        void add(String path, @Nullable ZarrNode left, @Nullable ZarrNode right) {
            int at = index++;
            if (left instanceof ZarrArray leftArray && right instanceof ZarrArray rightArray) {
                listener.phase(Phase.VERIFY, path, at, count);
                found.add(arrays(path, leftArray, rightArray));
            } else if (left instanceof ZarrGroup leftGroup && right instanceof ZarrGroup rightGroup) {
                List<String> metadata = withMetadata()
                        ? MetadataDiff.ofAttributes(leftGroup.metadata(), rightGroup.metadata())
                        : List.of();
                if (!metadata.isEmpty()) {
                    found.add(NodeDiff.of(path, null, metadata));
                }
            } else if (left != null && right != null) {
                found.add(new NodeDiff(path, Relation.OTHER_KIND, null, List.of()));
            } else if (isOfInterest(left != null ? left : right)) {
                Relation relation = left != null ? Relation.ONLY_LEFT : Relation.ONLY_RIGHT;
                found.add(new NodeDiff(path, relation, null, List.of()));
            }
        }

        /** A group without elements is missed only where metadata count. */
        private boolean isOfInterest(@Nullable ZarrNode node) {
            return node instanceof ZarrArray || withMetadata();
        }

        private boolean withMetadata() {
            return scope == Scope.ELEMENTS_AND_METADATA;
        }

        private NodeDiff arrays(String path, ZarrArray left, ZarrArray right) {
            Difference difference =
                    ArrayComparison.compare(left, right, maxBytes, threads, new ArrayProgress(path, listener));
            List<String> metadata =
                    withMetadata() ? MetadataDiff.ofArrays(left.metadata(), right.metadata()) : List.of();
            return NodeDiff.of(path, difference, metadata);
        }
    }
}
