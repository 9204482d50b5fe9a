"""Every broken store: the right exit code, one clear line, the source untouched, nothing that looks complete, bounded memory."""

import gzip
import os

import pytest
from expectations import EXPECTATIONS, Expectation
from support import MAX_RSS_BYTES, assert_clear_refusal, clone, entries, index, looks_like_zarr, rezarr, unpacked

import compare_stores as C

BROKEN = index("bad.zip")
ARRAYS = [
    n
    for n in BROKEN
    if EXPECTATIONS.get(n, Expectation()).codes != (0,) and not EXPECTATIONS.get(n, Expectation()).group
]


def placed(name, folder):
    """The store, deep enough in a folder of its own that a key with ../../ would be seen."""
    home = folder / "a" / "b"
    home.mkdir(parents=True)
    return clone(unpacked("bad.zip") / f"{name}.zarr", home / f"{name}.zarr")


def assert_names_culprit(result, expected, source):
    """The message names the chunk, document or member at fault; where no rule says which, the store."""
    codes = [code for code in expected.codes if code]
    if expected.names:
        assert_clear_refusal(result, codes, expected.names, hide=source)
    else:
        assert_clear_refusal(result, codes, source.name)


def chunks_changed(source, target):
    """No reader accepts text that is no UTF-8: it must be there again byte for byte."""
    chunks = [chunk.relative_to(source) for chunk in source.rglob("c/*")]
    assert chunks
    return [str(chunk) for chunk in chunks if gzip.decompress((target / chunk).read_bytes()) != (source / chunk).read_bytes()]


def test_every_expectation_is_about_a_broken_store():
    assert set(EXPECTATIONS) <= set(BROKEN)


@pytest.mark.parametrize("name", BROKEN)
def test_recode_notices(tmp_path, name):
    expected = EXPECTATIONS.get(name, Expectation())
    source = placed(name, tmp_path)
    target = source.with_name("result.zarr")
    before = entries(tmp_path)

    result = rezarr("rechunk", source, target, "--codec", "gzip:1", "--progress", "none")

    assert result.max_rss_bytes < MAX_RSS_BYTES, f"peak memory {result.max_rss_bytes >> 20} MiB{result}"
    if result.code == 0:
        assert 0 in expected.codes, f"the fault went unnoticed: {BROKEN[name]['why']}{result}"
        found = chunks_changed(source, target) if name == "vlen_bad_utf8" else C.compare(str(source), str(target), strict_files=True)
        assert not found, "\n".join(found) + str(result)
        after = {path: value for path, value in entries(tmp_path).items() if not path.startswith("a/b/result.zarr")}
        assert after == before, f"something was written beside the result{result}"
    else:
        assert_names_culprit(result, expected, source)
        assert entries(tmp_path) == before, f"the source was changed, or something was left behind{result}"
        assert not looks_like_zarr(target)


@pytest.mark.parametrize("name", ARRAYS)
def test_in_place_keeps_the_old_array(tmp_path, name):
    expected = EXPECTATIONS.get(name, Expectation())
    source = placed(name, tmp_path)
    before = entries(tmp_path)

    result = rezarr("rechunk", source, "--in-place", "--codec", "gzip:1", "--progress", "none")

    assert result.max_rss_bytes < MAX_RSS_BYTES, f"peak memory {result.max_rss_bytes >> 20} MiB{result}"
    assert result.code != 0 or 0 in expected.codes, f"the fault went unnoticed: {BROKEN[name]['why']}{result}"
    if result.code:
        assert_names_culprit(result, expected, source)
        assert entries(tmp_path) == before, f"the old array was changed, or something was left behind{result}"


@pytest.mark.parametrize("name", [n for n in BROKEN if EXPECTATIONS.get(n, Expectation()).structural])
def test_pass_through_notices_what_structure_shows(tmp_path, name):
    expected = EXPECTATIONS[name]
    source = placed(name, tmp_path)
    before = entries(tmp_path)

    result = rezarr("rechunk", source, source.with_name("result.zarr"), "--progress", "none")

    assert_names_culprit(result, expected, source)
    assert entries(tmp_path) == before, f"the source was changed, or something was left behind{result}"


def test_reading_commands_change_nothing(tmp_path):
    folder = tmp_path / "bad"
    folder.mkdir()
    for name in ("json_deep", "shard_index_huge", "path_traversal_consolidated_v2", "symlink_loop"):
        clone(unpacked("bad.zip") / f"{name}.zarr", folder / f"{name}.zarr")
    before = entries(tmp_path)
    for store in sorted(folder.iterdir()):
        result = rezarr("info", store)
        assert result.code in (0, 1, 3, 5), str(result)
        assert len(result.problems()) <= 1, str(result)
    assert entries(tmp_path) == before
    assert not os.path.lexists(tmp_path / "escape")
