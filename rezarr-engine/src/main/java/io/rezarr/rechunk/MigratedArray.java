package io.rezarr.rechunk;

import io.rezarr.array.ZarrArray;
import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.RefusedException;
import io.rezarr.error.RezarrException;
import io.rezarr.json.JsonObject;
import io.rezarr.metadata.ArrayMetadata;
import io.rezarr.metadata.ChunkKeyEncoding;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.Converted;
import io.rezarr.metadata.DataType;
import io.rezarr.metadata.FormatConversion;
import io.rezarr.metadata.NodeMetadata;
import io.rezarr.metadata.V2ArrayMetadata;
import io.rezarr.metadata.V3ArrayMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The metadata of an array in the other version of Zarr for the chunks as they stand.
 *
 * @param notes sentences for the user, without the array's path
 */
record MigratedArray(ArrayMetadata metadata, List<String> notes) {
    /** What the frames say themselves, so that configurations are for the encoder only. */
    private static final Set<String> SELF_DESCRIBING = Set.of("blosc", "zstd", "gzip", "zlib", "lz4", "bz2");

    private static final String ZLIB = "zlib";
    private static final String NUMCODECS = "numcodecs.";

    /**
     * @param name of the array in messages
     * @throws RefusedException if chunks would have to change, or something has no counterpart
     */
    static MigratedArray of(ZarrArray array, String name) {
        requireNoUnknownMembers(array.metadata(), name);
        try {
            MigratedArray migrated = array.metadata() instanceof V2ArrayMetadata v2
                    ? toV3(v2)
                    : toV2(array, (V3ArrayMetadata) array.metadata());
            requireSameBytes(array.metadata(), migrated.metadata());
            return migrated;
        } catch (InvalidMetadataException e) {
            throw e;
        } catch (RezarrException e) {
            throw new RefusedException(
                    name + " cannot be migrated: " + e.getMessage()
                            + " Nothing was changed. 'rezarr rechunk SRC DST --format' writes chunks anew, where metadata are not enough.",
                    e);
        }
    }

    /** Members that the other version has no place for would be lost. */
    static void requireNoUnknownMembers(NodeMetadata node, String name) {
        List<String> unknown = FormatConversion.unknownMembers(node);
        if (!unknown.isEmpty()) {
            throw new RefusedException(
                    name + " cannot be migrated: its metadata have the unknown members "
                            + String.join(", ", unknown)
                            + ", for which the other version has no place. Nothing was changed. Remove them, or make them attributes.");
        }
    }

    private static MigratedArray toV3(V2ArrayMetadata v2) {
        CodecSpec compressor = v2.compressor();
        boolean isZlib = compressor != null && compressor.name().equals(ZLIB);
        Converted<V3ArrayMetadata> converted = FormatConversion.toV3(isZlib ? v2.withCompressor(null) : v2);
        V3ArrayMetadata v3 = converted.metadata();
        List<String> notes = new ArrayList<>(converted.notes());
        if (compressor != null && isZlib) {
            List<CodecSpec> codecs = new ArrayList<>(v3.codecs());
            codecs.add(CodecSpec.v3(NUMCODECS + ZLIB, compressor.configuration()));
            v3 = v3.withCodecs(codecs);
            notes.add("codec 'zlib' is written as 'numcodecs.zlib', which zarr-python reads and most others do not");
        }
        if (v2.fillValue().isNull()) {
            notes.add(
                    "the fill value null has no counterpart in Zarr v3; it becomes 0, as which absent chunks were read");
        }
        return new MigratedArray(v3.withChunkKeyEncoding(v2.chunkKeyEncoding()), notes);
    }

    private static MigratedArray toV2(ZarrArray array, V3ArrayMetadata v3) {
        if (v3.chunkKeyEncoding().kind() != ChunkKeyEncoding.Kind.V2) {
            throw new RefusedException("Its chunks have the keys of v3, such as '"
                    + v3.chunkKeyEncoding().keyOf(new long[v3.shape().rank()])
                    + "', which v2 cannot name; only arrays with the chunk key encoding 'v2' can stay where they are.");
        }
        Converted<V2ArrayMetadata> converted = FormatConversion.toV2(v3);
        List<String> notes = new ArrayList<>(converted.notes());
        V2ArrayMetadata v2 = converted.metadata();
        boolean readsTheSame =
                isSameElement(v3, v2) || new StoredChunksScan(array).run().absentChunks() == 0;
        if (readsTheSame) {
            return new MigratedArray(v2, notes);
        }
        if (!v2.fillValue().isNull()) {
            throw new RefusedException("Absent chunks read as " + v3.fillValue() + " in v3, and would read as "
                    + v2.fillValue() + " in v2, whose fill value is what the attribute _FillValue says.");
        }
        V2ArrayMetadata filled = v2.withFillValue(v3.fillValue().document());
        if (!isSameElement(v3, filled)) {
            throw new RefusedException("Absent chunks read as " + v3.fillValue() + ", which v2 cannot spell.");
        }
        notes.add("readers such as xarray will take " + v3.fillValue()
                + " for missing data, since it is the fill value in v2; chunks are absent, so that it must be kept");
        return new MigratedArray(filled, notes);
    }

    /** Whether absent chunks read the same. */
    private static boolean isSameElement(ArrayMetadata a, ArrayMetadata b) {
        if (a.dataType().kind() == DataType.Kind.VARIABLE) {
            return true;
        }
        return Arrays.equals(
                a.fillValue().elementOf(a.dataType()), b.fillValue().elementOf(b.dataType()));
    }

    private static void requireSameBytes(ArrayMetadata from, ArrayMetadata to) {
        boolean same = from.dataType().elementBytes() == to.dataType().elementBytes()
                && from.bigEndianRuns().equals(to.bigEndianRuns())
                && from.chunkShape().equals(to.chunkShape())
                && from.chunkKeyEncoding().equals(to.chunkKeyEncoding())
                && codecs(from).equals(codecs(to));
        if (!same) {
            throw new RefusedException(
                    "Its chunks would have to be encoded anew: byte order, order of the axes or codecs " + names(from)
                            + " have no counterpart that reads the same bytes.");
        }
    }

    private static List<String> names(ArrayMetadata metadata) {
        return metadata.codecs().stream().map(CodecSpec::name).toList();
    }

    /** The codecs by what their decoders need to know; byte order is compared apart from them. */
    private static List<CodecSpec> codecs(ArrayMetadata metadata) {
        return metadata.codecs().stream()
                .filter(codec -> !codec.name().equals("bytes"))
                .map(codec -> {
                    String name = codec.name().startsWith(NUMCODECS)
                            ? codec.name().substring(NUMCODECS.length())
                            : codec.name();
                    return CodecSpec.v3(
                            name, SELF_DESCRIBING.contains(name) ? JsonObject.EMPTY : codec.configuration());
                })
                .toList();
    }
}
