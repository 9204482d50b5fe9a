package io.rezarr.vectors.layout;

import io.rezarr.array.Hierarchy;
import io.rezarr.array.ZarrGroup;
import io.rezarr.array.ZarrNode;
import io.rezarr.commit.Recovery;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.MalformedDataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.memory.Workspace;
import io.rezarr.store.Store;
import io.rezarr.store.StoreLocation;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.layout.v07.Layout07;
import io.rezarr.vectors.layout.v09.Layout09;
import io.rezarr.vectors.metadata.RootAttributes;
import io.rezarr.vectors.model.FormatVersion;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.node.NodeStore;
import io.rezarr.vectors.node.NodeTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Opens stores of the Zarr Vector Format. */
public final class VectorStores {
    /** The most that Java holds in one array. */
    private static final int MAX_VALUE_BYTES = Workspace.MAX_ARRAY_BYTES;

    /** Of the memory there is, the part that one value may take; decoding holds two of them, and others stand beside it. */
    private static final int PARTS = 4;

    /** Not to delete it: where a chunk of an array reads as the fill value, vertices would be gone. */
    private static final String REMEDY = "'rezarr vectors validate' tells what else is wrong; restore it from a copy.";

    private VectorStores() {}

    /** The most bytes of one value that are read where data may take that much memory. */
    public static int maxValueBytes(long maxMemoryBytes) {
        return (int) Math.min(MAX_VALUE_BYTES, Math.max(1 << 20, maxMemoryBytes / PARTS));
    }

    /**
     * A store, opened for reading.
     *
     * @throws io.rezarr.error.RefusedException if a run was interrupted there; names the command that recovers it
     */
    public static Store readable(StoreLocation location) {
        Path directory = location.directory();
        if (directory != null && !Files.isRegularFile(directory)) {
            Recovery.requireNotInterrupted(directory);
        }
        return location.open();
    }

    /**
     * Opens the store at a prefix; reads its root's metadata.
     *
     * @param maxValueBytes the most bytes of one value (the positions of a chunk, a batch of manifests), stored or decoded; more is refused when
     *     it is met
     * @throws InvalidMetadataException if there is none, or its metadata are wrong
     * @throws UnsupportedFeatureException if it has another version than 0.7 or 0.9, or asks for what rezarr does not know
     */
    public static VectorStore open(Store store, StorePrefix prefix, int maxValueBytes) {
        NodeTree nodes = nodes(store, prefix, maxValueBytes);
        FormatVersion version = RootAttributes.version(nodes.attributes(""));
        if (version.is(0, 7)) {
            return NodeStore.open(nodes, new Layout07());
        }
        if (version.is(0, 9)) {
            return NodeStore.open(nodes, new Layout09());
        }
        throw new UnsupportedFeatureException("'" + nodes.name("") + "' has version " + version
                + " of the Zarr Vector Format; supported are 0.7 and 0.9.");
    }

    /**
     * Does something that reads a store. What does not decode, or is not supported, is known by its place in the store only where it is found: here
     * the store gets its name, and the user something to do.
     */
    public static <T> T reading(Store store, Supplier<T> work) {
        try {
            return work.get();
        } catch (MalformedDataException e) {
            throw (names(store, e) ? e : e.in(store.location())).withRemedy(REMEDY);
        } catch (UnsupportedFeatureException e) {
            throw names(store, e)
                    ? e
                    : new UnsupportedFeatureException("'" + store.location() + "': " + e.getMessage(), e);
        }
    }

    private static boolean names(Store store, RuntimeException e) {
        return String.valueOf(e.getMessage()).contains(store.location());
    }

    private static NodeTree nodes(Store store, StorePrefix prefix, int maxValueBytes) {
        NodeTree nodes = new NodeTree(store, prefix, maxValueBytes);
        ZarrNode root = Hierarchy.open(store, prefix, null, warning -> {});
        boolean isVectors = root instanceof ZarrGroup group && Hierarchy.isVectorStore(group);
        if (!isVectors) {
            throw new InvalidMetadataException("'" + nodes.name("")
                    + "' is no store of the Zarr Vector Format: expected a group with the attribute '"
                    + StoreMetadata.ATTRIBUTE + "'.");
        }
        return nodes;
    }
}
