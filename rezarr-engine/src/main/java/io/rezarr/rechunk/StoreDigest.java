package io.rezarr.rechunk;

import io.rezarr.array.Hierarchy;
import io.rezarr.array.ZarrArray;
import io.rezarr.array.ZarrNode;
import io.rezarr.rechunk.RechunkListener.Phase;
import io.rezarr.store.Store;
import io.rezarr.store.StoreLocation;
import io.rezarr.store.StorePrefix;
import io.rezarr.verify.ContentDigest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The content digest of an array, or of a group and all arrays anywhere below it: equal for equal values, however they are stored.
 *
 * @param whole of the array or group that was asked for
 * @param arrays below the group, by path, in the order in which they enter its digest; none of an array
 * @param notes warnings met while the nodes were opened
 */
public record StoreDigest(ContentDigest whole, List<ArrayDigest> arrays, List<String> notes) {
    /** @param path below the group */
    public record ArrayDigest(String path, ContentDigest digest) {}

    public StoreDigest {
        arrays = List.copyOf(arrays);
        notes = List.copyOf(notes);
    }

    /**
     * Makes digests of what stands at a place. Nothing is read before it is known that all of it can be decoded.
     *
     * @param maxBytes of memory for buffers
     * @param listener is told of each array in phase {@code READ}
     * @throws io.rezarr.error.InvalidMetadataException if there is no node, or its metadata are wrong
     * @throws io.rezarr.error.UnsupportedFeatureException if an array's data type or a codec cannot be decoded; names the array
     * @throws io.rezarr.error.InfeasiblePlanException if {@code maxBytes} does not hold one chunk; names the least that would do
     * @throws io.rezarr.error.MalformedDataException if a chunk does not decode
     * @throws io.rezarr.error.RefusedException if a run was interrupted at it; names the command that recovers it
     */
    public static StoreDigest of(StoreLocation location, long maxBytes, int threads, RechunkListener listener) {
        StoreInfo.requireReadable(location);
        List<String> notes = new ArrayList<>();
        Hierarchy.Warnings warnings = notes::add;
        try (Store store = location.open()) {
            ZarrNode node = Hierarchy.open(store, StorePrefix.ROOT, null, warnings);
            List<ZarrArray> arrays = arraysOf(node, warnings);
            arrays.forEach(array -> ContentDigest.requirePossible(array, maxBytes));

            Map<String, ContentDigest> digests = new LinkedHashMap<>();
            for (ZarrArray array : arrays) {
                String name = array.prefix().path();
                listener.phase(Phase.READ, name, digests.size(), arrays.size());
                digests.put(name, ContentDigest.of(array, maxBytes, threads, new ArrayProgress(name, listener)));
            }
            return node instanceof ZarrArray
                    ? new StoreDigest(digests.values().iterator().next(), List.of(), notes)
                    : ofGroup(digests, notes);
        }
    }

    /** {@link #of(StoreLocation, long, int, RechunkListener)} of a local directory. */
    public static StoreDigest of(Path path, long maxBytes, int threads, RechunkListener listener) {
        return of(StoreLocation.of(path), maxBytes, threads, listener);
    }

    private static List<ZarrArray> arraysOf(ZarrNode root, Hierarchy.Warnings warnings) {
        List<ZarrArray> arrays = new ArrayList<>();
        for (ZarrNode node : Hierarchy.walk(root, warnings)) {
            if (node instanceof ZarrArray array) {
                arrays.add(array);
            }
        }
        arrays.sort((a, b) ->
                ContentDigest.PATH_ORDER.compare(a.prefix().path(), b.prefix().path()));
        return arrays;
    }

    private static StoreDigest ofGroup(Map<String, ContentDigest> digests, List<String> notes) {
        List<ArrayDigest> arrays = new ArrayList<>();
        digests.forEach((path, digest) -> arrays.add(new ArrayDigest(path, digest)));
        return new StoreDigest(ContentDigest.ofGroup(digests), arrays, notes);
    }
}
