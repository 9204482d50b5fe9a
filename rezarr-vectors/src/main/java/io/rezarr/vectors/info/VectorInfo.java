package io.rezarr.vectors.info;

import io.rezarr.error.RezarrException;
import io.rezarr.memory.Workspace;
import io.rezarr.store.Store;
import io.rezarr.store.StoreLocation;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.layout.VectorStores;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VectorStore;
import io.rezarr.vectors.model.WorldVector;
import io.rezarr.vectors.rechunk.ChunkLimit;
import io.rezarr.vectors.rechunk.ChunkShapeChoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a store holds. Reads metadata, lists all chunks, and sums up sizes; of compressed positions of layout 0.9 each chunk is decoded, since nothing else tells
 * how many there are, and links are read where nothing declares their number.
 *
 * @param location of the store
 * @param metadata of the root
 * @param levels ascending
 * @param otherMembers of the root that are no levels
 * @param parametricObjects how many; 0 if there are none
 * @param storedBytes of all keys
 * @param storedObjects how many keys
 * @param suggestion the chunk shape that {@code --chunk-shape auto} would take; {@code null} if there is none, or no vertices
 * @param watch what to watch, a sentence each
 */
public record VectorInfo(
        String location,
        StoreMetadata metadata,
        List<LevelInfo> levels,
        List<String> otherMembers,
        long parametricObjects,
        long storedBytes,
        long storedObjects,
        @Nullable ChunkShapeChoice suggestion,
        List<String> watch) {
    /**
     * A level.
     *
     * @param vertices stored, those in no fragment included
     * @param positionType such as {@code float32}
     * @param chunks that have vertices
     * @param fullest the chunk with the most vertices; {@code null} if there are none
     * @param fullestVertices how many it has
     * @param fullestBytes of its positions
     * @param objects -1 if the level has none
     * @param groups -1 if the level has none
     */
    public record LevelInfo(
            int number,
            WorldVector chunkShape,
            WorldVector binShape,
            long vertices,
            String positionType,
            int chunks,
            @Nullable String fullest,
            long fullestVertices,
            long fullestBytes,
            long objects,
            int groups,
            List<AttributeInfo> attributes,
            List<LinksInfo> links,
            long storedBytes,
            long storedObjects) {
        public LevelInfo {
            attributes = List.copyOf(attributes);
            links = List.copyOf(links);
        }
    }

    /**
     * An attribute.
     *
     * @param of what it is one: {@code vertex}, {@code fragment}, {@code link}, {@code object}, {@code group}
     * @param columns -1 if nothing is stored that tells
     */
    public record AttributeInfo(String of, String name, String type, long columns) {}

    /** The links of one delta. */
    public record LinksInfo(int delta, int width, boolean directed, String policy, long links) {}

    public VectorInfo {
        levels = List.copyOf(levels);
        otherMembers = List.copyOf(otherMembers);
        watch = List.copyOf(watch);
    }

    /**
     * Looks at the store at a place.
     *
     * @param maxMemoryBytes what data may take
     * @throws io.rezarr.error.InvalidMetadataException if there is none, or its metadata are wrong
     * @throws io.rezarr.error.UnsupportedFeatureException if it asks for what rezarr does not know
     * @throws io.rezarr.error.RefusedException if a run was interrupted there
     */
    public static VectorInfo of(StoreLocation location, long maxMemoryBytes) {
        try (Store store = VectorStores.readable(location)) {
            int maxValueBytes = VectorStores.maxValueBytes(maxMemoryBytes);
            return VectorStores.reading(
                    store, () -> of(VectorStores.open(store, StorePrefix.ROOT, maxValueBytes), maxMemoryBytes));
        }
    }

    /** {@link #of(StoreLocation, long)} of a local directory. */
    public static VectorInfo of(Path path, long maxMemoryBytes) {
        return of(StoreLocation.of(path), maxMemoryBytes);
    }

    /** Likewise at a store that is open. */
    public static VectorInfo of(VectorStore store, long maxMemoryBytes) {
        List<LevelInfo> levels = new ArrayList<>();
        List<String> watch = new ArrayList<>();
        long parametric;
        try (Workspace workspace = new Workspace()) {
            for (int number : store.levelNumbers()) {
                LevelInfo level = new LevelScan(store, store.level(number), workspace).scan();
                levels.add(level);
                Watch.level(level, watch);
            }
            parametric = parametricObjects(store);
        }
        Watch.store(store, levels, watch);
        ChunkShapeChoice suggestion = suggestion(store, levels, maxMemoryBytes, watch);
        StoredBytes all = StoredBytes.below(store.store(), store.prefix());
        return new VectorInfo(
                store.store().location(),
                store.metadata(),
                levels,
                store.otherMembers(),
                parametric,
                all.bytes(),
                all.objects(),
                suggestion,
                watch);
    }

    private static @Nullable ChunkShapeChoice suggestion(
            VectorStore store, List<LevelInfo> levels, long maxMemoryBytes, List<String> watch) {
        if (levels.stream().allMatch(level -> level.vertices() == 0)) {
            return null;
        }
        try {
            return ChunkShapeChoice.of(store, store.levelNumbers(), ChunkLimit.USUAL, null, maxMemoryBytes);
        } catch (RezarrException e) {
            watch.add("no chunk shape can be suggested: " + e.getMessage());
            return null;
        }
    }

    private static long parametricObjects(VectorStore store) {
        var parametric = store.parametric();
        var objects = parametric == null ? null : parametric.objects();
        return objects == null ? 0 : objects.rows();
    }
}
