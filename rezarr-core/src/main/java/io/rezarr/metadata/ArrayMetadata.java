package io.rezarr.metadata;

import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of an array: what both versions have, in the terms of v3. Immutable; a copy made by {@code with...}
 * keeps every member that it does not concern, known or not, in its place.
 */
public sealed interface ArrayMetadata extends NodeMetadata permits V2ArrayMetadata, V3ArrayMetadata {
    Shape shape();

    /** The chunks of the grid; when sharded, these are the shards. Every extent is at least 1. */
    Shape chunkShape();

    /** The inner chunks of the (outermost) sharding codec; {@code null} if the array is not sharded. In the axes of the array, even behind a transpose. */
    @Nullable
    Shape innerChunkShape();

    DataType dataType();

    FillValue fillValue();

    ChunkKeyEncoding chunkKeyEncoding();

    /**
     * From elements to bytes. Of a v2 array: {@code transpose} (reversed axes) if its order is F and its rank above 1, {@code bytes}
     * with the byte order of its data type (v3 family both), then filters and compressor (v2 family). v2 structured types with fields in several byte
     * orders have {@code bytes} with endian {@code mixed}, see {@link #bigEndianRuns}.
     */
    List<CodecSpec> codecs();

    /** The numbers of an element that are stored big-endian: none, all of {@link DataType#numbers}, or (v2 structs) some. */
    List<ByteRun> bigEndianRuns();

    /** A name or null for each axis; {@code null} if the array has no dimension names (v2: no fitting {@code _ARRAY_DIMENSIONS}). */
    @Nullable
    List<@Nullable String> dimensionNames();

    /** The document as it is written. */
    JsonObject document();

    /** @throws IllegalArgumentException if the rank differs or an extent is 0 */
    ArrayMetadata withChunkShape(Shape chunks);

    ArrayMetadata withChunkKeyEncoding(ChunkKeyEncoding encoding);

    /** @throws io.rezarr.error.InvalidMetadataException if the value does not fit the data type */
    ArrayMetadata withFillValue(JsonValue fillValue);

    ArrayMetadata withDimensionNames(List<@Nullable String> names);

    @Override
    ArrayMetadata withAttributes(JsonObject attributes);
}
