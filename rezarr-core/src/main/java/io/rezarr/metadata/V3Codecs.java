package io.rezarr.metadata;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import org.jspecify.annotations.Nullable;

/** What the metadata of an array must know of its v3 codecs. Whether they fit together is for the codecs themselves to check. */
final class V3Codecs {
    private V3Codecs() {}

    /** The inner chunks of the outermost sharding codec, in the axes of the array; {@code null} if there is none. */
    static @Nullable Shape innerChunkShape(JsonPlace codecs, int rank) {
        int[] axes = identity(rank);
        for (int i = 0; i < codecs.array().items().size(); i++) {
            JsonPlace codec = codecs.item(i);
            if (!(codec.value() instanceof JsonObject)) {
                continue;
            }
            JsonPlace name = codec.member("name");
            if (isNamed(name, CodecNames.TRANSPOSE)) {
                axes = transposed(axes, codec.member("configuration").member("order"));
            } else if (isNamed(name, CodecNames.SHARDING)) {
                return inAxes(codec.member("configuration").member("chunk_shape"), axes);
            }
        }
        return null;
    }

    private static boolean isNamed(JsonPlace name, String expected) {
        return name.value() instanceof JsonString string && string.value().equals(expected);
    }

    static int[] identity(int rank) {
        int[] axes = new int[rank];
        for (int axis = 0; axis < rank; axis++) {
            axes[axis] = axis;
        }
        return axes;
    }

    /** @param axes for each axis of what is transposed, that of the array */
    static int[] transposed(int[] axes, JsonPlace order) {
        String expected = "a permutation of the " + axes.length + " axes";
        if (!(order.value() instanceof JsonArray array) || array.items().size() != axes.length) {
            throw order.invalid(expected);
        }
        int[] result = new int[axes.length];
        boolean[] seen = new boolean[axes.length];
        for (int i = 0; i < axes.length; i++) {
            int axis = (int) order.item(i).integer(0, axes.length - 1L);
            if (seen[axis]) {
                throw order.invalid(expected);
            }
            seen[axis] = true;
            result[i] = axes[axis];
        }
        return result;
    }

    private static Shape inAxes(JsonPlace chunkShape, int[] axes) {
        Shape stored = chunkShape.shape(1);
        if (stored.rank() != axes.length) {
            throw chunkShape.contradiction(
                    "the inner chunks have " + stored.rank() + " extents, but the array has " + axes.length);
        }
        long[] extents = new long[axes.length];
        for (int i = 0; i < axes.length; i++) {
            extents[axes[i]] = stored.extent(i);
        }
        return Shape.of(extents);
    }

    /** Whether the (innermost) bytes codec stores numbers big-endian. */
    static boolean isBigEndian(JsonPlace codecs) {
        for (int i = 0; i < codecs.array().items().size(); i++) {
            JsonPlace codec = codecs.item(i);
            if (!(codec.value() instanceof JsonObject)) {
                continue;
            }
            JsonPlace name = codec.member("name");
            if (isNamed(name, CodecNames.BYTES)) {
                JsonObject configuration = codec.member("configuration").objectOrEmpty();
                return configuration.member("endian") instanceof JsonString endian
                        && endian.value().equals("big");
            }
            if (isNamed(name, CodecNames.SHARDING)) {
                return isBigEndian(codec.member("configuration").member("codecs"));
            }
        }
        return false;
    }
}
