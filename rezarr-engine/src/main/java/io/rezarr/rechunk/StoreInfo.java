package io.rezarr.rechunk;

import io.rezarr.array.Hierarchy;
import io.rezarr.array.ZarrArray;
import io.rezarr.array.ZarrGroup;
import io.rezarr.array.ZarrNode;
import io.rezarr.commit.Recovery;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.GroupMetadata;
import io.rezarr.metadata.NodeMetadata;
import io.rezarr.metadata.ZarrFormat;
import io.rezarr.store.Store;
import io.rezarr.store.StoreLocation;
import io.rezarr.store.StorePrefix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands at a path: metadata, what is stored, and what is odd about it. Lists every chunk and reads the index of every shard; decodes no
 * chunk and changes nothing.
 *
 * @param location of the store
 * @param nodes the node itself first, then those below it, parents before children
 * @param notes warnings met while the nodes were opened
 */
public record StoreInfo(String location, List<NodeInfo> nodes, List<String> notes) {
    /** How far below a group one looks. */
    public enum Depth {
        /** The node, and what lies directly in it. */
        CHILDREN,
        TREE
    }

    /** One node. */
    public sealed interface NodeInfo permits ArrayInfo, GroupInfo {
        /** Below the path that was asked for; {@code ""} for it itself. */
        String path();

        NodeMetadata metadata();

        /** What is odd, a sentence each. */
        List<String> oddities();
    }

    /**
     * An array.
     *
     * @param stored what there is of it
     */
    public record ArrayInfo(String path, ArrayMetadata metadata, StoredChunks stored, List<String> oddities)
            implements NodeInfo {
        public ArrayInfo {
            oddities = List.copyOf(oddities);
        }
    }

    /**
     * A group.
     *
     * @param arrays below it, at any depth
     * @param groups likewise, without itself
     * @param consolidated whether it has consolidated metadata, and whether they agree with the nodes
     */
    public record GroupInfo(
            String path,
            GroupMetadata metadata,
            long arrays,
            long groups,
            ConsolidatedState consolidated,
            List<String> oddities)
            implements NodeInfo {
        public GroupInfo {
            oddities = List.copyOf(oddities);
        }
    }

    /** Whether consolidated metadata say what the nodes' own documents say. */
    public enum ConsolidatedState {
        NONE,
        CURRENT,
        STALE
    }

    public StoreInfo {
        nodes = List.copyOf(nodes);
        notes = List.copyOf(notes);
    }

    /**
     * Looks at a node.
     *
     * @param location of an array or a group
     * @param format the version to open where both stand; {@code null}: whichever there is
     * @throws io.rezarr.error.InvalidMetadataException if there is no node, or its metadata are wrong
     * @throws io.rezarr.error.RefusedException if a run was interrupted there; names the command that recovers it
     * @throws io.rezarr.error.StoreException if it cannot be read
     */
    public static StoreInfo of(StoreLocation location, Depth depth, @Nullable ZarrFormat format) {
        requireReadable(location);
        try (Store store = location.open()) {
            List<String> notes = new ArrayList<>();
            ZarrNode root = Hierarchy.open(store, StorePrefix.ROOT, format, notes::add);
            List<ZarrNode> all = Hierarchy.walk(root, notes::add);
            List<NodeInfo> nodes = new ArrayList<>();
            for (ZarrNode node : all) {
                if (depth == Depth.TREE || levelsBelowRoot(node) <= 1) {
                    nodes.add(describe(node, all));
                }
            }
            return new StoreInfo(store.location(), nodes, notes);
        }
    }

    /** {@link #of(StoreLocation, Depth, ZarrFormat)} of a local directory. */
    public static StoreInfo of(Path path, Depth depth, @Nullable ZarrFormat format) {
        return of(StoreLocation.of(path), depth, format);
    }

    /** Refuses a local path at which a run was interrupted. A plain file is left to those who open it, and say that it is no node. */
    static void requireReadable(StoreLocation location) {
        Path directory = location.directory();
        if (directory != null && !Files.isRegularFile(directory)) {
            Recovery.requireNotInterrupted(directory);
        }
    }

    private static NodeInfo describe(ZarrNode node, List<ZarrNode> all) {
        if (node instanceof ZarrArray array) {
            StoredChunksScan scan = new StoredChunksScan(array);
            StoredChunks stored = scan.run();
            return new ArrayInfo(node.prefix().path(), array.metadata(), stored, scan.oddities());
        }
        ZarrGroup group = (ZarrGroup) node;
        List<ZarrNode> below = all.stream()
                .filter(other -> other != node
                        && other.prefix().value().startsWith(node.prefix().value()))
                .toList();
        List<String> oddities = new ArrayList<>();
        ConsolidatedState consolidated = ConsolidatedCheck.of(group, below, oddities);
        long arrays = below.stream().filter(ZarrArray.class::isInstance).count();
        return new GroupInfo(
                node.prefix().path(), group.metadata(), arrays, below.size() - arrays, consolidated, oddities);
    }

    private static long levelsBelowRoot(ZarrNode node) {
        return node.prefix().value().chars().filter(c -> c == '/').count();
    }
}
