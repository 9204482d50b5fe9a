package io.rezarr.metadata;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of a v3 array: {@code zarr.json}.
 *
 * <p>Chunk grids other than {@code regular}, storage transformers, chunk key encodings other than {@code default} and {@code v2},
 * and unknown members that must be understood are refused by name. Data types and codecs that are not known are not: they
 * matter only to those who decode.
 *
 * @see <a href="https://zarr-specs.readthedocs.io/en/latest/v3/core/index.html#array-metadata">Zarr v3, array metadata</a>
 */
public final class V3ArrayMetadata implements ArrayMetadata {
    private static final String ATTRIBUTES = "attributes";
    private static final String CHUNK_GRID = "chunk_grid";
    private static final String CHUNK_KEY_ENCODING = "chunk_key_encoding";
    private static final String CODECS = "codecs";
    private static final String CONFIGURATION = "configuration";
    private static final String DIMENSION_NAMES = "dimension_names";
    private static final String FILL_VALUE = "fill_value";
    private static final String STORAGE_TRANSFORMERS = "storage_transformers";
    static final Set<String> MEMBERS = Set.of(
            "zarr_format",
            "node_type",
            "shape",
            "data_type",
            CHUNK_GRID,
            CHUNK_KEY_ENCODING,
            FILL_VALUE,
            CODECS,
            ATTRIBUTES,
            DIMENSION_NAMES,
            STORAGE_TRANSFORMERS);

    private final String name;
    private final JsonObject document;
    private final Shape shape;
    private final Shape chunkShape;
    private final @Nullable Shape innerChunkShape;
    private final ElementType elementType;
    private final DataType dataType;
    private final FillValue fillValue;
    private final ChunkKeyEncoding chunkKeyEncoding;
    private final List<CodecSpec> codecs;
    private final boolean bigEndian;
    private final @Nullable List<@Nullable String> dimensionNames;
    private final JsonObject attributes;

    private V3ArrayMetadata(JsonObject zarrJson, String name) {
        this.name = name;
        this.document = zarrJson;
        JsonPlace root = JsonPlace.root(name, zarrJson);
        V3Documents.check(root, "array", MEMBERS);
        shape = root.member("shape").shape(0);
        JsonPlace chunks = chunksOf(root.member(CHUNK_GRID));
        chunkShape = chunks.shape(1);
        elementType = V3DataTypes.parse(root.member("data_type"));
        dataType = elementType.toDataType();
        GridChecks.check(root.member("shape"), shape, chunks, chunkShape, elementType.bytes());
        refuseTransformers(root.member(STORAGE_TRANSFORMERS));
        chunkKeyEncoding = V3Documents.chunkKeyEncoding(root.member(CHUNK_KEY_ENCODING));
        fillValue = fillOf(root.member(FILL_VALUE), elementType);
        codecs = codecsOf(root.member(CODECS));
        innerChunkShape = V3Codecs.innerChunkShape(root.member(CODECS), shape.rank());
        bigEndian = V3Codecs.isBigEndian(root.member(CODECS));
        dimensionNames = namesOf(root.member(DIMENSION_NAMES), shape.rank());
        attributes = root.member(ATTRIBUTES).objectOrEmpty();
    }

    /**
     * @param zarrJson the content of {@code zarr.json}
     * @param name of the document in messages
     * @throws InvalidMetadataException if a member is missing or wrong; the message names it
     * @throws io.rezarr.error.UnsupportedFeatureException if it asks for an extension that is not known, by name
     */
    public static V3ArrayMetadata parse(JsonObject zarrJson, String name) {
        return new V3ArrayMetadata(zarrJson, name);
    }

    private static JsonPlace chunksOf(JsonPlace grid) {
        String gridName = grid.member("name").string("the name of a chunk grid");
        if (!gridName.equals("regular")) {
            throw grid.unsupported("the chunk grid '" + gridName + "'", "Supported is 'regular'.");
        }
        return grid.member(CONFIGURATION).member("chunk_shape");
    }

    private static void refuseTransformers(JsonPlace place) {
        if (place.isAbsentOrNull() || place.array().items().isEmpty()) {
            return;
        }
        throw place.unsupported("storage transformers", "Supported is an empty list.");
    }

    private static FillValue fillOf(JsonPlace place, ElementType type) {
        JsonValue value = place.required("a fill value for " + type.name());
        return new FillValue(value, FillReader.read(place, type));
    }

    private static List<CodecSpec> codecsOf(JsonPlace place) {
        List<CodecSpec> codecs = CodecSpec.v3List(place);
        if (codecs.isEmpty()) {
            throw place.invalid("at least one codec that turns an array into bytes, such as 'bytes'");
        }
        return codecs;
    }

    private static @Nullable List<@Nullable String> namesOf(JsonPlace place, int rank) {
        if (place.isAbsentOrNull()) {
            return null;
        }
        List<@Nullable String> names = new ArrayList<>();
        for (int i = 0; i < place.array().items().size(); i++) {
            JsonPlace item = place.item(i);
            names.add(item.isAbsentOrNull() ? null : item.string("a name or null"));
        }
        if (names.size() != rank) {
            throw place.contradiction("it has " + names.size() + " names, but the array has " + rank + " axes");
        }
        return Collections.unmodifiableList(names);
    }

    @Override
    public ZarrFormat format() {
        return ZarrFormat.V3;
    }

    @Override
    public Shape shape() {
        return shape;
    }

    @Override
    public Shape chunkShape() {
        return chunkShape;
    }

    @Override
    public @Nullable Shape innerChunkShape() {
        return innerChunkShape;
    }

    @Override
    public DataType dataType() {
        return dataType;
    }

    /** What the document is called in messages. */
    String name() {
        return name;
    }

    ElementType elementType() {
        return elementType;
    }

    @Override
    public FillValue fillValue() {
        return fillValue;
    }

    @Override
    public ChunkKeyEncoding chunkKeyEncoding() {
        return chunkKeyEncoding;
    }

    @Override
    public List<CodecSpec> codecs() {
        return codecs;
    }

    @Override
    public List<ByteRun> bigEndianRuns() {
        return bigEndian ? dataType.numbers() : List.of();
    }

    @Override
    public @Nullable List<@Nullable String> dimensionNames() {
        return dimensionNames;
    }

    @Override
    public JsonObject attributes() {
        return attributes;
    }

    @Override
    public JsonObject document() {
        return document;
    }

    @Override
    public List<Document> documents() {
        return List.of(new Document(Document.ZARR_JSON, document));
    }

    @Override
    public V3ArrayMetadata withChunkShape(Shape chunks) {
        GridChecks.checkChunks(chunks, shape.rank());
        if (chunks.equals(chunkShape)) {
            return this;
        }
        JsonPlace grid = JsonPlace.root(name, document).member(CHUNK_GRID);
        JsonObject configuration =
                grid.member(CONFIGURATION).object().with("chunk_shape", JsonArray.ofLongs(chunks.toArray()));
        return with(CHUNK_GRID, grid.object().with(CONFIGURATION, configuration));
    }

    @Override
    public V3ArrayMetadata withChunkKeyEncoding(ChunkKeyEncoding encoding) {
        return encoding.equals(chunkKeyEncoding)
                ? this
                : with(CHUNK_KEY_ENCODING, V3Documents.chunkKeyEncoding(encoding));
    }

    @Override
    public V3ArrayMetadata withFillValue(JsonValue value) {
        return with(FILL_VALUE, value);
    }

    /** The copy with that list of codecs, sharding included. Those that stay as they were keep their spelling. */
    public V3ArrayMetadata withCodecs(List<CodecSpec> newCodecs) {
        List<JsonValue> old = new ArrayList<>(
                JsonPlace.root(name, document).member(CODECS).array().items());
        List<CodecSpec> oldSpecs = new ArrayList<>(codecs);
        List<JsonValue> items = new ArrayList<>();
        for (CodecSpec codec : newCodecs) {
            if (codec.family() != CodecSpec.Family.V3) {
                throw new IllegalArgumentException("codec " + codec.name() + " is not named in the terms of v3");
            }
            int kept = oldSpecs.indexOf(codec);
            items.add(kept < 0 ? codec.document() : old.get(kept));
        }
        return with(CODECS, new JsonArray(items));
    }

    @Override
    public V3ArrayMetadata withDimensionNames(List<@Nullable String> names) {
        GridChecks.checkNames(names.size(), shape.rank());
        return with(DIMENSION_NAMES, V2ArrayMetadata.jsonOf(names));
    }

    @Override
    public V3ArrayMetadata withAttributes(JsonObject newAttributes) {
        boolean none = newAttributes.isEmpty() && !document.has(ATTRIBUTES);
        return none ? this : with(ATTRIBUTES, newAttributes);
    }

    private V3ArrayMetadata with(String member, JsonValue value) {
        return new V3ArrayMetadata(document.with(member, value), name);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof V3ArrayMetadata that && document.equals(that.document);
    }

    @Override
    public int hashCode() {
        return document.hashCode();
    }

    @Override
    public String toString() {
        return "v3 array " + shape + " of " + dataType.name() + " in chunks " + chunkShape;
    }
}
