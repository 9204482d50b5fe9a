"""The founding case: a series with one point per chunk, rechunked to one chunk inside its data set; nothing else is touched."""

import numcodecs
import pytest
import zarr
from datasets import PLAIN, STRUCTURED, samples, write_dataset
from support import entries, identities, rezarr

import compare_stores as C
from checker.metadata import check_consolidated

MANY, FEW = 100_000, 3_000
CODECS = {
    "blosc:lz4": MANY,
    "none": MANY,
    "blosc:blosclz": FEW,
    "blosc:lz4hc": FEW,
    "blosc:snappy": FEW,
    "blosc:zlib": FEW,
    "blosc:zstd": FEW,
}
SOURCES = {"blosc:lz4": numcodecs.Blosc("lz4", 5, 1), "none": None, "blosc:zstd": numcodecs.Zlib(1)}


def read_by_all(array, values, snappy):
    """The values as tensorstore and zarr-python see them; numcodecs has no snappy."""
    wanted = values.tobytes()
    node = C.node(str(array), "")
    kind, raw = C.READERS["ts"](node)
    assert (kind, raw) == ("raw", wanted), "tensorstore reads other values"
    if not snappy:
        assert zarr.open_array(str(array), mode="r", zarr_format=2)[...].tobytes() == wanted, (
            "zarr-python: other values"
        )


def check_dataset(root, variables):
    """Members, and the consolidated metadata against the files."""
    nodes = C.tree(str(root))
    assert sorted(nodes) == sorted({"", "deep", "deep/other", "time", "series", *variables})
    assert not check_consolidated(str(root), nodes)
    assert set(zarr.open_consolidated(str(root), zarr_format=2).array_keys()) == {"time", "series", *variables}


def check_result(root, name, values, codec):
    """One chunk, the codec asked for, the right values, the attributes kept."""
    array = root / name
    node = C.node(str(root), name)
    compressor = node.meta["compressor"]
    assert node.chunks == [len(values)]
    assert node.attrs == {"_ARRAY_DIMENSIONS": ["time"], "units": "K", "big": 2**60}
    assert (compressor["id"] + ":" + compressor["cname"] if compressor else "none") == codec
    if compressor:
        assert (compressor["clevel"], compressor["shuffle"], compressor["blocksize"]) == (5, 1, 0)
    assert sorted(entries(array)) == [".zarray", ".zattrs", "0"]
    read_by_all(array, values, "snappy" in codec)


@pytest.mark.parametrize("codec", CODECS)
def test_swap_and_beside(tmp_path, codec):
    root, values = tmp_path / "data set.zarr", samples(PLAIN, CODECS[codec])
    write_dataset(root, values, SOURCES.get(codec, numcodecs.Blosc("lz4", 5, 1)))
    others = identities(root, skip=("series", ".zmetadata"))
    everything = identities(root, skip=(".zmetadata",))
    command = ["rechunk", root, "--array", "series", "--in-place", "-c", "-1", "-z", codec, "--progress", "none"]

    result = rezarr(*command, "--output", "whole")
    assert result.code == 0, str(result)
    assert identities(root, skip=("whole", ".zmetadata")) == everything, "something else than 'whole' was written"
    check_dataset(root, ["whole"])
    check_result(root, "whole", values, codec)

    result = rezarr(*command)
    assert result.code == 0, str(result)
    assert identities(root, skip=("series", "whole", ".zmetadata")) == others, "another variable was written"
    check_dataset(root, ["whole"])
    check_result(root, "series", values, codec)
    assert list(tmp_path.iterdir()) == [root], "something was left beside the data set"


@pytest.mark.parametrize("kept", ["blosc", "none"])
def test_structured_elements(tmp_path, kept):
    root, values = tmp_path / "d.zarr", samples(STRUCTURED, 700)
    write_dataset(root, values, numcodecs.Blosc("lz4", 5, 1) if kept == "blosc" else None, fill=None)
    result = rezarr("rechunk", root, "--array", "series", "--in-place", "-c", "time=-1", "--progress", "none")
    assert result.code == 0, str(result)
    check_dataset(root, [])
    read_by_all(root / "series", values, False)


@pytest.mark.parametrize(
    ("where", "gaps"),
    [
        ("start", range(0, 90)),
        ("middle", range(100, 333)),
        ("end", range(650, 700)),
        ("everywhere", range(0, 700, 3)),
        ("all", range(0, 700)),
    ],
)
@pytest.mark.parametrize("fill", [-1.5, "NaN", 0])
def test_gaps_read_as_fill(tmp_path, where, gaps, fill):
    root, values = tmp_path / "d.zarr", samples(PLAIN, 700)
    write_dataset(root, values, numcodecs.Blosc("zstd", 5, 1), gaps, fill)
    values[list(gaps)] = float(fill)
    result = rezarr("rechunk", root, "--array", "series", "--in-place", "-c", "700", "--progress", "none")
    assert result.code == 0, str(result)
    check_dataset(root, [])
    read_by_all(root / "series", values, False)
    chunk = root / "series" / "0"
    assert chunk.exists() == (where != "all"), "an array of nothing but fill needs no chunk"


def test_series_to_several_chunks_and_back(tmp_path):
    root, values = tmp_path / "d.zarr", samples(PLAIN, 1000)
    write_dataset(root, values, None)
    for size in (300, 7, 1, 1000):
        result = rezarr("rechunk", root, "--array", "series", "--in-place", "-c", size, "--progress", "none")
        assert result.code == 0, str(result)
        check_dataset(root, [])
        read_by_all(root / "series", values, False)
        assert len(list((root / "series").glob("[0-9]*"))) == -(-1000 // size)


def test_backup_is_kept_when_asked(tmp_path):
    root, values = tmp_path / "d.zarr", samples(PLAIN, 50)
    write_dataset(root, values, None)
    old = entries(root / "series")
    result = rezarr(
        "rechunk", root, "--array", "series", "--in-place", "--keep-backup", "-c", "-1", "--progress", "none"
    )
    assert result.code == 0, str(result)
    assert entries(root / "series.backup") == old
    check_result(root, "series", values, "none")


def test_existing_output_name_is_refused(tmp_path):
    root = tmp_path / "d.zarr"
    write_dataset(root, samples(PLAIN, 50), None)
    before = entries(root)
    result = rezarr("rechunk", root, "--array", "series", "--in-place", "--output", "time", "-c", "-1")
    assert result.code == 4, str(result)
    assert entries(root) == before
