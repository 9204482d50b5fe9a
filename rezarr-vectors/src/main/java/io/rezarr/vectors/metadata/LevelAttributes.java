package io.rezarr.vectors.metadata;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.JsonPlace;
import io.rezarr.vectors.model.LevelMetadata;
import io.rezarr.vectors.model.LevelMetadata.ChunkedBy;
import io.rezarr.vectors.model.StoreMetadata;
import io.rezarr.vectors.model.WorldVector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a level says of itself, and what the root says of it. Only what reading needs is checked here. */
public final class LevelAttributes {
    private LevelAttributes() {}

    /**
     * @param root what the root says
     * @param transform what its {@code multiscales} say of this level
     * @param level the attributes of the level's group
     * @throws io.rezarr.error.InvalidMetadataException if a member is missing or wrong; the message names it
     */
    public static LevelMetadata parse(
            StoreMetadata root, Multiscales.Transform transform, int number, JsonPlace level) {
        JsonPlace own = level.member(LevelMetadata.ATTRIBUTE);
        int dimensions = root.dimensions();
        JsonPlace chunkShape = own.member("chunk_shape");
        ChunkedBy chunkedBy = chunkedBy(own);
        return new LevelMetadata(
                number,
                chunkShape.isAbsentOrNull() ? root.chunkShape() : Vectors.positive(chunkShape, dimensions),
                binShape(root, transform, number, own),
                transform.scale(),
                own.member("vertex_count").integer(0, Long.MAX_VALUE),
                rank(own.member("chunk_dims"), dimensions, chunkedBy),
                chunkedBy,
                level.object());
    }

    /** Of levels above 0 it is twice the translation; members of the level itself are what older stores have. */
    private static WorldVector binShape(
            StoreMetadata root, Multiscales.Transform transform, int number, JsonPlace own) {
        if (number == 0) {
            return root.binShape();
        }
        WorldVector translation = transform.translation();
        if (translation != null && translation.isPositive()) {
            return translation.times(2);
        }
        JsonPlace ofLevel = own.member("bin_shape");
        return ofLevel.isAbsentOrNull() ? root.binShape() : Vectors.positive(ofLevel, root.dimensions());
    }

    private static @Nullable ChunkedBy chunkedBy(JsonPlace own) {
        JsonPlace name = own.member("chunk_attribute_name");
        if (name.isAbsentOrNull()) {
            return null;
        }
        JsonPlace values = own.member("chunk_attribute_values");
        List<JsonValue> list =
                values.isAbsentOrNull() ? List.of() : values.array().items();
        return new ChunkedBy(name.string("the name of an attribute"), list);
    }

    private static int rank(JsonPlace chunkDims, int dimensions, @Nullable ChunkedBy chunkedBy) {
        int expected = chunkedBy == null ? dimensions : dimensions + 1;
        if (!(chunkDims.value() instanceof JsonArray dims)) {
            return expected;
        }
        int rank = dims.items().size();
        if (rank < expected || rank > dimensions + 1) {
            throw chunkDims.contradiction("chunks have " + expected + " coordinates");
        }
        return rank;
    }
}
