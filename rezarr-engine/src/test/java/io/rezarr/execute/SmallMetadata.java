package io.rezarr.execute;

import io.rezarr.json.Json;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.V2ArrayMetadata;
import io.rezarr.metadata.V3ArrayMetadata;
import java.nio.charset.StandardCharsets;

/** Metadata of int32 arrays for examples. */
public final class SmallMetadata {
    private SmallMetadata() {}

    public static ArrayMetadata v2(String shape, String chunks, String compressor, String fill) {
        String json =
                "{\"zarr_format\":2,\"shape\":%s,\"chunks\":%s,\"dtype\":\"<i4\",\"fill_value\":%s,\"order\":\"C\",\"filters\":null,\"compressor\":%s}"
                        .formatted(shape, chunks, fill, compressor);
        return V2ArrayMetadata.parse(Json.parseObject(StandardCharsets.UTF_8.encode(json), "test"), null, "test");
    }

    public static ArrayMetadata v3(String shape, String shards, String chunks) {
        String json =
                "{\"zarr_format\":3,\"node_type\":\"array\",\"shape\":%s,\"data_type\":\"int32\",\"chunk_grid\":{\"name\":\"regular\",\"configuration\":{\"chunk_shape\":%s}},\"chunk_key_encoding\":{\"name\":\"default\"},\"fill_value\":7,\"codecs\":[{\"name\":\"sharding_indexed\",\"configuration\":{\"chunk_shape\":%s,\"codecs\":[{\"name\":\"bytes\",\"configuration\":{\"endian\":\"little\"}}],\"index_codecs\":[{\"name\":\"bytes\",\"configuration\":{\"endian\":\"little\"}}]}}]}"
                        .formatted(shape, shards, chunks);
        return V3ArrayMetadata.parse(Json.parseObject(StandardCharsets.UTF_8.encode(json), "test"), "test");
    }
}
