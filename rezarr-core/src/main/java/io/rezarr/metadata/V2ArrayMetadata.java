package io.rezarr.metadata;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of a v2 array: {@code .zarray} and {@code .zattrs}.
 *
 * <p>Where the specification is strict and zarr-python is not, this follows zarr-python: {@code order}, {@code filters},
 * {@code fill_value} and {@code dimension_separator} may be missing ({@code "C"}, none, null, {@code "."}), an empty list
 * of filters is none, and unknown members are kept and ignored. Extents written as floats ({@code 8.0}) are refused, as there.
 *
 * @see <a href="https://zarr-specs.readthedocs.io/en/latest/v2/v2.0.html#arrays">Zarr v2, arrays</a>
 */
public final class V2ArrayMetadata implements ArrayMetadata {
    /** The attribute in which xarray keeps dimension names. */
    static final String ARRAY_DIMENSIONS = "_ARRAY_DIMENSIONS";

    private static final String CHUNKS = "chunks";
    private static final String COMPRESSOR = "compressor";
    private static final String FILL_VALUE = "fill_value";
    private static final String SEPARATOR = "dimension_separator";

    private final String name;
    private final JsonObject document;
    private final @Nullable JsonObject zattrs;
    private final Shape shape;
    private final Shape chunkShape;
    private final ElementType elementType;
    private final DataType dataType;
    private final FillValue fillValue;
    private final boolean fortranOrder;
    private final ChunkKeyEncoding chunkKeyEncoding;
    private final List<CodecSpec> filters;
    private final @Nullable CodecSpec compressor;

    private V2ArrayMetadata(JsonObject zarray, @Nullable JsonObject zattrs, String name) {
        this.name = name;
        this.document = zarray;
        this.zattrs = zattrs;
        JsonPlace root = JsonPlace.root(name, zarray);
        checkFormat(root);
        shape = root.member("shape").shape(0);
        chunkShape = root.member(CHUNKS).shape(1);
        filters = filtersOf(root.member("filters"));
        compressor = compressorOf(root.member(COMPRESSOR));
        elementType = V2DataTypes.parse(root.member("dtype"), V2DataTypes.variableName(objectCodecs()));
        dataType = elementType.toDataType();
        if (dataType.name().equals("object") && filters.isEmpty()) {
            throw root.member("dtype")
                    .contradiction(
                            "it needs a filter that turns objects into bytes, such as vlen-utf8, and there is none");
        }
        GridChecks.check(root.member("shape"), shape, root.member(CHUNKS), chunkShape, elementType.bytes());
        fillValue = fillOf(root.member(FILL_VALUE), elementType);
        fortranOrder = isFortranOrder(root.member("order"));
        chunkKeyEncoding = new ChunkKeyEncoding(ChunkKeyEncoding.Kind.V2, separatorOf(root.member(SEPARATOR)));
    }

    /**
     * @param zarray the content of {@code .zarray}
     * @param zattrs the content of {@code .zattrs}; {@code null} if there is none
     * @param name of the document in messages
     * @throws InvalidMetadataException if a member is missing or wrong; the message names it
     * @throws io.rezarr.error.UnsupportedFeatureException if the data type is not known
     */
    public static V2ArrayMetadata parse(JsonObject zarray, @Nullable JsonObject zattrs, String name) {
        return new V2ArrayMetadata(zarray, zattrs, name);
    }

    static void checkFormat(JsonPlace root) {
        root.member("zarr_format").integer(2, 2);
    }

    private static List<CodecSpec> filtersOf(JsonPlace place) {
        if (place.isAbsentOrNull()) {
            return List.of();
        }
        List<CodecSpec> filters = new ArrayList<>();
        for (int i = 0; i < place.array().items().size(); i++) {
            filters.add(CodecSpec.ofV2(place.item(i)));
        }
        return List.copyOf(filters);
    }

    private static @Nullable CodecSpec compressorOf(JsonPlace place) {
        if (place.isAbsent()) {
            throw place.invalid("a codec as an object with id, or null");
        }
        return place.isAbsentOrNull() ? null : CodecSpec.ofV2(place);
    }

    private List<CodecSpec> objectCodecs() {
        List<CodecSpec> codecs = new ArrayList<>(filters);
        if (compressor != null) {
            codecs.add(compressor);
        }
        return codecs;
    }

    private static FillValue fillOf(JsonPlace place, ElementType type) {
        JsonValue value = place.value();
        if (value == null || value == JsonLiteral.NULL) {
            return new FillValue(JsonLiteral.NULL, null);
        }
        return new FillValue(value, FillReader.read(place, type));
    }

    private static boolean isFortranOrder(JsonPlace place) {
        if (place.isAbsent()) {
            return false;
        }
        return switch (place.string("\"C\" or \"F\"")) {
            case "C" -> false;
            case "F" -> true;
            default -> throw place.invalid("\"C\" or \"F\"");
        };
    }

    private static char separatorOf(JsonPlace place) {
        if (place.isAbsent()) {
            return '.';
        }
        return switch (place.string("\".\" or \"/\"")) {
            case "." -> '.';
            case "/" -> '/';
            default -> throw place.invalid("\".\" or \"/\"");
        };
    }

    @Override
    public ZarrFormat format() {
        return ZarrFormat.V2;
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
        return null;
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

    /** Whether the elements of a chunk are stored with the first axis as the fastest. */
    boolean isFortranOrder() {
        return fortranOrder;
    }

    /** In the order of encoding; empty if there are none. */
    public List<CodecSpec> filters() {
        return filters;
    }

    /** {@code null} if there is none. */
    public @Nullable CodecSpec compressor() {
        return compressor;
    }

    @Override
    public List<CodecSpec> codecs() {
        List<CodecSpec> codecs = new ArrayList<>();
        if (fortranOrder && shape.rank() > 1) {
            codecs.add(CodecNames.reversal(shape.rank()));
        }
        if (dataType.kind() != DataType.Kind.VARIABLE) {
            codecs.add(CodecNames.bytes(byteOrder()));
        }
        codecs.addAll(filters);
        if (compressor != null) {
            codecs.add(compressor);
        }
        return List.copyOf(codecs);
    }

    private @Nullable String byteOrder() {
        int all = dataType.numbers().size();
        int big = bigEndianRuns().size();
        if (all == 0) {
            return null;
        }
        return big == 0 ? "little" : big == all ? "big" : "mixed";
    }

    @Override
    public List<ByteRun> bigEndianRuns() {
        return elementType.bigEndianRuns();
    }

    @Override
    public @Nullable List<@Nullable String> dimensionNames() {
        if (!(attributes().member(ARRAY_DIMENSIONS) instanceof JsonArray array)
                || array.items().size() != shape.rank()) {
            return null;
        }
        List<@Nullable String> names = new ArrayList<>();
        for (JsonValue item : array.items()) {
            if (item != JsonLiteral.NULL && !(item instanceof JsonString)) {
                return null;
            }
            names.add(item instanceof JsonString string ? string.value() : null);
        }
        return Collections.unmodifiableList(names);
    }

    /** Dimension names as they stand in both versions; a missing one is a null. */
    static JsonArray jsonOf(List<@Nullable String> names) {
        return new JsonArray(names.stream()
                .map(dimension -> dimension == null ? JsonLiteral.NULL : (JsonValue) new JsonString(dimension))
                .toList());
    }

    @Override
    public JsonObject attributes() {
        return zattrs == null ? JsonObject.EMPTY : zattrs;
    }

    @Override
    public JsonObject document() {
        return document;
    }

    @Override
    public List<Document> documents() {
        Document zarray = new Document(Document.ZARRAY, document);
        return zattrs == null ? List.of(zarray) : List.of(new Document(Document.ZATTRS, zattrs), zarray);
    }

    @Override
    public V2ArrayMetadata withChunkShape(Shape chunks) {
        GridChecks.checkChunks(chunks, shape.rank());
        return chunks.equals(chunkShape) ? this : with(CHUNKS, JsonArray.ofLongs(chunks.toArray()));
    }

    /** @throws IllegalArgumentException if it is not of the kind of v2 */
    @Override
    public V2ArrayMetadata withChunkKeyEncoding(ChunkKeyEncoding encoding) {
        if (encoding.kind() != ChunkKeyEncoding.Kind.V2) {
            throw new IllegalArgumentException("v2 arrays have no chunk key encoding " + encoding);
        }
        return encoding.equals(chunkKeyEncoding)
                ? this
                : with(SEPARATOR, new JsonString(String.valueOf(encoding.separator())));
    }

    @Override
    public V2ArrayMetadata withFillValue(JsonValue value) {
        return with(FILL_VALUE, value);
    }

    /** The copy with that compressor ({@code null}: none); filters are kept. */
    public V2ArrayMetadata withCompressor(@Nullable CodecSpec codec) {
        if (codec != null && codec.family() != CodecSpec.Family.V2) {
            throw new IllegalArgumentException("codec " + codec.name() + " is not named in the terms of v2");
        }
        return Objects.equals(codec, compressor)
                ? this
                : with(COMPRESSOR, codec == null ? JsonLiteral.NULL : codec.document());
    }

    /** The copy without filters; its compressor is kept. */
    public V2ArrayMetadata withoutFilters() {
        return filters.isEmpty() ? this : with("filters", JsonLiteral.NULL);
    }

    private V2ArrayMetadata with(String member, JsonValue value) {
        return new V2ArrayMetadata(document.with(member, value), zattrs, name);
    }

    /**
     * Keeps the names in the attribute {@code _ARRAY_DIMENSIONS}, as xarray does.
     *
     * @throws IllegalArgumentException if there is not one name or null for each axis
     */
    @Override
    public V2ArrayMetadata withDimensionNames(List<@Nullable String> names) {
        GridChecks.checkNames(names.size(), shape.rank());
        return withAttributes(attributes().with(ARRAY_DIMENSIONS, jsonOf(names)));
    }

    @Override
    public V2ArrayMetadata withAttributes(JsonObject attributes) {
        return new V2ArrayMetadata(document, zattrs == null && attributes.isEmpty() ? null : attributes, name);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof V2ArrayMetadata that
                && document.equals(that.document)
                && Objects.equals(zattrs, that.zattrs);
    }

    @Override
    public int hashCode() {
        return document.hashCode();
    }

    @Override
    public String toString() {
        return "v2 array " + shape + " of " + dataType.name() + " in chunks " + chunkShape;
    }
}
