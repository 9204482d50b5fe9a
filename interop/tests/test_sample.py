"""The bundled sample: xarray opens it as it was made, rechunked, in v3, and after an in-place run."""

import tarfile

import pytest
import xarray as xr
from support import ROOT, identities, rezarr

import compare_stores as C


@pytest.fixture
def sample(tmp_path):
    with tarfile.open(ROOT / "examples/sample.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path / "weather.zarr"


def opened(path):
    return xr.open_zarr(str(path), consolidated=True, chunks=None).load()


def test_sample_is_small_and_realistic(sample):
    assert (ROOT / "examples/sample.tar.gz").stat().st_size < 2 << 20
    data = opened(sample)
    assert set(data.coords) == {"time", "lat", "lon"}
    assert data.temperature.attrs["station"] == "Zürich" and int(data.temperature.isnull().sum()) == 60
    assert data.temperature.encoding["chunks"] == (1,)


def test_whole_data_set_rechunked(sample, tmp_path):
    before = opened(sample)
    target = tmp_path / "rechunked.zarr"
    result = rezarr("rechunk", sample, target, "-c", "time=-1", "--progress", "none")
    assert result.code == 0, str(result)
    xr.testing.assert_identical(opened(target), before)
    assert {name: opened(target)[name].encoding["chunks"][0] for name in ("t2m", "temperature", "pressure")} == {
        "t2m": 5000,
        "temperature": 5000,
        "pressure": 5000,
    }
    assert not C.compare(str(sample), str(target), strict_files=True)


def test_whole_data_set_to_v3(sample, tmp_path):
    target = tmp_path / "v3.zarr"
    options = ["-c", "time=1000", "-s", "temperature:time=5000", "--format", "v3", "--progress", "none"]
    result = rezarr("rechunk", sample, target, *options)
    assert result.code == 0, str(result)
    xr.testing.assert_identical(opened(target), opened(sample))
    assert not C.compare(str(sample), str(target), fmt=3, strict_files=True)
    assert C.node(str(target), "temperature").shards == [5000]


def test_one_series_in_place(sample):
    before = opened(sample)
    others = identities(sample, skip=("temperature", ".zmetadata"))
    options = ["--array", "temperature", "--in-place", "-c", "time=-1", "-z", "blosc:zstd", "--progress", "none"]
    result = rezarr("rechunk", sample, *options)
    assert result.code == 0, str(result)
    xr.testing.assert_identical(opened(sample), before)
    assert opened(sample).temperature.encoding["chunks"] == (5000,)
    assert identities(sample, skip=("temperature", ".zmetadata")) == others
