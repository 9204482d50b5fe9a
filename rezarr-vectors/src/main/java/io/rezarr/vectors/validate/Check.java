package io.rezarr.vectors.validate;

import java.util.Locale;

/**
 * What is checked, by the level at which it is: 1 what stands there, 2 metadata, 3 data, 4 conventions of the geometry, 5 levels of detail together.
 * {@code docs/zvf.md} has the table.
 */
public enum Check {
    ROOT(1, "the root is a Zarr v3 group with the attribute zarr_vectors"),
    LEVELS(1, "there is at least one level"),
    LEVEL_GROUP(1, "a level is a group with the attribute zarr_vectors_level"),
    VERTICES(1, "a level has vertices"),
    FRAGMENTS(1, "a level has vertex_fragments"),
    LINK_DELTAS(1, Severity.WARNING, "families of links are named by deltas"),
    OME(1, Severity.WARNING, "the root has the attribute ome (0.9)"),
    LEVELS_PENDING(
            1, Severity.WARNING, "a store that gets its levels one by one has all of them, and the links between them"),
    UNKNOWN_MEMBERS(1, Severity.WARNING, "every member of a level is known"),

    SUPPORTED(
            2,
            "nothing is asked for that rezarr does not read: other versions, draco, composite stores, unknown codecs"),
    ROOT_METADATA(2, "version, axes, chunk shape, bounds, geometry types and conventions are there and make sense"),
    BOUNDS(2, "the least corner of the bounds is not beyond the greatest"),
    BIN_SHAPE(2, "the bin shape divides the chunk shape"),
    GEOMETRY(2, Severity.WARNING, "there is one geometry type"),
    LEVEL_METADATA(2, "number, counts, sparsity and parent of a level make sense"),
    LEVEL_CHUNK_SHAPE(2, "the chunk shape of a level is a whole multiple of the root's"),
    LEVEL_BIN_SHAPE(2, "the bin shape of a level, if smaller than its chunks, divides them"),
    MULTISCALES(2, "multiscales describe every level: scale, and half the bin shape as translation"),
    OME_NODES(2, Severity.WARNING, "ome names the levels (0.9)"),
    ARRAY_METADATA(2, "the metadata of every array family make sense"),
    GRID(2, "arrays have an element for every chunk within the bounds (0.9)"),

    DIRECTORY(3, "nonempty_chunks lists exactly the chunks that have a value (0.9)"),
    CHUNK_KEYS(3, "vertices, fragments and vertex attributes have values for the same chunks"),
    VERTEX_ROWS(3, "positions decode to whole rows"),
    FINITE(3, Severity.WARNING, "positions are finite"),
    CHUNK_OF_VERTEX(3, "every vertex is in its chunk: floor(position / chunk shape)"),
    BIN_OF_VERTEX(3, "every vertex is in the bin of its fragment (point clouds without objects; paths of 0.7)"),
    BINS(3, "a chunk has a fragment for each of its bins (point clouds without objects)"),
    IN_BOUNDS(3, "the vertices of level 0 lie within the bounds"),
    FRAGMENT_INDEX(3, "fragments decode"),
    FRAGMENT_ROWS(3, "every row that a fragment names exists"),
    FRAGMENT_TILING(3, "fragments cover the rows in order (0.7; 0.9 where fragments_tile says so)"),
    DEAD_ROWS(3, Severity.WARNING, "every row is in a fragment"),
    ATTRIBUTE_ROWS(3, "a vertex attribute has a row for each vertex, of one width"),
    ATTRIBUTE_WIDTH(3, Severity.WARNING, "an attribute has as many columns as it declares"),
    CATEGORY_CODES(3, "codes of categories stand for one"),
    FRAGMENT_ATTRIBUTE_ROWS(3, "a fragment attribute has a row for each fragment"),
    LINK_SEGMENTS(3, "arrays of links are named by offsets that their policy allows (0.9)"),
    LINK_ROWS(3, "links decode"),
    LINK_ENDS(3, "both ends of every link exist"),
    LINK_GROUPS(3, "link_fragments cover the links within a chunk (0.7: in order)"),
    LINK_COUNTS(3, "there are as many links as declared"),
    LINK_COPIES(3, "a link is stored once in each chunk that it touches, where its family says so (0.9)"),
    LINK_CROSSES(3, "a link that is stored as crossing chunks does (0.7)"),
    LINK_ATTRIBUTE_ROWS(3, "a link attribute has a row for each link"),
    LINK_TARGET(3, "links to another level lead to a level that exists"),
    MANIFESTS(3, "manifests of objects decode"),
    MANIFEST_ENTRIES(3, "every fragment that an object names exists"),
    OBJECT_COUNTS(3, "there are as many objects as declared"),
    OBJECT_IDS(3, "no two objects have one id; ids ascend where that is claimed"),
    OBJECT_ATTRIBUTE_ROWS(3, "an object attribute has a row for each object"),
    UNOWNED_FRAGMENTS(
            3, Severity.WARNING, "every fragment with vertices belongs to an object, where there are objects"),
    GROUPS(3, "groups decode, and there are as many as declared"),
    GROUP_MEMBERS(3, "every object that a group names exists"),
    GROUP_ATTRIBUTE_ROWS(3, "a group attribute has a row for each group"),
    PATH_CROSSINGS(3, "paths have a link wherever they go from chunk to chunk, and no other"),
    PATH_LINK_ROWS(3, Severity.WARNING, "such a link joins the last row before with the first row behind"),
    PARENTS(3, "a vertex of a skeleton has one parent at most"),
    VERTEX_COUNT(3, "vertex_count is the number of vertices"),

    LEVEL_ZERO(4, Severity.WARNING, "there is a level 0"),
    CONVENTION(4, "the links convention fits the geometry"),
    FACE_WIDTH(4, "faces have three corners or more"),
    POINT_LINKS(4, Severity.WARNING, "a point cloud has no links within a level"),
    PATH_OBJECTS(4, "paths are objects"),
    LINE_LENGTH(4, "a line has two vertices"),

    LEVEL_SEQUENCE(5, "levels are numbered from 0 without gaps"),
    LEVEL_SIZES(5, "no level has more vertices than the one before"),
    OBJECTS_KEPT(5, "a level that says so has the objects of level 0"),
    LINK_MIRROR(5, "links between levels are stored from both sides alike, where that is said");

    private final int level;
    private final Severity severity;
    private final String rule;

    Check(int level, String rule) {
        this(level, Severity.ERROR, rule);
    }

    Check(int level, Severity severity, String rule) {
        this.level = level;
        this.severity = severity;
        this.rule = rule;
    }

    /** The validation level, 1 to 5. */
    public int level() {
        return level;
    }

    /** Of its findings, unless they say otherwise. */
    public Severity severity() {
        return severity;
    }

    /** What must hold. */
    public String rule() {
        return rule;
    }

    /** {@code chunk-of-vertex}. */
    public String token() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
