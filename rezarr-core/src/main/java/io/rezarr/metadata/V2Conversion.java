package io.rezarr.metadata;

import io.rezarr.error.RefusedException;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One array of v3 on its way to v2. */
final class V2Conversion {
    private final V3ArrayMetadata v3;
    private final List<String> notes = new ArrayList<>();
    private final List<CodecSpec> filters = new ArrayList<>();
    private final boolean bigEndian;
    private boolean reversed;

    V2Conversion(V3ArrayMetadata v3) {
        this.v3 = v3;
        this.bigEndian = !v3.bigEndianRuns().isEmpty();
    }

    Converted<V2ArrayMetadata> convert() {
        JsonValue dtype = dtype();
        JsonValue compressor = codecs(dtype);
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("chunks", JsonArray.ofLongs(v3.chunkShape().toArray()));
        members.put("compressor", compressor);
        members.put(
                "dimension_separator",
                new JsonString(String.valueOf(v3.chunkKeyEncoding().separator())));
        members.put("dtype", dtype);
        members.put("fill_value", fillValue());
        members.put(
                "filters",
                filters.isEmpty()
                        ? JsonLiteral.NULL
                        : new JsonArray(filters.stream()
                                .<JsonValue>map(CodecSpec::document)
                                .toList()));
        members.put("order", new JsonString(reversed ? "F" : "C"));
        members.put("shape", JsonArray.ofLongs(v3.shape().toArray()));
        members.put("zarr_format", JsonNumber.of(2));
        FormatConversion.noteDropped(v3.document().members().keySet(), V3ArrayMetadata.MEMBERS, "zarr.json", notes);
        JsonObject attributes = attributes();
        return new Converted<>(
                V2ArrayMetadata.parse(
                        new JsonObject(members), attributes.isEmpty() ? null : attributes, v3.name() + " as v2"),
                notes);
    }

    private JsonValue dtype() {
        JsonValue dtype = V2DataTypes.write(v3.elementType(), bigEndian);
        if (dtype == null) {
            throw new RefusedException("'" + v3.name() + "' has the data type "
                    + v3.dataType().name() + ", which has no counterpart in v2. Keep v3 with --format v3.");
        }
        return dtype;
    }

    private JsonValue fillValue() {
        FillValue fill = v3.fillValue();
        ElementType type = v3.elementType();
        if (type.kind() == DataType.Kind.VARIABLE) {
            return ItemFill.document(fill.itemOf(v3.dataType()), v3.dataType());
        }
        byte[] element = fill.elementOf(v3.dataType());
        if (bigEndian && type.kind() == DataType.Kind.STRUCT) {
            v3.dataType()
                    .numbers()
                    .forEach(run -> FillReader.reverse(element, run)); // v2 packs fields as they are stored
        }
        return new FillWriter(ZarrFormat.V2).write(fill, type, element);
    }

    /** Sorts the codecs into order, filters and compressor, and returns the compressor. */
    private JsonValue codecs(JsonValue dtype) {
        int[] axes = null;
        List<CodecSpec> bytesCodecs = new ArrayList<>();
        boolean behindBytes = false;
        CodecConversion conversion = new CodecConversion(v3.dataType().elementBytes(), dtype, notes);
        for (CodecSpec codec : v3.codecs()) {
            switch (codec.name()) {
                case CodecNames.SHARDING ->
                    throw new RefusedException(
                            "'" + v3.name()
                                    + "' is sharded, which v2 does not know. Ask for chunks without shards with --shards none.");
                case CodecNames.TRANSPOSE -> axes = transposed(axes, codec);
                case CodecNames.BYTES -> behindBytes = true;
                case "vlen-utf8", "vlen-bytes" -> {
                    behindBytes = true;
                    filters.add(CodecSpec.v2(codec.name(), JsonObject.EMPTY));
                }
                default -> {
                    CodecSpec converted = conversion.toV2(codec);
                    if (CodecConversion.isArrayFilter(codec.name()) && !behindBytes) {
                        filters.add(converted);
                    } else {
                        bytesCodecs.add(converted);
                    }
                }
            }
        }
        reversed = isReversed(axes) && filters.isEmpty();
        if (axes != null && !filters.isEmpty()) {
            notes.add("Transposed chunks are written in order C, since they have filters.");
        }
        if (bytesCodecs.isEmpty()) {
            return JsonLiteral.NULL;
        }
        filters.addAll(bytesCodecs.subList(0, bytesCodecs.size() - 1));
        return bytesCodecs.get(bytesCodecs.size() - 1).document();
    }

    private int[] transposed(int @Nullable [] axes, CodecSpec transpose) {
        int[] before = axes == null ? V3Codecs.identity(v3.shape().rank()) : axes;
        return V3Codecs.transposed(
                before,
                new JsonPlace(v3.name(), "/codecs/transpose/configuration", transpose.configuration()).member("order"));
    }

    private boolean isReversed(int @Nullable [] axes) {
        if (axes == null || axes.length < 2) {
            return false;
        }
        boolean reversal = true;
        boolean identity = true;
        for (int i = 0; i < axes.length; i++) {
            reversal &= axes[i] == axes.length - 1 - i;
            identity &= axes[i] == i;
        }
        if (!reversal && !identity) {
            notes.add("Chunks are transposed in a way that v2 has no order for; they are written in order C.");
        }
        return reversal;
    }

    private JsonObject attributes() {
        List<@Nullable String> names = v3.dimensionNames();
        JsonObject attributes = v3.attributes();
        if (names == null) {
            // xarray opens an array without axes in v3 as it is, in v2 only with an empty list.
            boolean scalar = v3.shape().rank() == 0 && !attributes.has(V2ArrayMetadata.ARRAY_DIMENSIONS);
            return scalar ? attributes.with(V2ArrayMetadata.ARRAY_DIMENSIONS, JsonArray.EMPTY) : attributes;
        }
        if (names.contains(null)) {
            notes.add("The dimension names " + names + " are kept, but xarray wants a name for each axis in v2.");
        }
        return attributes.with(V2ArrayMetadata.ARRAY_DIMENSIONS, V2ArrayMetadata.jsonOf(names));
    }
}
