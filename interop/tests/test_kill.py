"""In-place runs killed at random moments: a reader sees the right values or no array, never wrong ones; recover sets it right."""

import os
import random
import signal
import subprocess
import time

import numcodecs
import pytest
import zarr
from datasets import PLAIN, samples, write_dataset
from support import COMMAND, entries, identities, rezarr

import compare_stores as C
from checker.metadata import check_consolidated

KILLS = int(os.environ.get("REZARR_KILLS", "20"))
POINTS = 1500


def values_seen(root, consolidated):
    """The series as a reader of the data set sees it now; None when it is not there."""
    try:
        group = zarr.open_group(str(root), mode="r", zarr_format=2, use_consolidated=consolidated)
        return group["series"][...]
    except KeyError:
        return None


def check_never_wrong(root, values):
    for consolidated in (False, True):
        seen = values_seen(root, consolidated)
        assert seen is None or seen.tobytes() == values.tobytes(), f"a reader sees wrong values ({consolidated=})"


def run_length(tmp_path, values):
    """How long an undisturbed run takes here, so that the kills spread over all of it."""
    root = tmp_path / "measure.zarr"
    write_dataset(root, values, numcodecs.Blosc("lz4", 5, 1))
    begin = time.monotonic()
    assert rezarr(*command(root)).code == 0
    return time.monotonic() - begin


def command(root):
    return ["rechunk", str(root), "--array", "series", "--in-place", "-c", "-1", "--progress", "none"]


@pytest.mark.parametrize("part", range(4))
def test_killed_swap_is_recovered(tmp_path, part):
    values = samples(PLAIN, POINTS)
    length = run_length(tmp_path, values)
    draw = random.Random(part)
    for attempt in range(-(-KILLS // 4)):
        root = tmp_path / f"d{attempt}.zarr"
        write_dataset(root, values, numcodecs.Blosc("lz4", 5, 1))
        others = identities(root, skip=("series", ".zmetadata"))
        delay = draw.uniform(0.3, 1.05) * length
        process = subprocess.Popen(
            [*COMMAND, *command(root)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(delay)
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # it had already finished
        process.wait()
        print(f"part {part}, attempt {attempt}: killed after {delay:.3f} of {length:.3f} s, exit {process.returncode}")
        check_never_wrong(root, values)

        result = rezarr("recover", root / "series")

        assert result.code == 0, str(result)
        seen = values_seen(root, False)
        assert seen is not None and seen.tobytes() == values.tobytes(), f"not recovered{result}"
        nodes = C.tree(str(root))
        assert not check_consolidated(str(root), nodes), f"consolidated metadata is not right{result}"
        assert sorted(nodes) == ["", "deep", "deep/other", "series", "time"], f"something was left{result}"
        left = {name.split("/")[0] for name in entries(root)}
        assert left == {".zgroup", ".zattrs", ".zmetadata", "deep", "series", "time"}, f"something was left{result}"
        now = {k: v for k, v in identities(root, skip=("series", ".zmetadata")).items()}
        assert now == others, f"another variable was written{result}"
        again = rezarr(*command(root))
        assert again.code == 0, str(again)
        check_never_wrong(root, values)
