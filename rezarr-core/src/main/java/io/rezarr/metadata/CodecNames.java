package io.rezarr.metadata;

import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The codecs of v3 that metadata are normalised to, or looked through. */
final class CodecNames {
    static final String BYTES = "bytes";
    static final String TRANSPOSE = "transpose";
    static final String SHARDING = "sharding_indexed";

    /** What v3 puts in front of the ids of NumCodecs. */
    static final String NUMCODECS = "numcodecs.";

    private CodecNames() {}

    /** @param endian {@code null} if elements have no byte order */
    static CodecSpec bytes(@Nullable String endian) {
        return CodecSpec.v3(
                BYTES, endian == null ? JsonObject.EMPTY : new JsonObject(Map.of("endian", new JsonString(endian))));
    }

    /** The transpose that is F order. */
    static CodecSpec reversal(int rank) {
        long[] order = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            order[axis] = rank - 1L - axis;
        }
        return CodecSpec.v3(TRANSPOSE, new JsonObject(Map.of("order", JsonArray.ofLongs(order))));
    }
}
