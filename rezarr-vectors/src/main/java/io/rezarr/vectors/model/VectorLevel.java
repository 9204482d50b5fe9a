package io.rezarr.vectors.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A level of a store: vertices in chunks, and what refers to them. Families are opened when they are asked for, so that a broken one does not
 * hide the others; opening one reads its metadata and lists its chunks, no values. Safe for use by many threads.
 *
 * <p>Every method that opens a family throws {@link io.rezarr.error.InvalidMetadataException} if its metadata are wrong, and
 * {@link io.rezarr.error.UnsupportedFeatureException} if they ask for what rezarr does not read, by name. Asking for a name or delta that is
 * not listed is an {@link IllegalArgumentException}.
 */
public interface VectorLevel {
    LevelMetadata metadata();

    VertexFormat vertexFormat();

    /** Positions, a row for each vertex. */
    ChunkValues vertices();

    /** For each chunk a {@link FragmentIndex} over its rows. */
    ChunkValues fragments();

    /** Sorted. */
    List<String> vertexAttributeNames();

    ChunkAttribute vertexAttribute(String name);

    /** Sorted. */
    List<String> fragmentAttributeNames();

    ChunkAttribute fragmentAttribute(String name);

    /** The deltas of the link families, ascending. A family may be there and empty. */
    List<Integer> linkDeltas();

    LinkFamily links(int delta);

    /**
     * For each chunk a {@link FragmentIndex} over the rows of the links within it, which tells how they are grouped; {@code null} if the level
     * has none.
     */
    @Nullable
    ChunkValues linkGroups();

    /** {@code null} if the level has none: its vertices belong to no object. */
    @Nullable
    ObjectIndex objects();

    /** Sorted. */
    List<String> objectAttributeNames();

    AttributeTable objectAttribute(String name);

    /** {@code null} if the level has none. */
    @Nullable
    Groups groups();

    /** Sorted. */
    List<String> groupAttributeNames();

    AttributeTable groupAttribute(String name);

    /** The names of members of the level that rezarr does not know, and carries over as they are. Sorted. */
    List<String> unknownMembers();
}
