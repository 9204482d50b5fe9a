"""What a user meets: the launcher, exit codes, streams, refusals, interruption."""

import json
import os
import re
import shutil
import signal
import time

import numpy as np
import pytest
import zarr
from datasets import PLAIN, samples, write_dataset
from support import COMMAND, TRACE, assert_clear_refusal, entries, looks_like_zarr, rezarr, start

import compare_stores as C


@pytest.fixture
def small(tmp_path):
    """A v2 array of 20 x 30 in its own folder."""
    path = tmp_path / "small.zarr"
    array = zarr.create_array(str(path), shape=(20, 30), chunks=(5, 7), dtype="i4", zarr_format=2)
    array[...] = np.arange(600).reshape(20, 30)
    return path


@pytest.fixture
def slow(tmp_path):
    """An array that takes many seconds on one thread at zstd's highest level."""
    path = tmp_path / "slow.zarr"
    array = zarr.create_array(
        str(path), shape=(64, 1 << 20), chunks=(1, 1 << 20), dtype="u1", zarr_format=2, compressors=None
    )
    array[...] = np.random.default_rng(0).integers(0, 16, array.shape, dtype="u1")
    return path


SLOWLY = ["-c", "2,1048576", "-z", "zstd:19", "-j", "1", "--progress", "none"]


def test_version_is_quick():
    runs = [rezarr("--version") for _ in range(6)]
    assert all(run.code == 0 for run in runs), str(runs[0])
    assert re.search(r"\d+\.\d+", runs[0].out), str(runs[0])
    assert min(run.cpu_seconds for run in runs) <= 0.5, [run.cpu_seconds for run in runs]


def test_help_goes_to_stdout():
    result = rezarr("--help")
    assert result.code == 0 and "rechunk" in result.out and not result.err.strip(), str(result)


def test_launcher_through_a_link_from_elsewhere(tmp_path, small):
    if len(COMMAND) > 1:
        pytest.fail("REZARR must name the launcher alone for this test")
    folder = tmp_path / "a folder with spaces"
    folder.mkdir()
    link = folder / "re zarr"
    link.symlink_to(COMMAND[0])
    shutil.copytree(small, folder / "in put.zarr")

    result = rezarr("rechunk", "in put.zarr", "out put.zarr", "-c", "20,30", cwd=folder, command=[str(link)])

    assert result.code == 0, str(result)
    assert not C.compare(str(small), str(folder / "out put.zarr"), chunks={None: [20, 30]}, strict_files=True)


def test_results_on_stdout_and_the_rest_on_stderr(tmp_path, small):
    result = rezarr("rechunk", small, tmp_path / "b.zarr", "-c", "10,10", "--progress", "plain")
    assert result.code == 0 and result.out.strip(), str(result)
    quiet = rezarr("rechunk", small, tmp_path / "c.zarr", "-c", "10,10", "-q")
    assert quiet.code == 0 and not quiet.err.strip(), str(quiet)


@pytest.mark.parametrize(
    "arguments", [["rechunk", "{a}", "{b}", "-c", "10,10"], ["info", "{a}"], ["info", "{a}", "--tree"]]
)
def test_json_is_json(tmp_path, small, arguments):
    result = rezarr(*(x.format(a=small, b=tmp_path / "b.zarr") for x in arguments), "--json")
    assert result.code == 0, str(result)
    assert isinstance(json.loads(result.out), dict | list), str(result)


def test_dry_run_writes_nothing(tmp_path, small):
    before = entries(tmp_path)
    result = rezarr("rechunk", small, tmp_path / "b.zarr", "-c", "10,10", "--dry-run")
    assert result.code == 0 and result.out.strip(), str(result)
    assert entries(tmp_path) == before


def test_same_bytes_for_any_number_of_threads(tmp_path, small):
    for threads in (1, 2, 7):
        options = ["-c", "4,3", "-s", "12,9", "--format", "v3", "-z", "zstd:3", "-j", threads, "--progress", "none"]
        assert rezarr("rechunk", small, tmp_path / f"{threads}.zarr", *options).code == 0
    assert entries(tmp_path / "1.zarr") == entries(tmp_path / "2.zarr") == entries(tmp_path / "7.zarr")


def test_diff_tells_equal_from_different(tmp_path, small):
    other = tmp_path / "other.zarr"
    assert rezarr("rechunk", small, other, "-c", "20,30", "--format", "v3", "--progress", "none").code == 0
    assert rezarr("diff", small, other).code == 0
    array = zarr.open_array(str(other), mode="r+")
    array[13, 17] = -5
    result = rezarr("diff", small, other)
    assert result.code == 1, str(result)
    assert re.search(r"13,\s*17", result.out) and "-5" in result.out and "407" in result.out, str(result)


@pytest.mark.parametrize(
    "arguments",
    [
        ["rechunk"],
        ["rechunk", "{a}"],
        ["rechunk", "{a}", "{b}", "--chunk-size", "3"],
        ["rechunk", "{a}", "{b}", "-c", "ten"],
        ["rechunk", "{a}", "{b}", "-c", "0,1"],
        ["rechunk", "{a}", "{b}", "-c", "1,2,3"],
        ["rechunk", "{a}", "{b}", "-z", "frobnicate"],
        ["frobnicate"],
    ],
    ids=lambda arguments: "_".join(arguments[1:]).replace("{", "").replace("}", ""),
)
def test_usage_errors(tmp_path, small, arguments):
    before = entries(tmp_path)
    result = rezarr(*(x.format(a=small, b=tmp_path / "b.zarr") for x in arguments))
    assert result.code == 2, str(result)
    assert result.err.strip() and not TRACE.search(result.err), str(result)
    assert entries(tmp_path) == before


def test_missing_source(tmp_path):
    result = rezarr("rechunk", tmp_path / "nowhere.zarr", tmp_path / "b.zarr", "-c", "1")
    assert_clear_refusal(result, (3, 5), "nowhere.zarr")
    assert not entries(tmp_path)


def refused(tmp_path, *arguments, names=None):
    before = entries(tmp_path)
    result = rezarr("rechunk", *arguments, "-c", "10,10", "--progress", "none")
    assert_clear_refusal(result, (4,), names)
    assert entries(tmp_path) == before, f"something was changed{result}"


def test_existing_destination_is_refused(tmp_path, small):
    shutil.copytree(small, tmp_path / "there.zarr")
    refused(tmp_path, small, tmp_path / "there.zarr", names="there.zarr.*--overwrite|--overwrite.*there.zarr")


def test_existing_plain_folder_and_file_are_refused(tmp_path, small):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "precious.txt").write_text("x")
    (tmp_path / "file").write_text("x")
    for name in ("folder", "file"):
        refused(tmp_path, small, tmp_path / name)
        refused(tmp_path, small, tmp_path / name, "--overwrite")


def test_overwrite_replaces_a_zarr_node(tmp_path, small):
    shutil.copytree(small, tmp_path / "there.zarr")
    result = rezarr("rechunk", small, tmp_path / "there.zarr", "--overwrite", "-c", "10,10", "--progress", "none")
    assert result.code == 0, str(result)
    assert not C.compare(str(small), str(tmp_path / "there.zarr"), chunks={None: [10, 10]}, strict_files=True)


def test_destination_is_the_source(tmp_path, small):
    (tmp_path / "link").symlink_to(small)
    refused(tmp_path, small, small)
    refused(tmp_path, small, f"{small}/")
    refused(tmp_path, small, tmp_path / "link")
    refused(tmp_path, small, small, "--overwrite")
    refused(tmp_path, tmp_path / "link", small, "--overwrite")


def test_one_inside_the_other(tmp_path, small):
    (tmp_path / "outer").mkdir()
    shutil.copytree(small, tmp_path / "outer" / "in.zarr")
    (tmp_path / "link").symlink_to(small)
    refused(tmp_path, small, small / "inner.zarr")
    refused(tmp_path, small, tmp_path / "link" / "inner.zarr")
    refused(tmp_path, tmp_path / "outer" / "in.zarr", tmp_path / "outer", "--overwrite")


def test_chunk_over_the_codecs_limit_is_refused_at_plan_time(tmp_path):
    path = tmp_path / "big.zarr"
    zarr.create_array(str(path), shape=(3 << 30,), chunks=(1 << 20,), dtype="i1", zarr_format=2)
    before = entries(tmp_path)
    result = rezarr("rechunk", path, tmp_path / "b.zarr", "-c", "-1", "-z", "blosc:lz4", "--progress", "none")
    assert_clear_refusal(result, (4,))
    assert entries(tmp_path) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["interrupt", "terminate"])
def test_interrupted_run_leaves_nothing_that_looks_complete(tmp_path, slow, number):
    source, target = entries(slow), tmp_path / "b.zarr"
    process = start("rechunk", slow, target, *SLOWLY)
    time.sleep(3)
    assert process.poll() is None, "the run was too fast to be interrupted"
    os.killpg(process.pid, number)
    out, err = process.communicate(timeout=30)
    assert process.returncode in ((130,) if number == signal.SIGINT else (130, 143)), (process.returncode, out, err)
    assert not TRACE.search(err.decode()), err
    assert not looks_like_zarr(target)
    assert entries(slow) == source


def test_second_run_on_the_same_destination_is_refused(tmp_path, slow):
    process = start("rechunk", slow, tmp_path / "b.zarr", *SLOWLY)
    try:
        time.sleep(3)
        result = rezarr("rechunk", slow, tmp_path / "b.zarr", *SLOWLY)
        assert_clear_refusal(result, (4,))
        assert process.poll() is None, "the first run was too fast, or disturbed"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_killed_run_leaves_nothing_that_looks_complete(tmp_path, slow):
    process = start("rechunk", slow, tmp_path / "b.zarr", *SLOWLY)
    time.sleep(3)
    assert process.poll() is None, "the run was too fast to be killed"
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert not looks_like_zarr(tmp_path / "b.zarr")
    values = samples(PLAIN, 20)
    write_dataset(tmp_path / "d.zarr", values)
    again = rezarr("rechunk", tmp_path / "d.zarr" / "series", tmp_path / "c.zarr", "-c", "-1", "--progress", "none")
    assert again.code == 0, str(again)
