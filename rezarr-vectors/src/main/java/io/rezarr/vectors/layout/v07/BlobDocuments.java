package io.rezarr.vectors.layout.v07;

import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonObject;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.vectors.node.ArrayDocuments;
import io.rezarr.vectors.node.ByteCodecs;
import io.rezarr.vectors.write.Storage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The documents of byte arrays that are stored alike: one axis, one chunk. Made from text, since there are as many as there are values.
 *
 * @param codecs behind {@code bytes}
 */
record BlobDocuments(ByteCodecs codecs, String codecsText) {
    private static final CodecSpec BYTES = CodecSpec.v3("bytes", JsonObject.EMPTY);

    static final BlobDocuments PLAIN = of(List.of());

    private static BlobDocuments of(List<CodecSpec> codecs) {
        List<CodecSpec> all = new ArrayList<>();
        all.add(BYTES);
        all.addAll(codecs);
        JsonArray text = ArrayDocuments.codecs(all);
        return new BlobDocuments(ByteCodecs.of(codecs), Json.toString(text));
    }

    /**
     * As an array of the source, but for what is asked for.
     *
     * @param source {@code null} if there is none
     * @param otherwise what is taken where the source tells nothing
     */
    static BlobDocuments like(@Nullable Blob source, Storage storage, BlobDocuments otherwise) {
        if (storage.codecs() != null) {
            return of(storage.codecs());
        }
        if (source == null) {
            return otherwise;
        }
        boolean isKnown = source.array().metadata().codecs().get(0).name().equals("bytes");
        return isKnown ? of(source.codecs()) : otherwise;
    }

    /**
     * The document of an array.
     *
     * @param bytes decoded
     */
    ByteBuffer document(long bytes, JsonObject attributes) {
        String text = "{\"shape\":[" + bytes
                + "],\"data_type\":\"uint8\",\"chunk_grid\":{\"name\":\"regular\",\"configuration\":{\"chunk_shape\":["
                + Math.max(1, bytes)
                + "]}},\"chunk_key_encoding\":{\"name\":\"default\",\"configuration\":{\"separator\":\"/\"}},\"fill_value\":0,\"codecs\":"
                + codecsText + ",\"attributes\":" + Json.toString(attributes)
                + ",\"zarr_format\":3,\"node_type\":\"array\",\"storage_transformers\":[]}";
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
