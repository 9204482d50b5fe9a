package io.rezarr.metadata;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** One array of v2 on its way to v3. */
final class V3Conversion {
    /** Of {@code .zarray}. */
    static final Set<String> MEMBERS = Set.of(
            "zarr_format",
            "shape",
            "chunks",
            "dtype",
            "compressor",
            "fill_value",
            "order",
            "filters",
            "dimension_separator");

    private final V2ArrayMetadata v2;
    private final List<String> notes = new ArrayList<>();
    /** Whether a filter stands before the bytes codec. */
    private boolean isFiltered;

    V3Conversion(V2ArrayMetadata v2) {
        this.v2 = v2;
    }

    Converted<V3ArrayMetadata> convert() {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("shape", JsonArray.ofLongs(v2.shape().toArray()));
        members.put("data_type", dataType());
        members.put(
                "chunk_grid",
                V3Documents.named(
                        "regular",
                        new JsonObject(Map.of(
                                "chunk_shape", JsonArray.ofLongs(v2.chunkShape().toArray())))));
        members.put(
                "chunk_key_encoding",
                V3Documents.chunkKeyEncoding(new ChunkKeyEncoding(ChunkKeyEncoding.Kind.DEFAULT, '/')));
        members.put("fill_value", fillValue());
        members.put("codecs", codecs());
        boolean named = v2.dimensionNames() != null;
        JsonObject attributes = v2.attributes();
        members.put("attributes", named ? attributes.without(V2ArrayMetadata.ARRAY_DIMENSIONS) : attributes);
        if (named) {
            members.put("dimension_names", attributes.members().get(V2ArrayMetadata.ARRAY_DIMENSIONS));
        }
        members.put("zarr_format", JsonNumber.of(3));
        members.put("node_type", new JsonString("array"));
        members.put("storage_transformers", JsonArray.EMPTY);
        FormatConversion.noteDropped(v2.document().members().keySet(), MEMBERS, ".zarray", notes);
        return new Converted<>(V3ArrayMetadata.parse(new JsonObject(members), v2.name() + " as v3"), notes);
    }

    private JsonValue dataType() {
        JsonValue type = V3DataTypes.write(v2.elementType());
        if (type == null) {
            throw new UnsupportedFeatureException(
                    "'" + v2.name() + "' has the data type " + v2.dataType().name()
                            + ", which has no counterpart in v3: sub-arrays and objects cannot be converted. Keep v2 with --format v2.");
        }
        if (type instanceof JsonObject named && named.member("name") instanceof JsonString extension) {
            notes.add("Data type " + v2.dataType().name()
                    + " is not in the Zarr v3 specification; it is written as the extension '"
                    + extension.value() + "'" + ", which zarr-python 3.1 reads.");
        }
        return type;
    }

    private JsonValue fillValue() {
        FillValue fill = v2.fillValue();
        if (v2.dataType().kind() == DataType.Kind.VARIABLE) {
            return ItemFill.document(fill.itemOf(v2.dataType()), v2.dataType());
        }
        return new FillWriter(ZarrFormat.V3).write(fill, v2.elementType(), fill.elementOf(v2.dataType()));
    }

    private JsonArray codecs() {
        List<CodecSpec> arrayCodecs = new ArrayList<>();
        List<CodecSpec> bytesCodecs = new ArrayList<>();
        CodecSpec toBytes = null;
        CodecConversion conversion = new CodecConversion(
                v2.dataType().elementBytes(),
                Objects.requireNonNull(v2.document().member("dtype")),
                notes);
        for (CodecSpec filter : v2.filters()) {
            if (filter.name().equals("vlen-utf8") || filter.name().equals("vlen-bytes")) {
                toBytes = CodecSpec.v3(filter.name(), JsonObject.EMPTY);
            } else if (CodecConversion.ARRAY_FILTERS.contains(filter.name())) {
                refuseBehind(filter, bytesCodecs);
                arrayCodecs.add(conversion.toV3(filter));
            } else {
                bytesCodecs.add(conversion.toV3(filter));
            }
        }
        isFiltered = !arrayCodecs.isEmpty();
        if (v2.isFortranOrder() && v2.shape().rank() > 1) {
            if (isFiltered) {
                notes.add("Chunks of order F are written in order C: zarr-python writes filters behind a transpose"
                        + " in a way that it cannot read.");
            } else {
                arrayCodecs.add(CodecNames.reversal(v2.shape().rank()));
            }
        }
        CodecSpec compressor = v2.compressor();
        if (compressor != null) {
            bytesCodecs.add(conversion.toV3(compressor));
        }
        List<CodecSpec> codecs = new ArrayList<>(arrayCodecs);
        codecs.add(toBytes == null ? bytes() : toBytes);
        codecs.addAll(bytesCodecs);
        return new JsonArray(codecs.stream().<JsonValue>map(CodecSpec::document).toList());
    }

    /** In v3 such a filter works on elements, not on bytes. */
    private void refuseBehind(CodecSpec filter, List<CodecSpec> before) {
        if (!before.isEmpty()) {
            throw new UnsupportedFeatureException("'" + v2.name() + "' has the filter '" + filter.name() + "' behind '"
                    + before.get(0).name()
                    + "', which has no counterpart in v3. Keep v2 with --format v2, or take the filters away with"
                    + " --filters none.");
        }
    }

    /** zarr-python reads the fields of a struct as little-endian whatever the codec says. */
    private CodecSpec bytes() {
        boolean big = v2.dataType().kind() != DataType.Kind.STRUCT
                && !v2.bigEndianRuns().isEmpty()
                && !isFiltered; // filters see little-endian numbers only
        boolean ordered = isFiltered || !v2.dataType().numbers().isEmpty();
        return CodecNames.bytes(ordered ? (big ? "big" : "little") : null);
    }
}
