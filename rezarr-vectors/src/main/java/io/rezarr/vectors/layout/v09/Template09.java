package io.rezarr.vectors.layout.v09;

import io.rezarr.array.ZarrArray;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.metadata.CodecSpec;
import io.rezarr.metadata.Shape;
import io.rezarr.metadata.V3ArrayMetadata;
import io.rezarr.vectors.node.ArrayDocuments;
import io.rezarr.vectors.write.Storage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an array with an element for each chunk is stored: the source's document of the same family, with the codecs and shards that are asked for.
 *
 * @param document its sizes and attributes are still the source's
 * @param shard in chunks; {@code null} if chunks do not lie in shards
 */
record Template09(JsonObject document, @Nullable Shape shard) {
    private static final String SHARDING = "sharding_indexed";
    private static final String CODECS = "codecs";
    private static final String CONFIGURATION = "configuration";

    static Template09 of(ZarrArray source, Storage storage) {
        List<CodecSpec> codecs = source.metadata().codecs();
        boolean wasSharded = codecs.size() == 1 && codecs.get(0).name().equals(SHARDING);
        JsonObject old = wasSharded ? codecs.get(0).configuration() : JsonObject.EMPTY;
        JsonArray inner =
                wasSharded && old.member(CODECS) instanceof JsonArray array ? array : ArrayDocuments.codecs(codecs);
        if (storage.codecs() != null) {
            inner = replaced(storage.codecs());
        }
        return of(documentOf(source), wasSharded ? old : newSharding(), inner, shard(source, storage));
    }

    /**
     * A new one, in the manner of the reference implementation.
     *
     * @param codecs bytes→bytes codecs, where no others are asked for
     */
    static Template09 of(List<CodecSpec> codecs, Storage storage) {
        Shape shard = storage.shards() == Storage.Shards.SHAPE ? storage.shardShape() : null;
        List<CodecSpec> wanted = storage.codecs();
        return of(ArrayDocuments.byteStrings(), newSharding(), replaced(wanted == null ? codecs : wanted), shard);
    }

    private static Template09 of(JsonObject document, JsonObject sharding, JsonArray codecs, @Nullable Shape shard) {
        if (shard == null) {
            return new Template09(document.with(CODECS, codecs), null);
        }
        long[] one = new long[shard.rank()];
        Arrays.fill(one, 1);
        JsonObject configuration =
                sharding.with("chunk_shape", JsonArray.ofLongs(one)).with(CODECS, codecs);
        JsonObject codec =
                JsonObject.EMPTY.with("name", new JsonString(SHARDING)).with(CONFIGURATION, configuration);
        return new Template09(document.with(CODECS, new JsonArray(List.of(codec))), shard);
    }

    private static JsonObject documentOf(ZarrArray source) {
        return source.metadata() instanceof V3ArrayMetadata v3 ? v3.document() : JsonObject.EMPTY;
    }

    private static JsonArray replaced(List<CodecSpec> codecs) {
        List<CodecSpec> all = new ArrayList<>();
        all.add(CodecSpec.v3("vlen-bytes", JsonObject.EMPTY));
        all.addAll(codecs);
        return ArrayDocuments.codecs(all);
    }

    private static @Nullable Shape shard(ZarrArray source, Storage storage) {
        return switch (storage.shards()) {
            case NONE -> null;
            case SHAPE -> storage.shardShape();
            case KEEP ->
                source.metadata().innerChunkShape() == null
                        ? null
                        : source.metadata().chunkShape();
        };
    }

    private static JsonObject newSharding() {
        JsonObject little = JsonObject.EMPTY.with("endian", new JsonString("little"));
        return JsonObject.EMPTY
                .with("chunk_shape", JsonArray.EMPTY)
                .with(CODECS, JsonArray.EMPTY)
                .with(
                        "index_codecs",
                        ArrayDocuments.codecs(
                                List.of(CodecSpec.v3("bytes", little), CodecSpec.v3("crc32c", JsonObject.EMPTY))))
                .with("index_location", new JsonString("end"));
    }

    /** The document of an array of that grid. */
    JsonObject document(Grid09 grid, JsonObject attributes) {
        long[] chunk = new long[grid.rank()];
        Arrays.fill(chunk, 1);
        return ArrayDocuments.sized(document, grid.shape().toArray(), shard == null ? chunk : shard.toArray())
                .with("attributes", attributes);
    }

    /** The source's attributes, with the directory of another grid in the place of the old one. */
    static JsonObject attributes(JsonObject source, Grid09 grid, JsonArray nonemptyChunks) {
        JsonObject directory = JsonObject.EMPTY.with("nonempty_chunks", nonemptyChunks);
        if (!grid.isAtZero()) {
            directory = directory.with("chunk_grid_origin", JsonArray.ofLongs(grid.origin()));
        }
        JsonObject attributes = directory;
        for (var member : source.members().entrySet()) {
            if (!member.getKey().equals("nonempty_chunks") && !member.getKey().equals("chunk_grid_origin")) {
                attributes = attributes.with(member.getKey(), member.getValue());
            }
        }
        return attributes;
    }
}
