package io.rezarr.metadata;

import static io.rezarr.metadata.V2ArrayMetadataTest.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.RefusedException;
import io.rezarr.error.UnsupportedFeatureException;
import io.rezarr.json.Json;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FormatConversionTest {
    private static final String V2 = """
            {"zarr_format": 2, "shape": [8, 6], "chunks": [4, 3], "dtype": %s, "fill_value": %s, "order": "%s", "filters": %s,
             "compressor": %s}""";
    private static final String V3 = """
            {"zarr_format": 3, "node_type": "array", "shape": [8, 6], "data_type": %s, "fill_value": %s, "codecs": %s,
             "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [4, 3]}}, "chunk_key_encoding": "%s"}""";

    /** Those of the golden stores that have no counterpart, each for its reason. */
    private static final Set<String> WITHOUT_COUNTERPART = Set.of(
            // sub-arrays, objects, categories, filters that are not in zarr-python, or before a filter on bytes
            "v2_struct_subarray",
            "v2_vlen_array_i4",
            "v2_vlen_array_f8_F",
            "v2_object_json2",
            "v2_object_msgpack2",
            "v2_object_pickle",
            "v2_categorize",
            "v2_categorize_U5",
            "v2_filter_base64");

    static Stream<String> arrays() {
        return MetadataDocuments.below("fixtures/").keySet().stream()
                .filter(name -> name.endsWith("/.zarray") || name.endsWith("/zarr.json"))
                .filter(name -> !name.contains("v3_ext_rectilinear"))
                .map(name -> name.substring(0, name.lastIndexOf('/')))
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("arrays")
    void goldenArraysMeanTheSameInTheOtherFormat(String directory) {
        NodeMetadata node = MetadataDocuments.node(directory);
        if (node instanceof V2ArrayMetadata v2) {
            ArrayMetadata v3 = convertedOrNull(directory, v2);
            if (v3 != null) {
                checkSame(v2, v3);
            }
        } else if (node instanceof V3ArrayMetadata v3) {
            checkToV2(v3);
        }
    }

    private static @Nullable ArrayMetadata convertedOrNull(String directory, V2ArrayMetadata v2) {
        String store = directory.substring("fixtures/".length(), directory.indexOf(".zarr"));
        if (WITHOUT_COUNTERPART.contains(store)) {
            assertThatThrownBy(() -> FormatConversion.toV3(v2))
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("--format v2");
            return null;
        }
        return FormatConversion.toV3(v2).metadata();
    }

    private static void checkToV2(V3ArrayMetadata v3) {
        try {
            checkSame(v3, FormatConversion.toV2(v3).metadata());
        } catch (RefusedException e) {
            assertThat(e.getMessage()).containsAnyOf("--format v3", "--shards none", "--codec", "--fill-value");
        }
    }

    private static void checkSame(ArrayMetadata from, ArrayMetadata to) {
        assertThat(to.shape()).isEqualTo(from.shape());
        assertThat(to.chunkShape()).isEqualTo(from.chunkShape());
        assertThat(to.dataType()).isEqualTo(from.dataType());
        boolean isNamed = to.dimensionNames() != null;
        if (!isNamed) {
            assertThat(to.fillValue().elementOf(to.dataType()))
                    .isEqualTo(from.fillValue().elementOf(from.dataType()));
        }
        List<@Nullable String> names = from.dimensionNames();
        if (from.shape().rank() > 0 && (names == null || names.stream().noneMatch(Objects::isNull))) {
            assertThat(to.dimensionNames()).isEqualTo(from.dimensionNames());
        }
        assertThat(to.attributes().without("_ARRAY_DIMENSIONS").without(isNamed ? "_FillValue" : ""))
                .isEqualTo(from.attributes().without("_ARRAY_DIMENSIONS").without(isNamed ? "_FillValue" : ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "\"<i4\"; C; {\"name\": \"bytes\", \"configuration\": {\"endian\": \"little\"}}",
                "\">i4\"; F; {\"name\": \"transpose\", \"configuration\": {\"order\": [1, 0]}}|{\"name\": \"bytes\", \"configuration\":"
                        + " {\"endian\": \"big\"}}",
                "\"|u1\"; C; {\"name\": \"bytes\"}",
                "[[\"a\", \">i4\"], [\"b\", \">i2\"]]; C; {\"name\": \"bytes\", \"configuration\": {\"endian\": \"little\"}}",
            })
    void orderBecomesCodecs(String dtype, String order, String codecs) {
        V2ArrayMetadata v2 = v2(dtype, "null", order, "null", "null");

        assertThat(codecs(FormatConversion.toV3(v2).metadata())).isEqualTo(codecs);
    }

    /** As zarr-python 3.1.6 names them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{\"id\": \"zstd\", \"level\": 3}; {\"name\": \"zstd\", \"configuration\": {\"level\": 3, \"checksum\": false}}",
                "{\"id\": \"gzip\", \"level\": 5}; {\"name\": \"gzip\", \"configuration\": {\"level\": 5}}",
                "{\"id\": \"zlib\", \"level\": 1}; {\"name\": \"gzip\", \"configuration\": {\"level\": 1}}",
                "{\"id\": \"zlib\", \"level\": -1}; {\"name\": \"gzip\", \"configuration\": {\"level\": 6}}",
                "{\"id\": \"lz4\", \"acceleration\": 1}; {\"name\": \"numcodecs.lz4\", \"configuration\": {\"acceleration\": 1}}",
                "{\"id\": \"blosc\", \"cname\": \"zstd\", \"clevel\": 3, \"shuffle\": 2, \"blocksize\": 64}; {\"name\": \"blosc\","
                        + " \"configuration\": {\"typesize\": 4, \"cname\": \"zstd\", \"clevel\": 3, \"shuffle\": \"bitshuffle\","
                        + " \"blocksize\": 64}}",
                "{\"id\": \"blosc\", \"shuffle\": -1}; {\"name\": \"blosc\", \"configuration\": {\"typesize\": 4, \"cname\": \"lz4\","
                        + " \"clevel\": 5, \"shuffle\": \"shuffle\", \"blocksize\": 0}}",
            })
    void compressorsGetTheirNamesInV3(String compressor, String expected) {
        V2ArrayMetadata v2 = v2("\"<i4\"", "0", "C", "null", compressor);

        assertThat(codecs(FormatConversion.toV3(v2).metadata())).endsWith("|" + expected);
    }

    @Test
    void automaticShuffleOfBytesIsOfBits() {
        V2ArrayMetadata v2 = v2("\"|u1\"", "0", "C", "null", "{\"id\": \"blosc\", \"shuffle\": -1}");

        assertThat(codecs(FormatConversion.toV3(v2).metadata())).contains("\"bitshuffle\"");
    }

    @Test
    void namesOutsideTheSpecificationAreNoted() {
        V2ArrayMetadata v2 = v2("\"|S3\"", "null", "C", "null", "{\"id\": \"bz2\", \"level\": 1}");

        assertThat(FormatConversion.toV3(v2).notes())
                .anyMatch(note -> note.contains("S3") && note.contains("'null_terminated_bytes'"))
                .anyMatch(note -> note.contains("'numcodecs.bz2'") && note.contains("--codec zstd"))
                .hasSize(2);
    }

    @Test
    void codecsWithoutACounterpartAreRefusedWithTheRemedy() {
        assertThatThrownBy(() -> FormatConversion.toV3(v2("\"<i4\"", "0", "C", "null", "{\"id\": \"frobnicate\"}")))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("'frobnicate'")
                .hasMessageContaining("--codec zstd");
        assertThatThrownBy(() -> FormatConversion.toV2(v3(
                        "\"int32\"",
                        "0",
                        "[{\"name\": \"bytes\", \"configuration\": {\"endian\": \"big\"}}, \"crc32c\"]")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'crc32c'")
                .hasMessageContaining("--codec zstd");
        assertThatThrownBy(() -> FormatConversion.toV3(v2(
                        "\"<i4\"",
                        "0",
                        "C",
                        "[{\"id\": \"shuffle\"}, {\"id\": \"delta\", \"dtype\": \"<i4\"}]",
                        "null")))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("'delta' behind 'numcodecs.shuffle'")
                .hasMessageContaining("--filters none");
    }

    @Test
    void filteredChunksAreOfOrderCAndLittleEndianInV3() {
        Converted<V3ArrayMetadata> v3 = FormatConversion.toV3(
                v2("\">i2\"", "0", "F", "[{\"id\": \"delta\", \"dtype\": \">i2\", \"astype\": \">i2\"}]", "null"));

        assertThat(codecs(v3.metadata()))
                .doesNotContain("transpose")
                .contains("\"numcodecs.delta\"")
                .contains("{\"dtype\": \"<i2\", \"astype\": \"<i2\"}")
                .contains("\"little\"");
        assertThat(v3.notes()).anyMatch(note -> note.contains("order F"));
    }

    @Test
    void quantizeToAnotherTypeIsAChangeOfTypeInV3() {
        Converted<V3ArrayMetadata> v3 = FormatConversion.toV3(v2(
                "\"<f8\"",
                "0",
                "C",
                "[{\"id\": \"quantize\", \"digits\": 1, \"dtype\": \"<f8\", \"astype\": \"<f4\"}]",
                "null"));

        assertThat(codecs(v3.metadata())).contains("numcodecs.astype", "\"encode_dtype\": \"<f4\"");
    }

    @Test
    void filtersOfV2SayTheTypeThatV3Knows() {
        Converted<V2ArrayMetadata> v2 = FormatConversion.toV2(v3(
                "\"float32\"",
                "0",
                "[{\"name\": \"numcodecs.quantize\", \"configuration\": {\"digits\": 2}},"
                        + " {\"name\": \"bytes\", \"configuration\": {\"endian\": \"little\"}}]"));

        assertThat(Json.toString(v2.metadata().document())).contains("\"digits\": 2, \"dtype\": \"<f4\"");
    }

    @Test
    void shardsMustBeGoneBefore() {
        V3ArrayMetadata sharded = v3(
                "\"int32\"",
                "0",
                "[{\"name\": \"sharding_indexed\", \"configuration\": {\"chunk_shape\": [1, 1], \"codecs\": [\"bytes\"]}}]");

        assertThatThrownBy(() -> FormatConversion.toV2(sharded))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("--shards none");
    }

    @ParameterizedTest
    @CsvSource({"0 1,C,0", "1 0,F,0"})
    void transposesBecomeAnOrder(String order, String expected, int notes) {
        Converted<V2ArrayMetadata> v2 = FormatConversion.toV2(v3(
                "\"uint8\"",
                "0",
                "[{\"name\": \"transpose\", \"configuration\": {\"order\": [" + order.replace(' ', ',')
                        + "]}}, \"bytes\"]"));

        assertThat(Json.toString(v2.metadata().document())).contains("\"order\": \"" + expected + "\"");
        assertThat(v2.notes()).hasSize(notes);
    }

    @Test
    void aTransposeThatIsNoReversalBecomesOrderCWithANote() {
        V3ArrayMetadata cube = V3ArrayMetadata.parse(json("""
                {"zarr_format": 3, "node_type": "array", "shape": [2, 2, 2], "data_type": "int8", "fill_value": 0,
                 "codecs": [{"name": "transpose", "configuration": {"order": [1, 0, 2]}}, "bytes"],
                 "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [1, 1, 1]}}, "chunk_key_encoding": "v2",
                 "dimension_names": ["a", null, "c"], "ext": {"must_understand": false}}"""), "a/zarr.json");

        Converted<V2ArrayMetadata> v2 = FormatConversion.toV2(cube);

        assertThat(Json.toString(v2.metadata().document())).contains("\"order\": \"C\"");
        assertThat(v2.metadata().dimensionNames()).containsExactly("a", null, "c");
        assertThat(v2.metadata().chunkKeyEncoding()).isEqualTo(new ChunkKeyEncoding(ChunkKeyEncoding.Kind.V2, '.'));
        assertThat(v2.notes())
                .anyMatch(note -> note.contains("order C"))
                .anyMatch(note -> note.contains("[a, null, c]"))
                .anyMatch(note -> note.contains("unknown members ext of zarr.json"))
                .hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "\"float32\"; \"0x7fc00001\"; RefusedException",
                "\"bfloat16\"; 1; RefusedException",
                "\"int4\"; 1; RefusedException",
                "\"my.type\"; 1; RefusedException",
            })
    void whatV2CannotSayIsRefused(String type, String fill, String exception) {
        assertThatThrownBy(() -> FormatConversion.toV2(v3(type, fill, "[\"bytes\"]")))
                .hasMessageMatching(".*(0x7fc00001|data type).*")
                .extracting(e -> e.getClass().getSimpleName())
                .isEqualTo(exception);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "\"<f4\"; \"0x7fc00001\"; \"0x7fc00001\"",
                "\"<f4\"; NaN; \"NaN\"",
                "\"<f8\"; 0.1; 0.1",
                "\"<f8\"; null; 0.0",
                "\"<f8\"; -0.0; -0.0",
                "\"<i4\"; 3.0; 3",
                "\"<u8\"; 18446744073709551615; 18446744073709551615",
                "\"<c8\"; [1, \"-Infinity\"]; [1.0, \"-Infinity\"]",
                "\"|b1\"; 1; true",
                "\"<M8[s]\"; \"NaT\"; -9223372036854775808",
                "\"|S3\"; \"bm8=\"; \"bm8=\"",
                "\"|S3\"; null; \"\"",
                "\"|V3\"; \"AQ==\"; \"AQAA\"",
                "\">U3\"; \"né\"; \"né\"",
                "[[\"a\", \">i2\"]]; \"AQI=\"; \"AgE=\"",
                "\"|O\"; null; \"\"",
                "\"|O\"; \"x\"; \"x\"",
            })
    void fillValuesAreSpelledBitForBit(String dtype, String fill, String expected) {
        String filters = dtype.equals("\"|O\"") ? "[{\"id\": \"vlen-utf8\"}]" : "null";

        V3ArrayMetadata v3 =
                FormatConversion.toV3(v2(dtype, fill, "C", filters, "null")).metadata();

        assertThat(Json.toString(v3.fillValue().document())).isEqualTo(expected);
    }

    @Test
    void dimensionNamesChangePlaces() {
        V2ArrayMetadata v2 = v2("\"<i4\"", "0", "C", "null", "null")
                .withAttributes(json("{\"a\": 1, \"_ARRAY_DIMENSIONS\": [\"t\", \"x\"], \"b\": NaN}"));

        V3ArrayMetadata v3 = FormatConversion.toV3(v2).metadata();
        V2ArrayMetadata back = FormatConversion.toV2(v3).metadata();

        assertThat(v3.dimensionNames()).containsExactly("t", "x");
        assertThat(Json.toString(v3.attributes())).isEqualTo("{\"a\": 1, \"b\": NaN, \"_FillValue\": 0}");
        assertThat(back.dimensionNames()).containsExactly("t", "x");
        assertThat(back.attributes()).isEqualTo(v2.attributes());
        assertThat(back.chunkKeyEncoding().separator()).isEqualTo('/');
        V2ArrayMetadata unfitting = v2.withAttributes(json("{\"_ARRAY_DIMENSIONS\": [\"t\"]}"));
        assertThat(FormatConversion.toV3(unfitting).metadata().attributes()).isEqualTo(unfitting.attributes());
    }

    @Test
    void theDocumentIsInTheOrderOfZarrPython() {
        V3ArrayMetadata v3 =
                FormatConversion.toV3(v2("\"<i4\"", "0", "C", "null", "null")).metadata();

        assertThat(v3.document().members().keySet())
                .containsExactly(
                        "shape",
                        "data_type",
                        "chunk_grid",
                        "chunk_key_encoding",
                        "fill_value",
                        "codecs",
                        "attributes",
                        "zarr_format",
                        "node_type",
                        "storage_transformers");
        assertThat(FormatConversion.toV2(v3).metadata().document().members().keySet())
                .containsExactly(
                        "chunks",
                        "compressor",
                        "dimension_separator",
                        "dtype",
                        "fill_value",
                        "filters",
                        "order",
                        "shape",
                        "zarr_format");
    }

    @Test
    void groupsKeepTheirAttributes() {
        V2GroupMetadata v2 = V2GroupMetadata.parse(
                json("{\"zarr_format\": 2, \"x\": 1}"), json("{\"big\": 18446744073709551616}"), "g/.zgroup");

        Converted<V3GroupMetadata> v3 = FormatConversion.toV3(v2);
        Converted<V2GroupMetadata> back = FormatConversion.toV2(v3.metadata());

        assertThat(v3.metadata().attributes()).isEqualTo(v2.attributes());
        assertThat(v3.notes()).singleElement().asString().contains("unknown members x of .zgroup");
        assertThat(back.metadata()).isEqualTo(new V2GroupMetadata(v2.attributes()));
        assertThat(back.notes()).isEmpty();
    }

    @Test
    void filtersOnElementsComeBeforeTheBytesAndComeBack() {
        V2ArrayMetadata v2 = v2(
                "\"<i4\"",
                "0",
                "C",
                "[{\"id\": \"delta\", \"dtype\": \"<i4\"}, {\"id\": \"shuffle\", \"elementsize\": 4}]",
                "{\"id\": \"gzip\", \"level\": 1}");

        V3ArrayMetadata v3 = FormatConversion.toV3(v2).metadata();

        assertThat(v3.codecs())
                .extracting(CodecSpec::name)
                .containsExactly("numcodecs.delta", "bytes", "numcodecs.shuffle", "gzip");
        V2ArrayMetadata back = FormatConversion.toV2(v3).metadata();
        assertThat(back.filters()).isEqualTo(v2.filters());
        assertThat(back.compressor()).isEqualTo(v2.compressor());
    }

    private static String codecs(V3ArrayMetadata array) {
        return array.codecs().stream()
                .map(codec -> Json.toString(codec.document()))
                .collect(Collectors.joining("|"));
    }

    private static V2ArrayMetadata v2(String dtype, String fill, String order, String filters, String compressor) {
        return V2ArrayMetadata.parse(json(V2.formatted(dtype, fill, order, filters, compressor)), null, "a/.zarray");
    }

    private static V3ArrayMetadata v3(String type, String fill, String codecs) {
        return V3ArrayMetadata.parse(json(V3.formatted(type, fill, codecs, "default")), "a/zarr.json");
    }
}
