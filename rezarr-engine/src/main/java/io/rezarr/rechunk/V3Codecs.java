package io.rezarr.rechunk;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonNumber;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The codecs of a v3 array by what they do: before the array→bytes codec, that one, and behind it. Shards are put around them and
 * taken off without touching what the inner chunks are encoded with.
 *
 * @param before array→array codecs
 * @param serializer the array→bytes codec
 * @param behind bytes→bytes codecs
 */
record V3Codecs(List<CodecSpec> before, CodecSpec serializer, List<CodecSpec> behind) {
    private static final String SHARDING = "sharding_indexed";

    /** The array→bytes codecs that zarr-python and the registry of extensions know. */
    private static final Set<String> SERIALIZERS = Set.of(
            "bytes",
            SHARDING,
            "vlen-utf8",
            "vlen-bytes",
            "vlen-array",
            "packbits",
            "endian",
            "pcodec",
            "zfp",
            "numcodecs.pcodec",
            "numcodecs.zfpy");

    V3Codecs {
        before = List.copyOf(before);
        behind = List.copyOf(behind);
    }

    static V3Codecs of(List<CodecSpec> codecs) {
        for (int i = 0; i < codecs.size(); i++) {
            if (SERIALIZERS.contains(codecs.get(i).name())) {
                return new V3Codecs(codecs.subList(0, i), codecs.get(i), codecs.subList(i + 1, codecs.size()));
            }
        }
        throw new UnsupportedFeatureException("None of the codecs "
                + codecs.stream().map(CodecSpec::name).toList()
                + " is a known array→bytes codec ("
                + String.join(", ", SERIALIZERS.stream().sorted().toList())
                + "), so chunks and codecs of this array cannot be changed; it can be copied as it is");
    }

    List<CodecSpec> toList() {
        List<CodecSpec> all = new ArrayList<>(before);
        all.add(serializer);
        all.addAll(behind);
        return all;
    }

    private JsonArray toJson() {
        return new JsonArray(
                toList().stream().<JsonValue>map(CodecSpec::document).toList());
    }

    boolean isSharded() {
        return serializer.name().equals(SHARDING);
    }

    /** The codecs inside a shard. */
    V3Codecs inner() {
        JsonValue codecs = serializer.configuration().member("codecs");
        return of(CodecSpec.listOf(codecs == null ? JsonArray.EMPTY : codecs, SHARDING, "/configuration/codecs"));
    }

    /** With other bytes→bytes codecs for the chunks (the innermost, when sharded); none around shards. */
    V3Codecs withCompressors(List<CodecSpec> compressors) {
        if (!isSharded()) {
            return new V3Codecs(before, serializer, compressors);
        }
        return new V3Codecs(before, shardingOf(serializer, inner().withCompressors(compressors)), List.of());
    }

    /** Without array→array codecs other than transposes, on any level. */
    V3Codecs withoutFilters() {
        List<CodecSpec> transposes = before.stream()
                .filter(codec -> codec.name().equals("transpose"))
                .toList();
        return new V3Codecs(
                transposes, isSharded() ? shardingOf(serializer, inner().withoutFilters()) : serializer, behind);
    }

    /** Without shards: all codecs of all levels, in the order in which they encode. */
    V3Codecs withoutShards() {
        if (!isSharded()) {
            return this;
        }
        V3Codecs inner = inner().withoutShards();
        List<CodecSpec> newBefore = new ArrayList<>(before);
        newBefore.addAll(inner.before);
        List<CodecSpec> newBehind = new ArrayList<>(inner.behind);
        newBehind.addAll(behind);
        return new V3Codecs(newBefore, inner.serializer, newBehind);
    }

    /** With inner chunks of that shape (in the axes of the array) in the shards that there are. */
    V3Codecs withInnerChunks(Shape chunks) {
        long[] stored = chunks.toArray();
        for (CodecSpec codec : before) {
            stored = permuted(stored, codec);
        }
        JsonObject configuration = serializer.configuration().with("chunk_shape", JsonArray.ofLongs(stored));
        return new V3Codecs(before, CodecSpec.v3(SHARDING, configuration), behind);
    }

    private static long[] permuted(long[] extents, CodecSpec codec) {
        if (!codec.name().equals("transpose")) {
            throw new UnsupportedFeatureException("Inner chunks behind the codec '" + codec.name()
                    + "' cannot be changed; take the shards off with --shards none");
        }
        long[] result = new long[extents.length];
        if (!(codec.configuration().member("order") instanceof JsonArray order)
                || order.items().size() != extents.length) {
            throw new InvalidMetadataException("transpose: 'order' must name each of the " + extents.length + " axes");
        }
        for (int i = 0; i < result.length; i++) {
            JsonValue axis = order.items().get(i);
            int from = axis instanceof JsonNumber number && number.text().matches("\\d{1,3}")
                    ? Integer.parseInt(number.text())
                    : -1;
            if (from < 0 || from >= extents.length) {
                throw new InvalidMetadataException("transpose: 'order' holds " + axis + ", which is no axis");
            }
            result[i] = extents[from];
        }
        return result;
    }

    /** With shards of inner chunks of that shape around all of these codecs; the index at the end, with a checksum. */
    V3Codecs insideShards(Shape chunks) {
        JsonObject index = new JsonObject(java.util.Map.of());
        JsonObject configuration = index.with("chunk_shape", JsonArray.ofLongs(chunks.toArray()))
                .with("codecs", toJson())
                .with(
                        "index_codecs",
                        new JsonArray(List.of(
                                CodecSpec.v3("bytes", index.with("endian", new JsonString("little")))
                                        .document(),
                                CodecSpec.v3("crc32c", JsonObject.EMPTY).document())))
                .with("index_location", new JsonString("end"));
        return new V3Codecs(List.of(), CodecSpec.v3(SHARDING, configuration), List.of());
    }

    private static CodecSpec shardingOf(CodecSpec sharding, V3Codecs inner) {
        JsonArray codecs = inner.toJson();
        return CodecSpec.v3(SHARDING, sharding.configuration().with("codecs", codecs));
    }

    /** How many shards lie within each other; 0 without shards. */
    int shardLevels() {
        return isSharded() ? 1 + inner().shardLevels() : 0;
    }

    /** The compressors of the chunks: the innermost bytes→bytes codecs. */
    List<CodecSpec> compressors() {
        return isSharded() ? inner().compressors() : behind;
    }
}
