"""The cookbook: every command in it runs, in its order, on small data of the kind that it is about."""

import os
import re
import shutil
import signal
import subprocess
import time

import numcodecs
import numpy as np
import pytest
import xarray as xr
import zarr
from datasets import PLAIN, consolidate, samples, write_json, write_series
from hierarchies import ome
from support import ROOT, rezarr, start
from test_stores import VECTORS, environment, s3, unpack  # noqa: F401  (s3 is a fixture)

SECTIONS = re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", (ROOT / "docs/cookbook.md").read_text(), re.MULTILINE | re.DOTALL)
BLOCKS = [(title, block) for title, text in SECTIONS for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)]


@pytest.fixture(scope="module")
def kitchen(tmp_path_factory, s3):  # noqa: F811
    folder = tmp_path_factory.mktemp("cookbook")
    station = folder / "station.zarr"
    station.mkdir()
    write_json(station / ".zgroup", {"zarr_format": 2})
    write_series(station / "temperature", samples(PLAIN, 500), numcodecs.Blosc("lz4", 5, 1))
    write_series(station / "time", np.arange(7, dtype="<i8"), None)
    consolidate(station)
    draw = np.random.default_rng(1)
    tas = xr.DataArray(draw.normal(280, 9, (24, 8, 8)).astype("f4"), dims=("time", "lat", "lon"), attrs={"units": "K"})
    for name in ("era.zarr", "old.zarr"):
        xr.Dataset({"tas": tas}).to_zarr(folder / name, zarr_format=2, encoding={"tas": {"chunks": (1, 8, 8)}}, consolidated=True)
    image = zarr.create_array(folder / "image.zarr", shape=(64, 64, 64), chunks=(8, 8, 8), dtype="u2", zarr_format=2)
    image[...] = draw.integers(0, 999, (64, 64, 64), dtype="u2")
    ome(folder / "cells.ome.zarr", 2)
    shutil.move(unpack("09", VECTORS, folder), folder / "points.zarrvectors")
    query = f"endpoint={s3[0]}&region=us-east-1"
    assert rezarr("rechunk", folder / "era.zarr", f"s3://bucket/cookbook/era.zarr?{query}", env=environment()).code == 0
    process = start("rechunk", folder / "image.zarr", folder / "unwanted.zarr", "-c", "3,3,3", "-z", "zstd:19", "--progress", "none")
    time.sleep(1)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    path = f"{ROOT}{os.pathsep}{os.environ['PATH']}"
    return folder, environment(PATH=path, BUCKET="bucket/cookbook", ENDPOINT=query)


def test_every_section_has_commands():
    assert len(SECTIONS) >= 10
    assert {title for title, _ in BLOCKS} == {title for title, _ in SECTIONS}


def test_commands_run_in_their_order(kitchen):
    folder, variables = kitchen
    for title, block in BLOCKS:
        run = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block], cwd=folder, env=variables, capture_output=True, text=True, timeout=300
        )
        assert run.returncode == 0, f"{title}\n{block}\n{run.stdout[-2000:]}\n{run.stderr[-2000:]}"
    assert zarr.open_array(folder / "station.zarr/temperature", mode="r").chunks == (500,)
    series = xr.open_zarr(folder / "series.zarr")
    xr.testing.assert_identical(series, xr.open_zarr(folder / "era.zarr"))
    assert zarr.open_array(folder / "series.zarr/tas", mode="r").chunks == (24, 4, 4)
    assert xr.open_zarr(folder / "old.zarr", zarr_format=3).tas.dims == ("time", "lat", "lon")
    assert (folder / "era.zarr.backup").exists() and not (folder / "unwanted.zarr").exists()
    assert zarr.open_array(folder / "sharded.zarr", mode="r").shards == (64, 64, 64)
