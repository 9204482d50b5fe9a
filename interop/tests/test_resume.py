"""Runs that are killed again and again, each going on where the last one stopped: the files are those of an unbroken run."""

import os
import random
import re
import shutil
import signal
import time

import numcodecs
import pytest
import zarr
from datasets import PLAIN, samples, write_dataset
from large import LargeArray
from support import TRACE, assert_clear_refusal, entries, rezarr, start

import compare_stores as C

QUIET = ("--progress", "none", "-m", "256MiB", "-j", "2")
WAYS = {
    "direct": "-c 8,96,96 -z zstd:19",
    "shard": "--format v3 -c 8,32,32 -s 16,64,256 -z zstd:19",
    "recode": "-c keep -z zstd:19",
    "shuffle": "-c -1,32,32 -z zstd:19 --strategy shuffle",
}


@pytest.fixture
def slow(tmp_path):
    """Takes seconds at zstd's high levels."""
    return LargeArray(tmp_path / "in" / "s.zarr", (32, 512, 512), (8, 64, 64), "<u2", None, noise=1).path


def finished(report):
    found = re.search(r"resumed\s+after ([\d,]+) chunk", report)
    return int(found[1].replace(",", "")) if found else 0


def wait_for_files(folder, number):
    deadline = time.monotonic() + 60
    while sum(len(files) for _, _, files in os.walk(folder)) < number and time.monotonic() < deadline:
        time.sleep(0.002)


@pytest.mark.parametrize("way", WAYS)
def test_killed_runs_add_up_to_an_unbroken_one(slow, tmp_path, way):
    command = ["rechunk", slow, tmp_path / "a.zarr", *WAYS[way].split(), *QUIET]
    begin = time.monotonic()
    assert rezarr(*command).code == 0
    length = time.monotonic() - begin
    whole = entries(tmp_path / "a.zarr")
    shutil.rmtree(tmp_path / "a.zarr")

    draw, kills, resumed = random.Random(way), 0, 0
    while kills < 4:
        process = start(*command, "--resume")
        time.sleep(draw.uniform(0.3, 0.8) * length)
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate(timeout=60)
        if process.returncode == 0:
            break
        assert not err or b"rezarr" in err and not TRACE.search(err.decode()), err
        kills += 1
    result = rezarr(*command, "--resume")
    if "exists already" not in result.err:
        assert result.code == 0, str(result)
        resumed = finished(result.out)
    print(f"{way}: {kills} kills, the last run went on after {resumed} chunks")
    assert kills > 0
    assert entries(tmp_path / "a.zarr") == whole, f"the files differ{result}"
    assert sorted(os.listdir(tmp_path)) == ["a.zarr", "in"], f"something was left{result}"


def test_interrupted_run_says_how_to_go_on_and_how_not_to(slow, tmp_path):
    command = ["rechunk", slow, tmp_path / "a.zarr", *WAYS["recode"].split(), *QUIET[:-1], "1"]
    process = start(*command)
    wait_for_files(tmp_path / "a.zarr", 20)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert b"--resume" in err and b"rezarr recover" in err, err

    assert_clear_refusal(rezarr(*command), (4,), "rezarr recover")
    others = ["4,64,64" if argument == "keep" else argument for argument in command]
    assert_clear_refusal(rezarr(*others, "--resume"), (4,), "other options")
    result = rezarr(*command, "--resume")
    assert result.code == 0 and finished(result.out) > 0, str(result)
    assert not C.compare(str(slow), str(tmp_path / "a.zarr"), chunks={None: [8, 64, 64]}, strict_files=True)

    shutil.rmtree(tmp_path / "a.zarr")
    process = start(*command)
    wait_for_files(tmp_path / "a.zarr", 20)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    assert rezarr("recover", tmp_path / "a.zarr").code == 0
    assert sorted(os.listdir(tmp_path)) == ["in"]


def test_a_run_in_place_goes_on(tmp_path):
    root, values = tmp_path / "d.zarr", samples(PLAIN, 20_000)
    write_dataset(root, values, numcodecs.Blosc("lz4", 5, 1))
    command = ["rechunk", root, "--array", "series", "--in-place", "-c", "3", "-z", "zstd:19", *QUIET]
    process = start(*command)
    wait_for_files(root / "series.rechunked", 3000)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)

    result = rezarr(*command, "--resume")

    assert result.code == 0 and finished(result.out) > 0, str(result)
    assert zarr.open_array(str(root / "series"), mode="r")[...].tobytes() == values.tobytes()
    assert {name.split("/")[0] for name in entries(root)} == {".zgroup", ".zattrs", ".zmetadata", "deep", "series", "time"}
