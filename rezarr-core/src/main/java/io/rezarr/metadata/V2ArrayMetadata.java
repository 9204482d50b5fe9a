package io.rezarr.metadata;

import io.rezarr.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** pending */
public abstract sealed class V2ArrayMetadata implements ArrayMetadata {
    /**
     * @param zarray the content of {@code .zarray}
     * @param zattrs the content of {@code .zattrs}; {@code null} if there is none
     * @param name of the document in messages
     */
    public static V2ArrayMetadata parse(JsonObject zarray, @Nullable JsonObject zattrs, String name) {
        throw new UnsupportedOperationException();
    }

    /** The copy with that compressor ({@code null}: none); filters are kept. */
    public abstract V2ArrayMetadata withCompressor(@Nullable CodecSpec compressor);

    abstract static non-sealed class P extends V2ArrayMetadata {}
}
