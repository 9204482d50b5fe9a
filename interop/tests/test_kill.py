"""In-place runs killed at random moments: a reader sees the right values or no array, never wrong ones; recover sets it right.

REZARR_KILLS is how many, half as many again of whole data sets."""

import os
import random
import shutil
import signal
import subprocess
import threading
import time

import numcodecs
import pytest
import zarr
from datasets import PLAIN, samples, write_dataset
from support import COMMAND, entries, identities, rezarr, start

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


class Onlooker(threading.Thread):
    """Opens the data set again and again, as one does who knows nothing of the run, and reads all of it."""

    def __init__(self, root, expected):
        super().__init__(daemon=True)
        self.root, self.expected = root, expected
        self.stop, self.wrong, self.seen = threading.Event(), [], 0

    def identity(self):
        try:
            return os.stat(self.root).st_ino
        except FileNotFoundError:
            return None

    def run(self):
        while not self.stop.is_set():
            before = self.identity()
            try:
                found = all_values(self.root)
            except Exception:  # an error is no wrong value, whichever it is
                continue
            # Who had the data set open when it was swapped must open it again (docs/recovery.md).
            if before is not None and before == self.identity():
                self.seen += 1
                if found != self.expected:
                    self.wrong.append(found)


def all_values(root):
    """Values and attributes of every array, with consolidated metadata and without, which must be the same."""
    found = []
    for consolidated in (False, True):
        group = zarr.open_group(str(root), mode="r", zarr_format=2, use_consolidated=consolidated)
        arrays = {p: a for p, a in group.members(max_depth=None) if isinstance(a, zarr.Array)}
        found.append({path: (array[...].tobytes(), dict(array.attrs)) for path, array in arrays.items()})
    assert found[0] == found[1], "consolidated metadata are stale"
    return found[0]


def test_killed_swap_of_a_whole_data_set_is_recovered(tmp_path):
    values = samples(PLAIN, POINTS // 5)
    root = tmp_path / "d.zarr"
    command = ["rechunk", root, "--in-place", "-c", "series:-1", "-c", "deep/other:2", "--progress", "none"]
    write_dataset(root, values, numcodecs.Blosc("lz4", 5, 1))
    expected = all_values(root)
    begin = time.monotonic()
    done = rezarr(*command)
    length = time.monotonic() - begin
    assert done.code == 0 and all_values(root) == expected, str(done)
    draw, outcomes, seen = random.Random(5), {"old": 0, "new": 0}, 0
    for attempt in range(-(-KILLS // 2)):
        shutil.rmtree(root)
        write_dataset(root, values, numcodecs.Blosc("lz4", 5, 1))
        onlooker = Onlooker(root, expected)
        onlooker.start()
        delay = draw.uniform(0.3, 1.05) * length
        process = start(*command)
        time.sleep(delay)
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # it had already finished
        process.communicate()
        onlooker.stop.set()
        onlooker.join()
        seen += onlooker.seen
        print(f"attempt {attempt}: killed after {delay:.3f} of {length:.3f} s, exit {process.returncode}")
        assert not onlooker.wrong, "a reader saw other values"

        result = rezarr("recover", root)

        assert result.code == 0, str(result)
        assert all_values(root) == expected, f"neither the old nor the new data set{result}"
        chunks = (C.node(str(root), "series").chunks[0], C.node(str(root), "deep/other").chunks[0])
        assert chunks in ((1, 1), (len(values), 2)), f"a mixture{result}"
        outcomes["old" if chunks == (1, 1) else "new"] += 1
        assert not check_consolidated(str(root), C.tree(str(root))), f"consolidated metadata is not right{result}"
        assert [entry.name for entry in tmp_path.iterdir()] == ["d.zarr"], f"something was left{result}"
        assert not any(".rezarr" in name for name in entries(root)), f"something was left{result}"
    print(f"{outcomes}, the onlooker read the data set {seen} times")
    assert seen >= KILLS // 2
