#!/usr/bin/env python3
"""Makes sample.tar.gz: a small weather data set as xarray writes it, in Zarr v2 with consolidated metadata.

  python examples/make_sample.py          (with the packages of interop/requirements.txt; byte-identical in every run)

Two station series with one point per chunk, as loggers that append leave them behind; a gridded field with one chunk per
ten days; CF coordinates, packed values (scale_factor, add_offset), a gap in the record.
"""

import gzip
import io
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np
import xarray as xr
from numcodecs import Blosc

HOURS, LATITUDES, LONGITUDES = 5000, 7, 11
GAP = slice(3100, 3160)  # the logger was off: these chunks do not exist
TARGET = Path(__file__).resolve().parent / "sample.tar.gz"


def dataset():
    draw = np.random.default_rng(20260101)
    hours = np.arange(HOURS)
    latitudes, longitudes = np.linspace(46.0, 49.0, LATITUDES), np.linspace(6.0, 11.0, LONGITUDES)
    season = 8 * np.sin(2 * np.pi * (hours / 24 - 100) / 365.25)
    daily = 4 * np.sin(2 * np.pi * (hours - 9) / 24)
    weather = np.cumsum(draw.normal(0, 0.25, HOURS))
    weather -= np.linspace(0, weather[-1], HOURS)
    station = 282 + season + daily + weather + draw.normal(0, 0.2, HOURS)
    station[GAP] = np.nan
    pressure = 1013 + 6 * np.sin(hours / 70) + draw.normal(0, 0.3, HOURS)
    pressure[GAP] = np.nan
    slope = -1.5 * (latitudes - 46)[None, :, None] + 0.3 * (longitudes - 6)[None, None, :]
    field = (282 + season + daily + weather)[:, None, None] + slope
    return xr.Dataset(
        {
            "t2m": (("time", "lat", "lon"), field, {"standard_name": "air_temperature", "units": "K"}),
            "temperature": ("time", station, {"standard_name": "air_temperature", "units": "K", "station": "Zürich"}),
            "pressure": ("time", pressure.astype("f4"), {"standard_name": "air_pressure", "units": "hPa"}),
            "crs": ((), np.int32(0), {"grid_mapping_name": "latitude_longitude", "semi_major_axis": 6378137.0}),
        },
        {
            "time": ("time", np.datetime64("2026-01-01", "ns") + hours.astype("timedelta64[h]")),
            "lat": ("lat", latitudes, {"standard_name": "latitude", "units": "degrees_north", "axis": "Y"}),
            "lon": ("lon", longitudes, {"standard_name": "longitude", "units": "degrees_east", "axis": "X"}),
        },
        {"Conventions": "CF-1.8", "title": "Made-up weather for trying rezarr", "history": "examples/make_sample.py"},
    )


def encoding():
    packed = {"dtype": "int16", "scale_factor": 0.01, "add_offset": 280.0, "_FillValue": -32768}
    blosc = {"compressors": (Blosc("lz4", 5, Blosc.SHUFFLE),)}
    return {
        "t2m": {**packed, **blosc, "chunks": (240, LATITUDES, LONGITUDES)},
        "temperature": {**packed, **blosc, "chunks": (1,)},
        "pressure": {"_FillValue": np.float32("nan"), "compressors": None, "chunks": (1,)},
        "time": {
            "units": "hours since 2026-01-01",
            "calendar": "proleptic_gregorian",
            "dtype": "int64",
            "chunks": (HOURS,),
        },
    }


def pack(root, target):
    """A tar archive that depends on names and contents only."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path in sorted(p for p in root.rglob("*") if p.is_file()):
            entry = tarfile.TarInfo(path.relative_to(root.parent).as_posix())
            entry.size = path.stat().st_size
            with path.open("rb") as content:
                archive.addfile(entry, content)
    target.write_bytes(gzip.compress(raw.getvalue(), 9, mtime=0))


def main():
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "weather.zarr"
        dataset().to_zarr(root, zarr_format=2, consolidated=True, encoding=encoding(), write_empty_chunks=False)
        pack(root, target)
    print(f"{target.name}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
