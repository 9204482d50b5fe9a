#!/usr/bin/env python3
"""Makes the arrays that rezarr is measured with, and prints the command for each.

    make_workloads.py DIRECTORY [NAME...] [--scale 1.0]

Needs numpy, numcodecs and zarr 3. The scale multiplies the amount of data, never the size of a chunk. Values are
seeded and look like what people keep: smooth fields with noise, so that codecs have something to do.
"""

import argparse
import json
import pathlib

import numcodecs
import numpy as np
import zarr

BLOSC_LZ4 = {"id": "blosc", "cname": "lz4", "clevel": 5, "shuffle": 1, "blocksize": 0}


def points(path, count):
    """One float64 to a chunk: the layout that appending one time step after another leaves behind."""
    path.mkdir(parents=True)
    metadata = dict(zarr_format=2, shape=[count], chunks=[1], dtype="<f8", compressor=BLOSC_LZ4, fill_value=0.0,
                    order="C", filters=None)
    (path / ".zarray").write_text(json.dumps(metadata))
    codec = numcodecs.get_codec(BLOSC_LZ4)
    noise = np.random.default_rng(7).standard_normal(count)
    values = np.round(280 + 10 * np.sin(np.arange(count) / 5000) + noise, 2)
    for i in range(count):
        (path / str(i)).write_bytes(codec.encode(values[i:i + 1]))


def field(path, steps):
    """A climate field, one time step to a chunk."""
    array = zarr.create_array(store=str(path), shape=(steps, 360, 720), chunks=(1, 360, 720), dtype="f4",
                              zarr_format=2, compressors=numcodecs.get_codec(dict(BLOSC_LZ4)), fill_value=0)
    y, x = np.meshgrid(np.linspace(-1.5, 1.5, 360), np.linspace(0, 6.28, 720), indexing="ij")
    mean = 285 - 25 * y * y + 6 * np.sin(3 * x) * np.cos(2 * y)
    wave = 4 * np.sin(x) * np.cos(y)
    for step in range(steps):
        noise = np.random.default_rng(step).standard_normal(y.shape) * 0.35
        array[step] = np.rint((mean + wave * np.sin(step / 58) + noise) * 64) / 64


def volume(path, slabs):
    """A microscopy volume of 64-cubed chunks, `slabs` of them high."""
    array = zarr.create_array(store=str(path), shape=(64 * slabs, 512, 512), chunks=(64, 64, 64), dtype="u2",
                              zarr_format=3, compressors=zarr.codecs.ZstdCodec(level=1), fill_value=0)
    y, x = np.meshgrid(np.arange(512) / 97, np.arange(512) / 97, indexing="ij")
    plane = np.cos(y) * np.sin(x)
    for slab in range(slabs):
        z = np.arange(64 * slab, 64 * (slab + 1)) / 97
        noise = np.random.default_rng(slab).standard_normal((64, 512, 512)) * 3
        array[64 * slab:64 * (slab + 1)] = (900 + 500 * np.sin(z)[:, None, None] * plane + noise).astype("u2")


# name: (source, what makes it, its size at scale 1, what rechunk is asked for)
WORKLOADS = {
    "points": ("points", points, 200_000, "--chunks -1"),
    "million": ("million", points, 1_000_000, "--chunks -1"),
    "series": ("field", field, 365, "--chunks -1,18,36 --codec blosc:zstd:3"),
    "recode": ("field", field, 365, "--chunks 1,360,720 --codec zstd:1"),
    "cubes": ("volume", volume, 8, "--chunks 100,100,100"),
    "shards": ("volume", volume, 8, "--chunks 64,64,64 --shards 256,256,256"),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(WORKLOADS)}; default: all")
    parser.add_argument("--scale", type=float, default=1.0)
    arguments = parser.parse_args()
    unknown = set(arguments.names) - set(WORKLOADS)
    if unknown:
        parser.error(f"no workload is named {', '.join(sorted(unknown))}; there are {', '.join(WORKLOADS)}")
    for name in arguments.names or WORKLOADS:
        source, make, size, request = WORKLOADS[name]
        path = arguments.directory / f"{source}.zarr"
        if not path.exists():
            make(path, max(1, round(size * arguments.scale)))
        print(f"{name}: ./rezarr rechunk {path} {arguments.directory / name}-out.zarr {request}")


if __name__ == "__main__":
    main()
