"""In-place runs killed at random moments: a reader sees the right values or no array, never wrong ones; recover sets it right.

REZARR_KILLS is how many are killed indeed, half as many again of whole data sets."""

import os
import shutil
import threading

import numcodecs
import pytest
import zarr
from datasets import PLAIN, samples, write_dataset
from support import Kills, entries, identities, rezarr

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


def command(root):
    return ["rechunk", str(root), "--array", "series", "--in-place", "-c", "-1", "--progress", "none"]


@pytest.mark.parametrize("part", range(4))
def test_killed_swap_is_recovered(tmp_path, part):
    values = samples(PLAIN, POINTS)
    kills = Kills(-(-KILLS // 4), part)
    write_dataset(tmp_path / "measure.zarr", values, numcodecs.Blosc("lz4", 5, 1))
    kills.measure(tmp_path / "measure.zarr/series.rechunked", *command(tmp_path / "measure.zarr"))
    for attempt in kills:
        root = tmp_path / f"d{attempt}.zarr"
        write_dataset(root, values, numcodecs.Blosc("lz4", 5, 1))
        others = identities(root, skip=("series", ".zmetadata"))
        kills.kill(root / "series.rechunked", *command(root))
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
    print(f"part {part}: {kills.killed} of {kills.attempts} runs killed within {kills.span:.3f} s")


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
    kills, outcomes, seen = Kills(-(-KILLS // 2), "whole"), {"old": 0, "new": 0}, 0
    kills.measure(tmp_path / "d.zarr.rechunked", *command)
    assert all_values(root) == expected
    for _ in kills:
        shutil.rmtree(root)
        write_dataset(root, values, numcodecs.Blosc("lz4", 5, 1))
        onlooker = Onlooker(root, expected)
        onlooker.start()
        kills.kill(tmp_path / "d.zarr.rechunked", *command)
        onlooker.stop.set()
        onlooker.join()
        seen += onlooker.seen
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
    print(f"{kills.killed} of {kills.attempts} runs killed within {kills.span:.3f} s: {outcomes}; the onlooker read {seen} times")
    assert seen >= KILLS // 2
