package io.rezarr.metadata;

import io.rezarr.json.JsonObject;
import java.util.List;

/** pending */
public abstract sealed class V3ArrayMetadata implements ArrayMetadata {
    public static V3ArrayMetadata parse(JsonObject zarrJson, String name) {
        throw new UnsupportedOperationException();
    }

    /** The copy with that list of codecs, sharding included. */
    public abstract V3ArrayMetadata withCodecs(List<CodecSpec> codecs);

    abstract static non-sealed class P extends V3ArrayMetadata {}
}
