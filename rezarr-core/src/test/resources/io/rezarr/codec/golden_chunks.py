"""Packs the chunks of golden stores, written by zarr-python, and their values into golden-chunks.zip.

Usage: python golden_chunks.py FIXTURES. FIXTURES holds NAME.zarr (the store) and NAME.expected.bin (its values in C order,
little-endian). Metadata are left out: the test that reads the archive builds the codecs itself.
"""
import os
import sys
import zipfile

NAMES = """
v2_comp_gzip5 v2_comp_zlib1 v2_comp_zlib9 v2_comp_lz4 v2_comp_zstd v2_comp_zstd_checksum v2_comp_zstd_neg
v3_codec_none v3_codec_gzip0 v3_codec_gzip9 v3_codec_zstd0 v3_codec_zstd_checksum v3_codec_crc32c v3_codec_gzip_crc32c
v3_codec_crc32c_zstd v3_codec_zstd_gzip v3_numcodecs_lz4 v3_numcodecs_zlib v3_transpose_120 v3_transpose_twice
v3_shard v3_shard_zstd_missing_shards v3_shard_empty_inner v3_shard_end v3_shard_start v3_shard_index_nocrc
v3_shard_start_index_nocrc v3_shard_index_big v3_shard_inner_transpose v3_shard_inner_zstd_crc v3_shard_outer_transpose
v3_shard_nested v3_shard_nested_start v3_shard_then_gzip v3_shard_one_inner v3_shard_over_shape v3_shard_holes_reversed
""".split()
METADATA = {"zarr.json", ".zarray", ".zattrs", ".zgroup", ".zmetadata"}


def main(fixtures):
    target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden-chunks.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in NAMES:
            files = {f"{name}/expected.bin": os.path.join(fixtures, name + ".expected.bin")}
            store = os.path.join(fixtures, name + ".zarr")
            for folder, _, leaves in os.walk(store):
                for leaf in leaves:
                    path = os.path.join(folder, leaf)
                    if leaf not in METADATA:
                        files[f"{name}/{os.path.relpath(path, store)}"] = path
            for entry in sorted(files):
                info = zipfile.ZipInfo(entry, (1980, 1, 1, 0, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                with open(files[entry], "rb") as source:
                    archive.writestr(info, source.read())


if __name__ == "__main__":
    main(sys.argv[1])
