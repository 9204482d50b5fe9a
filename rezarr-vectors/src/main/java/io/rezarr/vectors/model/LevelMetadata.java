package io.rezarr.vectors.model;

import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a level says, with what the root says of it. Members that rezarr does not know stay in {@link #attributes}.
 *
 * @param chunkShape its own, or that of the root
 * @param binShape of the bins that its vertices are sorted into, or were made of
 * @param scale its bins in bins of level 0, one number an axis; {@code null} if the root does not say
 * @param vertexCount as declared
 * @param rank how many coordinates a chunk has: one more than there are dimensions if the level is chunked by an attribute
 * @param chunkedBy {@code null} if chunks are spatial only
 * @param attributes all attributes of the level's group
 */
public record LevelMetadata(
        int number,
        WorldVector chunkShape,
        WorldVector binShape,
        @Nullable WorldVector scale,
        long vertexCount,
        int rank,
        @Nullable ChunkedBy chunkedBy,
        JsonObject attributes) {
    /** The attribute of the level's group that holds what the format defines. */
    public static final String ATTRIBUTE = "zarr_vectors_level";

    /**
     * An attribute whose value the first coordinate of a chunk stands for.
     *
     * @param values by coordinate, from 0
     */
    public record ChunkedBy(String name, List<JsonValue> values) {
        public ChunkedBy {
            values = List.copyOf(values);
        }
    }

    public ChunkGrid grid() {
        return ChunkGrid.of(chunkShape, binShape);
    }

    /** A member of {@value #ATTRIBUTE}; {@code null} if there is none of that name. */
    public @Nullable JsonValue member(String name) {
        return attributes.member(ATTRIBUTE) instanceof JsonObject members ? members.member(name) : null;
    }

    /** Whether a member is {@code true}. */
    public boolean isTrue(String name) {
        return member(name) == JsonLiteral.TRUE;
    }
}
