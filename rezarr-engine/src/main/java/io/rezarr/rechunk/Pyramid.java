package io.rezarr.rechunk;

import io.rezarr.json.JsonObject;
import io.rezarr.memory.Arithmetic;
import io.rezarr.metadata.GroupMetadata;
import io.rezarr.metadata.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Chunks and shards of the levels of a pyramid (OME-Zarr and its relatives): what is asked for all of them is cut down to the
 * extents of the small ones.
 *
 * @see <a href="https://ngff.openmicroscopy.org/0.5/#multiscale-md">OME-Zarr 0.5, multiscales</a>
 */
final class Pyramid {
    private static final String MULTISCALES = "multiscales";

    private Pyramid() {}

    /** Whether the arrays below a group are levels of a pyramid: its attributes say so, in OME-Zarr 0.5 below {@code ome}. */
    static boolean is(GroupMetadata group) {
        JsonObject attributes = group.attributes();
        return attributes.has(MULTISCALES)
                || (attributes.member("ome") instanceof JsonObject ome && ome.has(MULTISCALES));
    }

    /** The chunks asked for, none longer than the level; what the level has already stays. */
    static Shape chunks(Shape asked, ChunkSpec.Target level) {
        long[] chunks = asked.toArray();
        for (int axis = 0; axis < chunks.length; axis++) {
            if (chunks[axis] != level.chunks().extent(axis)) {
                chunks[axis] = Math.min(chunks[axis], Math.max(1, level.shape().extent(axis)));
            }
        }
        return Shape.of(chunks);
    }

    /**
     * As many chunks in a shard as asked for, but no more than the level has.
     *
     * @param asked the shards
     * @param askedChunks of which the shards are multiples
     * @param chunks what these became
     * @param old the level's shards, which stay where nothing changes; {@code null} if it has none
     */
    static Shape shards(Shape asked, Shape askedChunks, Shape chunks, ChunkSpec.Target level, @Nullable Shape old) {
        long[] shards = asked.toArray();
        for (int axis = 0; axis < shards.length; axis++) {
            long chunk = chunks.extent(axis);
            boolean stays = old != null
                    && shards[axis] == old.extent(axis)
                    && chunk == level.chunks().extent(axis);
            if (!stays) {
                long perShard = shards[axis] / askedChunks.extent(axis);
                long inLevel = Math.max(1, Arithmetic.ceilDiv(level.shape().extent(axis), chunk));
                shards[axis] = Math.multiplyExact(chunk, Math.min(perShard, inLevel));
            }
        }
        return Shape.of(shards);
    }
}
