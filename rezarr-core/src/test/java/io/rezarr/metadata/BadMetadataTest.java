package io.rezarr.metadata;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rezarr.error.InvalidMetadataException;
import io.rezarr.error.UnsupportedFeatureException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The metadata of broken stores are refused by a message that names document, member, found and expected. */
class BadMetadataTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "json_invalid_v2        | .zarray   | end-of-input",
                "json_invalid_v3        | zarr.json | end-of-input",
                "json_empty_v3          | zarr.json | is empty (0 bytes)",
                "json_array_v3          | zarr.json | holds [], expected a JSON object",
                "json_not_utf8          | zarr.json | is UTF-16 or UTF-32, expected UTF-8",
                "json_deep              | zarr.json | nested deeper than 500 levels",
                "json_duplicate_key     | .zarray   | \"shape\" stands twice in one object",
                "json_trailing          | zarr.json | text behind the end of the document",
                "transpose_bad_order    | zarr.json | /codecs/0/configuration/order is [0, 0], expected a permutation of the 2 axes",
                "shard_inner_rank       | zarr.json | /codecs/0/configuration/chunk_shape is [4, 1]: the inner chunks have 2 extents, but the array has 1",
                "shard_inner_zero       | zarr.json | /codecs/0/configuration/chunk_shape/0 is 0, expected a whole number of at least 1",
                "shape_negative_v2      | .zarray   | /shape/0 is -8, expected a whole number of at least 0",
                "shape_negative_v3      | zarr.json | /shape/0 is -8, expected a whole number of at least 0",
                "shape_float_v2         | .zarray   | /shape/0 is 8.5, expected a whole number",
                "shape_float_v3         | zarr.json | /shape/0 is 8.5, expected a whole number",
                "shape_huge_v2          | .zarray   | /shape is [4611686018427387904, 4611686018427387904], expected at most 2^63 - 1",
                "shape_huge_v3          | zarr.json | /shape is [4611686018427387904, 4611686018427387904], expected at most 2^63 - 1",
                "shape_missing_v2       | .zarray   | has no /shape, expected an array",
                "shape_missing_v3       | zarr.json | has no /shape, expected an array",
                "chunks_zero_v2         | .zarray   | /chunks/0 is 0, expected a whole number of at least 1",
                "chunks_zero_v3         | zarr.json | /chunk_grid/configuration/chunk_shape/0 is 0, expected a whole number of at least 1",
                "chunks_negative_v2     | .zarray   | /chunks/0 is -4",
                "chunks_negative_v3     | zarr.json | /chunk_grid/configuration/chunk_shape/0 is -4",
                "chunks_rank_v2         | .zarray   | /chunks is [4, 1]: it has 2 extents, but the shape (8) of the array has 1",
                "chunks_rank_v3         | zarr.json | /chunk_grid/configuration/chunk_shape is [4, 1]: it has 2 extents",
                "zarr_format_9_v2       | .zarray   | /zarr_format is 9, expected 2",
                "zarr_format_9_v3       | zarr.json | /zarr_format is 9, expected 3",
                "fill_bad_v2            | .zarray   | /fill_value is \"purple\", expected a whole number from -2147483648 to 2147483647 for int32",
                "fill_bad_v3            | zarr.json | /fill_value is \"purple\", expected a whole number from -2147483648 to 2147483647 for int32",
                "fill_overflow_v2       | .zarray   | /fill_value is 1099511627776, expected a whole number from",
                "fill_overflow_v3       | zarr.json | /fill_value is 1099511627776, expected a whole number from",
                "order_bad_v2           | .zarray   | /order is \"Q\", expected \"C\" or \"F\"",
                "separator_bad_v2       | .zarray   | /dimension_separator is \"..\", expected \".\" or \"/\"",
                "object_no_codec_v2     | .zarray   | /dtype is \"|O\": it needs a filter that turns objects into bytes",
                "dims_rank_v3           | zarr.json | /dimension_names is [\"a\", \"b\"]: it has 2 names, but the array has 1 axes",
                "node_type_bad          | zarr.json | /node_type is \"tree\", expected \"array\"",
                "codec_no_bytes_v3      | zarr.json | /codecs is [], expected at least one codec",
            })
    void brokenMetadataAreRefused(String store, String document, String problem) {
        assertThatThrownBy(() -> MetadataDocuments.node("bad/" + store + ".zarr"))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageContaining("'bad/" + store + ".zarr/" + document + "'")
                .hasMessageContaining(problem)
                .hasMessageContaining("estore it from a copy")
                .message()
                .hasSizeLessThan(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "dtype_unknown_v2          | .zarray   | /dtype asks for an unknown data type, \"<q9\"",
                "must_understand_extension | zarr.json | /my_extension asks for the extension 'my_extension'",
                "must_understand_true      | zarr.json | /my_extension asks for the extension 'my_extension'",
                "storage_transformer       | zarr.json | /storage_transformers asks for storage transformers",
                "chunk_grid_unknown        | zarr.json | /chunk_grid asks for the chunk grid 'spiral'",
                "key_encoding_unknown      | zarr.json | /chunk_key_encoding asks for the chunk key encoding 'hash'",
            })
    void unknownExtensionsAreRefusedByName(String store, String document, String problem) {
        assertThatThrownBy(() -> MetadataDocuments.node("bad/" + store + ".zarr"))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("'bad/" + store + ".zarr/" + document + "'")
                .hasMessageContaining(problem);
    }

    /** What is wrong with these is for codecs and planner to find: their metadata are sound, or carry what is not known. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "chunks_huge_v2",
                "chunks_huge_v3",
                "codec_unknown_v2",
                "codec_unknown_v3",
                "filter_unknown_v2",
                "pickle_v2",
                "codec_order_v3",
                "codec_two_serializers_v3",
                "bytes_no_endian",
                "dtype_unknown_v3",
                "shard_not_multiple",
                "shard_index_location",
                "path_traversal_consolidated_v2",
                "path_traversal_consolidated_v3"
            })
    void metadataThatOnlyOthersCanJudgeAreRead(String store) {
        assertThatCode(() -> MetadataDocuments.node("bad/" + store + ".zarr")).doesNotThrowAnyException();
    }
}
