#!/usr/bin/env python3
"""Times the founding case, 100,000 chunks of one point into one chunk, out of place and in place (best and median of 5)."""

import statistics
import sys
import tempfile
import time
from pathlib import Path

import numcodecs

sys.path.insert(0, str(Path(__file__).resolve().parent / "tests"))
from datasets import PLAIN, samples, write_dataset  # noqa: E402
from support import rezarr  # noqa: E402

POINTS, RUNS = 100_000, 5


def timed(*arguments):
    begin = time.perf_counter()
    result = rezarr(*arguments, "--progress", "none")
    assert result.code == 0, str(result)
    return time.perf_counter() - begin, result


def report(name, runs):
    seconds = [run[0] for run in runs]
    cpu = min(run[1].cpu_seconds for run in runs)
    memory = max(run[1].max_rss_bytes for run in runs) >> 20
    print(
        f"{name:12s} best {min(seconds):6.2f} s  median {statistics.median(seconds):6.2f} s  cpu {cpu:6.2f} s  {memory} MiB"
    )


def main():
    codec = numcodecs.Blosc("lz4", 5, 1)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "d.zarr"
        write_dataset(root, samples(PLAIN, POINTS), codec)
        series = root / "series"
        report("out of place", [timed("rechunk", series, f"{folder}/{i}.zarr", "-c", "-1") for i in range(RUNS)])
        beside = ["rechunk", root, "--array", "series", "--in-place", "-c", "-1", "--output"]
        report("in place", [timed(*beside, f"whole{i}") for i in range(RUNS)])


if __name__ == "__main__":
    main()
