"""What must happen with each broken store, beyond the rule: exit 3, one line that names the store and the culprit."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Expectation:
    """codes: allowed exit codes; names: a pattern that the message must contain; group: not one array;
    structural: seen even by a copy that decodes nothing."""

    codes: tuple = (3,)
    names: str | None = None
    group: bool = False
    structural: bool = False


BAD = (3,)
V2_CHUNK_1 = r"(^|\W)1(\W|$)"
V3_CHUNK_1 = r"c/1(\D|$)"


def chunk(names=V2_CHUNK_1, structural=True, codes=BAD):
    return Expectation(codes=codes, names=names, structural=structural)


def document(names, codes=BAD):
    return Expectation(codes=codes, names=names)


EXPECTATIONS = {
    # chunks: the message names the chunk's key
    "chunk_truncated_raw": chunk(),
    "chunk_too_long_raw": chunk(),
    "chunk_empty_file": chunk(r"(^|\W)0(\W|$)"),
    "chunk_truncated_zlib": chunk(structural=False),
    "chunk_truncated_gzip_v3": chunk(V3_CHUNK_1),
    "chunk_truncated_zstd_v3": chunk(V3_CHUNK_1),
    "chunk_wrong_decoded_size_zlib": chunk(structural=False),
    "chunk_wrong_decoded_size_gzip_v3": chunk(V3_CHUNK_1),
    "chunk_gzip_bad_crc_v3": chunk(V3_CHUNK_1, structural=False),
    "chunk_truncated_blosc": chunk(),
    "blosc_header_cbytes": chunk(),
    "blosc_header_nbytes": chunk(),
    "blosc_header_blocksize0": chunk(),
    "blosc_header_version": chunk(),
    "blosc_header_codec7": chunk(),
    "blosc_bstarts": chunk(),
    "blosc_bstarts_negative": chunk(),
    "blosc_short_header": chunk(),
    "blosc_payload_noise": chunk(structural=False),
    "bomb_blosc": chunk(),
    "bomb_lz4": chunk(structural=False),
    "bomb_zstd": chunk(),
    "bomb_zlib_long": chunk(structural=False),
    "crc32c_chunk": chunk(V3_CHUNK_1),
    "crc32c_payload": chunk(V3_CHUNK_1),
    "crc32c_too_short": chunk(V3_CHUNK_1),
    # variable length; what is no UTF-8 is kept as it is
    "vlen_truncated": chunk(V3_CHUNK_1, structural=False),
    "vlen_count": chunk(V3_CHUNK_1, structural=False),
    "vlen_bad_utf8": chunk(V3_CHUNK_1, structural=False, codes=(0,)),
    # shards: the message names the shard's key
    "shard_index_offset_out": chunk(V3_CHUNK_1),
    "shard_index_length_out": chunk(V3_CHUNK_1),
    "shard_index_huge": chunk(V3_CHUNK_1),
    "shard_index_half_empty": chunk(V3_CHUNK_1),
    "shard_index_crc": chunk(V3_CHUNK_1),
    "shard_truncated": chunk(V3_CHUNK_1),
    "shard_tiny": chunk(V3_CHUNK_1),
    "shard_empty_file": chunk(V3_CHUNK_1),
    "shard_inner_wrong_size": chunk(V3_CHUNK_1),
    "shard_not_multiple": document("chunk_shape|inner chunk"),
    "shard_inner_rank": document("chunk_shape|inner chunk"),
    "shard_inner_zero": document("chunk_shape|inner chunk"),
    "shard_index_location": document("index_location"),
    # documents that are no metadata: the message names the file
    "json_invalid_v2": document(r"\.zarray"),
    "json_invalid_v3": document(r"zarr\.json"),
    "json_empty_v3": document(r"zarr\.json"),
    "json_array_v3": document(r"zarr\.json"),
    "json_not_utf8": document(r"zarr\.json"),
    "json_deep": document(r"zarr\.json"),
    "json_duplicate_key": document("shape"),
    "json_trailing": document(r"zarr\.json"),
    # members: the message names the member or what it holds
    "codec_unknown_v2": document("frobnicate"),
    "filter_unknown_v2": document("frobnicate"),
    "codec_unknown_v3": document("frobnicate"),
    "codec_no_bytes_v3": document("codecs?"),
    "codec_order_v3": document("codecs?"),
    "codec_two_serializers_v3": document("codecs?"),
    "transpose_bad_order": document("transpose|order"),
    "bytes_no_endian": document("endian"),
    "must_understand_extension": document("my_extension"),
    "must_understand_true": document("my_extension"),
    "storage_transformer": document("storage_transformers|indirect"),
    "chunk_grid_unknown": document("spiral"),
    "key_encoding_unknown": document("hash"),
    "order_bad_v2": document("order"),
    "separator_bad_v2": document("dimension_separator"),
    "object_no_codec_v2": document(r"\|O|dtype|object"),
    "dims_rank_v3": document("dimension_names"),
    "node_type_bad": document("node_type|tree"),
    "pickle_v2": document("pickle", codes=(4,)),
    # places
    "both_formats": document(r"zarr\.json.*\.zarray|\.zarray.*zarr\.json|v2.*v3|v3.*v2"),
    "zarray_and_zgroup": document(r"\.zgroup"),
    "missing_metadata": document(None, (3, 5)),
    "empty_dir": document(None, (3, 5)),
    "plain_file": document(None, (3, 5)),
    "path_traversal_consolidated_v2": Expectation((0, 3), group=True),
    "path_traversal_consolidated_v3": Expectation((0, 3), group=True),
    "consolidated_stale_v2": Expectation((0, 3), group=True),
    "symlink_loop": Expectation((0, 3, 5), "loop", group=True),
    "chunk_is_directory": chunk(V3_CHUNK_1, codes=(3, 5)),
    "chunk_symlink_dangling": chunk(V3_CHUNK_1, codes=(3, 5)),
    "chunk_extra_files": Expectation((0,)),
}
for version in ("v2", "v3"):
    EXPECTATIONS |= {
        f"shape_negative_{version}": document("shape"),
        f"shape_float_{version}": document("shape"),
        f"shape_huge_{version}": document("shape|elements", (3, 4)),
        f"shape_missing_{version}": document("shape"),
        f"chunks_zero_{version}": document("chunk"),
        f"chunks_negative_{version}": document("chunk"),
        f"chunks_rank_{version}": document("chunk"),
        f"chunks_huge_{version}": document("chunk", (3, 4)),
        f"zarr_format_9_{version}": document("zarr_format"),
        f"dtype_unknown_{version}": document("dtype|data_type|data type|int37|q9"),
        f"fill_bad_{version}": document("fill_value"),
        f"fill_overflow_{version}": document("fill_value"),
    }
