package io.rezarr.vectors.digest;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonString;
import io.rezarr.memory.Workspace;
import io.rezarr.store.Sha256;
import io.rezarr.store.Store;
import io.rezarr.store.StoreLocation;
import io.rezarr.store.StorePrefix;
import io.rezarr.vectors.layout.VectorStores;
import io.rezarr.vectors.model.GeometryType;
import io.rezarr.vectors.model.LinkFamily;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.VectorLevel;
import io.rezarr.vectors.model.VectorStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What identifies the content of a store, whatever its chunks, bins, codecs and layout: {@code rzv1}. A rechunk, a rebin and an upgrade leave it; any
 * single change of a vertex, an attribute, an object, a link, a group or what the metadata say of them changes it. For accidents, not for adversaries.
 *
 * <p>A vertex is its position and its attributes, bit for bit; the vertices of a level are a multiset. An object is its id and the sequence of its vertices,
 * where the geometry is one of paths, else their multiset. A link is its ends in the order given, each with the ids of the objects that it belongs to; links
 * along paths follow from the objects and are left out; of skeletons the edges from child to parent count, stored or not. An attribute of a fragment is
 * one of each of its vertices. Rows in no fragment are told apart, and not part of it. {@code docs/zvf.md} has the construction.
 *
 * <p>Memory: the values of one chunk, 12 bytes (with links 20) for each fragment of all levels, 8 bytes for each object of one level, and the hashes of as many
 * vertices as the limit allows.
 *
 * @param hex 64 hexadecimal digits
 * @param parts what it is made of, by level and name, so that a difference can be located
 */
public record VectorDigest(String hex, List<Part> parts) {
    /** The level of parts of the root. */
    public static final int ROOT = -1;

    private static final String NAME = "rzv1";
    private static final int BYTES_PER_ROW = 16;

    /**
     * A part of the content.
     *
     * @param level {@link #ROOT} for what belongs to no level
     * @param name such as {@code vertices}, {@code object-attribute length}, {@code links +1}
     * @param count of what is summed up; 0 for metadata
     * @param value of the part, in hexadecimal digits
     * @param isContent whether it is part of the whole
     */
    public record Part(int level, String name, long count, String value, boolean isContent) {
        private static final Pattern OF_LINKS =
                Pattern.compile("(?:links|link-attribute) ([+-][0-9]{1,9})(?: .*)?", Pattern.DOTALL);

        /** To the level that links lead to which this is part of; 0 for everything else. */
        public int delta() {
            Matcher ofLinks = OF_LINKS.matcher(name);
            return ofLinks.matches() ? Integer.parseInt(ofLinks.group(1)) : 0;
        }
    }

    public VectorDigest {
        parts = List.copyOf(parts);
    }

    /**
     * Reads all of the store at a place, likewise.
     *
     * @param maxMemoryBytes what data may take
     * @throws io.rezarr.error.RefusedException if a run was interrupted there
     */
    public static VectorDigest of(StoreLocation location, long maxMemoryBytes) {
        int maxValueBytes = VectorStores.maxValueBytes(maxMemoryBytes);
        try (Store store = VectorStores.readable(location)) {
            return VectorStores.reading(
                    store, () -> of(VectorStores.open(store, StorePrefix.ROOT, maxValueBytes), maxValueBytes));
        }
    }

    /** {@link #of(StoreLocation, long)} of a local directory. */
    public static VectorDigest of(Path path, long maxMemoryBytes) {
        return of(StoreLocation.of(path), maxMemoryBytes);
    }

    /**
     * Reads all of a store.
     *
     * @param maxValueBytes as the store was opened with; as much again holds the hashes of vertices for links between chunks
     * @throws io.rezarr.error.MalformedDataException if something does not decode, or refers to what does not exist
     * @throws io.rezarr.error.InvalidMetadataException if metadata are wrong
     * @throws io.rezarr.error.UnsupportedFeatureException if they ask for what rezarr does not know
     */
    public static VectorDigest of(VectorStore store, int maxValueBytes) {
        Parts parts = new Parts();
        try (Workspace workspace = new Workspace()) {
            Map<Integer, LevelSums> levels = new TreeMap<>();
            boolean withOwners = hasLinks(store);
            for (int number : store.levelNumbers()) {
                levels.put(number, addLevel(store, number, withOwners, parts, workspace));
            }
            long maxRows = Math.max(1, maxValueBytes / BYTES_PER_ROW);
            levels.forEach((number, sums) -> addLinks(store, sums, levels, maxRows, parts, workspace));
            MetadataParts.addRoot(store.metadata(), parts);
            new OtherParts(store, maxValueBytes, parts, workspace).add();
        }
        return of(parts.sorted());
    }

    /** Whether there are links that are part of the content. */
    private static boolean hasLinks(VectorStore store) {
        boolean hasPaths = store.metadata().hasPaths();
        return store.levelNumbers().stream()
                .flatMap(number -> store.level(number).linkDeltas().stream())
                .anyMatch(delta -> delta != 0 || !hasPaths);
    }

    private static LevelSums addLevel(
            VectorStore store, int number, boolean withOwners, Parts parts, Workspace workspace) {
        VectorLevel level = store.level(number);
        MetadataParts.addLevel(level.metadata(), level.vertexFormat(), parts);
        LevelSums sums = LevelSums.of(store.metadata(), level, withOwners, workspace);
        sums.addParts(number, parts, workspace);
        new ObjectSums(level, sums).addParts(parts, workspace);
        return sums;
    }

    private static void addLinks(
            VectorStore store,
            LevelSums sums,
            Map<Integer, LevelSums> levels,
            long maxRows,
            Parts parts,
            Workspace workspace) {
        StoreMetadata root = store.metadata();
        VectorLevel level = sums.hashes().level();
        int number = level.metadata().number();
        boolean hasTrees = root.geometryTypes().contains(GeometryType.SKELETON);
        boolean byFragments = !root.version().is(0, 7);
        List<Integer> deltas = level.linkDeltas();
        for (int delta : deltas) {
            if (delta == 0 && root.hasPaths()) {
                continue;
            }
            LinkFamily family = level.links(delta);
            LevelSums target = delta == 0 ? sums : levels.get(number + delta);
            if (target == null) {
                throw new InvalidMetadataException(
                        "'" + family.path() + "' leads to level " + (number + delta)
                                + ", which does not exist. Remove these links, or rewrite the store to another place, which leaves them out.");
            }
            HashCache here = new HashCache(sums, byFragments, maxRows);
            HashCache there = delta == 0 ? here : new HashCache(target, byFragments, maxRows);
            boolean tree = delta == 0 && hasTrees;
            LinkSums links = new LinkSums(family, here, there, tree);
            if (tree && root.hasImplicitParents()) {
                links.addImplied(sums.hashes().chunks().size(), workspace);
            }
            links.addStored(workspace);
            links.addParts(number, parts);
        }
        if (number == 0 && hasTrees && root.hasImplicitParents() && !deltas.contains(0)) {
            HashCache here = new HashCache(sums, byFragments, maxRows);
            LinkSums links = new LinkSums(new NoLinks(), here, here, true);
            links.addImplied(sums.hashes().chunks().size(), workspace);
            links.addParts(number, parts);
        }
    }

    private static VectorDigest of(List<Part> parts) {
        StringBuilder text = new StringBuilder(NAME).append('\n');
        for (Part part : parts) {
            if (part.isContent) {
                // Names are those of directories, and may hold anything.
                String name = Json.toString(new JsonString(part.name));
                text.append(part.level).append('\t').append(name).append('\t').append(part.count);
                text.append('\t').append(part.value).append('\n');
            }
        }
        return new VectorDigest(Sha256.hex(text.toString()), parts);
    }
}
