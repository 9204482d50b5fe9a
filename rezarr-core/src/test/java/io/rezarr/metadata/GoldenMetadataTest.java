package io.rezarr.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.Json;
import io.rezarr.json.JsonArray;
import io.rezarr.json.JsonLiteral;
import io.rezarr.json.JsonObject;
import io.rezarr.json.JsonString;
import io.rezarr.json.JsonValue;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What zarr-python, tensorstore and others wrote is understood as they understand it. */
class GoldenMetadataTest {
    private static final String SUFFIX = ".expected.json";

    static Stream<String> stores() {
        return MetadataDocuments.below("fixtures/").keySet().stream()
                .filter(name -> name.endsWith(SUFFIX))
                .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                .filter(name -> !name.endsWith("v3_ext_rectilinear"));
    }

    @Test
    void allStoresAreHere() {
        assertThat(stores()).hasSize(303);
    }

    @ParameterizedTest
    @MethodSource("stores")
    void everyNodeIsAsExpected(String store) {
        JsonObject nodes = Objects.requireNonNull(MetadataDocuments.object(store + SUFFIX));
        for (Map.Entry<String, JsonValue> node : nodes.members().entrySet()) {
            String directory = store + ".zarr" + (node.getKey().isEmpty() ? "" : "/" + node.getKey());
            JsonObject expected = (JsonObject) node.getValue();
            NodeMetadata found = MetadataDocuments.node(directory);
            assertThat(found.attributes()).as(directory).isEqualTo(expected.member("attributes"));
            if (found instanceof ArrayMetadata array) {
                checkArray(array, expected);
            }
            checkRoundTrip(found, directory);
        }
    }

    @Test
    void aRectilinearGridIsRefusedByName() {
        assertThatThrownBy(() -> MetadataDocuments.node("fixtures/v3_ext_rectilinear.zarr"))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("zarr.json' /chunk_grid asks for the chunk grid 'rectilinear'")
                .hasMessageContaining("Supported is 'regular'");
    }

    private static void checkArray(ArrayMetadata array, JsonObject expected) {
        Shape inner = array.innerChunkShape();
        assertThat(shape(array.shape())).isEqualTo(expected.member("shape"));
        // The header has the inner chunks as the sharding codec does, behind a transpose; ours are in the axes of the
        // array.
        boolean transposed = inner != null && array.codecs().get(0).name().equals("transpose");
        Shape chunks = inner == null ? array.chunkShape() : inner;
        assertThat(shape(transposed ? Shape.of(chunks.extent(1), chunks.extent(0)) : chunks))
                .isEqualTo(expected.member("chunks"));
        assertThat(shape(inner == null ? null : array.chunkShape())).isEqualTo(expected.member("shards"));
        assertThat(names(array.dimensionNames())).isEqualTo(expected.member("dimension_names"));
        checkType(array, expected);
        checkFill(array, expected);
    }

    private static void checkType(ArrayMetadata array, JsonObject expected) {
        String type = Json.toString(Objects.requireNonNull(expected.member("dtype")));
        DataType found = array.dataType();
        if (found.kind() == DataType.Kind.VARIABLE) {
            assertThat(type).matches("\"(string|bytes|vlen:.*|object:.*)\"");
            assertThat(expected.member("itemsize")).isEqualTo(JsonLiteral.NULL);
            return;
        }
        ElementType elements =
                array instanceof V2ArrayMetadata v2 ? v2.elementType() : ((V3ArrayMetadata) array).elementType();
        JsonValue written = V2DataTypes.write(elements, false);
        assertThat(written == null ? "\"" + found.name() + "\"" : Json.toString(written))
                .isEqualTo(type);
        assertThat(Long.toString(found.elementBytes()))
                .isEqualTo(Json.toString(Objects.requireNonNull(expected.member("itemsize"))));
    }

    private static void checkFill(ArrayMetadata array, JsonObject expected) {
        FillValue fill = array.fillValue();
        if (!(expected.member("fill") instanceof JsonString text)) {
            assertThat(fill.isNull()).isTrue();
            return;
        }
        if (text.value().startsWith("hex:")) {
            assertThat(HexFormat.of().formatHex(fill.elementOf(array.dataType())))
                    .isEqualTo(text.value().substring(4));
        } else if (text.value().startsWith("json:")) {
            assertThat(Json.toString(fill.document())).isEqualTo(text.value().substring(5));
        }
    }

    /** parse(write(m)) = m, every member, their order and the text of numbers included. */
    private static void checkRoundTrip(NodeMetadata node, String directory) {
        for (Document document : node.documents()) {
            JsonObject original = Objects.requireNonNull(MetadataDocuments.object(directory + "/" + document.key()));
            ByteBuffer written = Json.write(document.content(), node.format() == ZarrFormat.V2 ? 4 : 2);
            assertThat(Json.toString(Json.parse(written, directory)))
                    .isEqualTo(Json.toString(original.without("consolidated_metadata")));
        }
    }

    private static JsonValue shape(@Nullable Shape shape) {
        return shape == null ? JsonLiteral.NULL : JsonArray.ofLongs(shape.toArray());
    }

    private static JsonValue names(@Nullable List<@Nullable String> names) {
        if (names == null) {
            return JsonLiteral.NULL;
        }
        return new JsonArray(names.stream()
                .<JsonValue>map(name -> name == null ? JsonLiteral.NULL : new JsonString(name))
                .toList());
    }
}
