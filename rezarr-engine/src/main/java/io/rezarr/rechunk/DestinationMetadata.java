package io.rezarr.rechunk;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.InvalidRequestException;
import io.rezarr.error.RefusedException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.ChunkKeyEncoding;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.Converted;
import io.rezarr.metadata.FormatConversion;
import io.rezarr.metadata.Shape;
import io.rezarr.metadata.V2ArrayMetadata;
import io.rezarr.metadata.V3ArrayMetadata;
import io.rezarr.metadata.ZarrFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the metadata of one array become under a request. Pure. */
final class DestinationMetadata {
    private static final Set<String> NON_FINITE = Set.of("NaN", "Infinity", "-Infinity");

    /**
     * The metadata, and sentences for the user on what could not be kept as it was.
     *
     * @param notes without the array's path
     */
    record Result(ArrayMetadata metadata, List<String> notes) {}

    private final RechunkRequest request;
    private final @Nullable CodecChoice codec;
    private final List<String> notes = new ArrayList<>();

    private DestinationMetadata(RechunkRequest request, @Nullable CodecChoice codec) {
        this.request = request;
        this.codec = codec;
    }

    /**
     * @param chunks the chunks of the destination, inside the shards if there are any
     * @param shards its shards; {@code null} for none
     */
    static Result of(
            RechunkRequest request,
            @Nullable CodecChoice codec,
            ArrayMetadata source,
            Shape chunks,
            @Nullable Shape shards) {
        DestinationMetadata builder = new DestinationMetadata(request, codec);
        // Before a conversion, since not every fill value can be spelled in the other format.
        ArrayMetadata filled = request.fillValue() == null ? source : withFill(source, request.fillValue());
        ArrayMetadata unfiltered = request.filters() == RechunkRequest.Filters.NONE ? withoutFilters(filled) : filled;
        ArrayMetadata metadata = builder.withGridAndCodecs(unfiltered, chunks, shards);
        return new Result(builder.withNames(metadata), List.copyOf(builder.notes));
    }

    private ArrayMetadata withGridAndCodecs(ArrayMetadata source, Shape chunks, @Nullable Shape shards) {
        ZarrFormat format = request.format() == null ? source.format() : request.format();
        if (format == ZarrFormat.V2) {
            if (shards != null) {
                throw new RefusedException(
                        "Zarr v2 has no shards. Write v3 (--format v3), or leave the shards away (--shards none)");
            }
            V2ArrayMetadata v2 = source instanceof V3ArrayMetadata v3 ? toV2(v3, chunks) : (V2ArrayMetadata) source;
            return (codec == null ? v2 : v2.withCompressor(codec.v2Compressor())).withChunkShape(chunks);
        }
        V3ArrayMetadata v3 = source instanceof V2ArrayMetadata v2 ? toV3(v2) : (V3ArrayMetadata) source;
        return withV3Grid(v3, chunks, shards);
    }

    /** Of variable size: as it is, since there it is a filter that makes bytes of elements. */
    private static ArrayMetadata withoutFilters(ArrayMetadata metadata) {
        if (!metadata.dataType().isFixedSize()) {
            return metadata;
        }
        return metadata instanceof V2ArrayMetadata v2
                ? v2.withoutFilters()
                : ((V3ArrayMetadata) metadata)
                        .withCodecs(
                                V3Codecs.of(metadata.codecs()).withoutFilters().toList());
    }

    private V2ArrayMetadata toV2(V3ArrayMetadata source, Shape chunks) {
        V3Codecs codecs = V3Codecs.of(source.codecs());
        V3Codecs flat = codecs.withoutShards();
        if (codecs.isSharded()) {
            notes.add("Zarr v2 has no shards; each inner chunk becomes a chunk");
        }
        if (codec != null) {
            flat = flat.withCompressors(List.of());
        }
        Converted<V2ArrayMetadata> converted =
                FormatConversion.toV2(source.withCodecs(flat.toList()).withChunkShape(chunks));
        notes.addAll(converted.notes());
        V2ArrayMetadata v2 = converted.metadata();
        if (request.fillValue() != null) {
            return (V2ArrayMetadata) withFill(v2, request.fillValue());
        }
        if (v2.fillValue().isNull()) {
            notes.add(
                    "the fill value " + source.fillValue() + " becomes null, since readers such as xarray take the fill"
                            + " value of v2 for missing data; absent chunks are written out (--fill-value sets another)");
        }
        return v2;
    }

    private V3ArrayMetadata toV3(V2ArrayMetadata source) {
        Converted<V3ArrayMetadata> converted =
                FormatConversion.toV3(codec == null ? source : source.withCompressor(null));
        notes.addAll(converted.notes());
        if (source.fillValue().isNull()) {
            notes.add(
                    "the fill value null has no counterpart in Zarr v3; it becomes 0, as which absent chunks were read");
        }
        return converted.metadata();
    }

    private ArrayMetadata withV3Grid(V3ArrayMetadata source, Shape chunks, @Nullable Shape shards) {
        boolean sameGrid = chunks.equals(chunksOf(source)) && java.util.Objects.equals(shards, shardsOf(source));
        if (sameGrid && codec == null) {
            return source;
        }
        V3Codecs codecs = V3Codecs.of(source.codecs());
        if (!sameGrid) {
            codecs = regridded(codecs, chunks, shards);
        }
        if (codec != null) {
            List<CodecSpec> compressors = codec.v3Codecs(source.dataType());
            noteUncommon(compressors);
            codecs = codecs.withCompressors(compressors);
        }
        return source.withCodecs(codecs.toList()).withChunkShape(shards == null ? chunks : shards);
    }

    private V3Codecs regridded(V3Codecs codecs, Shape chunks, @Nullable Shape shards) {
        if (codecs.shardLevels() > 1) {
            notes.add("shards within shards become one level of shards");
            codecs = codecs.withoutShards();
        }
        if (shards == null) {
            return codecs.withoutShards();
        }
        return codecs.isSharded() ? codecs.withInnerChunks(chunks) : codecs.insideShards(chunks);
    }

    private void noteUncommon(List<CodecSpec> compressors) {
        for (CodecSpec compressor : compressors) {
            if (compressor.name().startsWith("numcodecs.")) {
                notes.add(
                        "the codec '" + compressor.name() + "' is no part of Zarr v3: zarr-python reads it, tensorstore"
                                + " and most other readers do not; --codec zstd, gzip or blosc is read by all");
            }
        }
    }

    private ArrayMetadata withNames(ArrayMetadata metadata) {
        ArrayMetadata result = metadata;
        if (request.separator() != null) {
            result = result.withChunkKeyEncoding(
                    new ChunkKeyEncoding(result.chunkKeyEncoding().kind(), request.separator()));
        }
        if (request.dimensionNames() != null) {
            result = result.withDimensionNames(named(request.dimensionNames(), result.shape()));
        }
        return result;
    }

    private static List<@Nullable String> named(List<String> names, Shape shape) {
        if (names.size() != shape.rank()) {
            throw new InvalidRequestException("--dimension-names " + String.join(",", names) + " gives " + names.size()
                    + " names, the array of shape " + shape + " has " + shape.rank() + " axes");
        }
        return new ArrayList<>(names);
    }

    private static ArrayMetadata withFill(ArrayMetadata metadata, String text) {
        try {
            return metadata.withFillValue(fillJson(text));
        } catch (InvalidMetadataException e) {
            throw new InvalidRequestException(
                    "--fill-value " + text + " does not fit the data type "
                            + metadata.dataType().name() + ": " + e.getMessage(),
                    e);
        }
    }

    private static JsonValue fillJson(String text) {
        if (NON_FINITE.contains(text)) {
            return new JsonString(text);
        }
        try {
            return Json.parse(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), "--fill-value");
        } catch (InvalidMetadataException notJson) {
            return new JsonString(text); // a bare word, as one types a string
        }
    }

    /** What is encoded at once: inner chunks when sharded, else chunks. */
    static Shape chunksOf(ArrayMetadata metadata) {
        Shape inner = metadata.innerChunkShape();
        return inner == null ? metadata.chunkShape() : inner;
    }

    /** The shards; {@code null} if there are none. */
    static @Nullable Shape shardsOf(ArrayMetadata metadata) {
        return metadata.innerChunkShape() == null ? null : metadata.chunkShape();
    }
}
