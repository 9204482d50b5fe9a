#!/usr/bin/env python3
"""Writes one content with several chunk shapes, bins, codecs and shards, through whichever version of zarr-vectors is installed.

  write_stores.py OUT CONTENT [--seed N]      CONTENT: points objects streamlines lines graph mesh skeleton
  write_stores.py OUT CONTENT --wreck         OUT/before, and OUT/after.*: what the package's own rechunk and rebin make of it

Stores of one content and seed hold the same data, whatever the version that writes them: what differs between layouts by
nature (vertex attributes of lines, objects of meshes, attributes of links between chunks) is left out.
"""

import argparse
import importlib.metadata
import shutil
import warnings
from pathlib import Path

import numpy as np

warnings.simplefilter("ignore")

VERSION = importlib.metadata.version("zarr-vectors")
NEW = VERSION.startswith("0.9")
LAYOUTS = {
    "fine": dict(chunk_shape=(16.0, 16.0, 16.0), bin_shape=(8.0, 8.0, 8.0)),
    "uneven": dict(chunk_shape=(10.0, 20.0, 30.0), bin_shape=(5.0, 10.0, 10.0)),
    "one": dict(chunk_shape=(512.0, 512.0, 512.0), bin_shape=(512.0, 512.0, 512.0)),
}
STORAGE = {"fine": dict(shard_shape=2), "uneven": dict(compressor="zstd"), "one": {}} if NEW else {}


def points(random, path, layout):
    from zarr_vectors.types.points import write_points

    n = 300
    positions = (random.random((n, 3)) * 80 - 30).astype("f4")
    positions[:3] = [[-16, 0, 16], [-0.0, 0, 30], [-0.0, 0, 30]]
    attributes = {
        "q": np.where(random.random(n) < 0.1, np.nan, random.random(n)).astype("f4"),
        "c": random.integers(0, 9, (n, 3)).astype("u1"),
        "i": random.integers(-(2**62), 2**62, n),
        "name": np.array(["soma", "axon", "spine"])[random.integers(0, 3, n)],
    }
    write_points(path, positions, bounds=([-32.0] * 3, [52.0] * 3), vertex_attributes=attributes, **layout)


def objects(random, path, layout):
    from zarr_vectors.types.points import write_points

    n = 250
    positions = (random.random((n, 3)) * 60 - 20).astype("f8")
    ids = random.integers(0, 5, n)
    ids[:5] = range(5)
    layout = {key: value for key, value in layout.items() if key != "bin_shape"}
    write_points(
        path,
        positions,
        dtype="float64",
        bounds=([-32.0] * 3, [52.0] * 3),
        object_ids=np.sort(ids),
        vertex_attributes={"q": random.random(n)},
        object_attributes={"v": random.random(5), "box": random.random((5, 6)).astype("f4")},
        groups={0: [0, 1], 1: [], 2: [3]},
        group_attributes={"w": np.arange(3.0)},
        **layout,
    )


def streamlines(random, path, layout):
    from zarr_vectors.types.polylines import write_polylines

    lines = [
        (np.cumsum(random.normal(size=(int(random.integers(1, 40)), 3)), 0) * 3).astype("f4") for _ in range(20)
    ]
    write_polylines(
        path,
        lines,
        bounds=([-256.0] * 3, [256.0] * 3),
        geometry_type="streamline",
        vertex_attributes={"t": [random.random(len(line)).astype("f4") for line in lines]},
        object_attributes={"length": random.random(20), "k": np.arange(20, dtype="i4")},
        groups={0: [1, 2], 1: []},
        **layout,
    )


def lines(random, path, layout):
    from zarr_vectors.types.lines import write_lines

    ends = (random.random((40, 2, 3)) * 60 - 20).astype("f4")
    write_lines(path, ends, bounds=([-32.0] * 3, [52.0] * 3), object_attributes={"z": np.arange(40, dtype="i2")}, **layout)


def graph(random, path, layout):
    from zarr_vectors.types.graphs import write_graph

    n = 150
    positions = (random.random((n, 3)) * 60 - 20).astype("f4")
    edges = random.integers(0, n, (2 * n, 2))
    edges = edges[edges[:, 0] != edges[:, 1]]
    attributes = {"q": random.random(n).astype("f4")}
    write_graph(path, positions, edges, kind="graph", bounds=([-32.0] * 3, [52.0] * 3), vertex_attributes=attributes, **layout)


def mesh(random, path, layout):
    from zarr_vectors.types.meshes import write_mesh

    u, v = np.meshgrid(np.arange(9) * 4.0, np.arange(8) * 4.0, indexing="ij")
    vertices = np.stack([u - 9, v - 5, 6 * np.sin(u / 5)], -1).reshape(-1, 3) + random.normal(size=(72, 3)) * 0.1
    faces = np.array([[i * 8 + j, (i + 1) * 8 + j, (i + 1) * 8 + j + 1] for i in range(8) for j in range(7)])
    faces = np.stack([np.roll(face, k) for face, k in zip(faces, random.integers(0, 3, len(faces)))])
    attributes = {"curv": random.random(72).astype("f4")}
    write_mesh(path, vertices.astype("f4"), faces, bounds=([-32.0] * 3, [52.0] * 3), vertex_attributes=attributes, **layout)


def skeleton(random, path, layout):
    from zarr_vectors.types.graphs import write_graph

    n = 90
    parents = np.array([-1] + [int(random.integers(max(0, i - 3), i)) for i in range(1, n)])
    positions = np.zeros((n, 3))
    for i in range(1, n):
        positions[i] = positions[parents[i]] + random.normal(size=3) * 3
    edges = np.stack([np.arange(1, n), parents[1:]], 1)
    attributes = {"radius": random.random(n).astype("f4")}
    write_graph(
        path, positions.astype("f4"), edges, kind="skeleton", bounds=([-256.0] * 3, [256.0] * 3), vertex_attributes=attributes, **layout
    )


CONTENTS = {f.__name__: f for f in (points, objects, streamlines, lines, graph, mesh, skeleton)}


def wreck(source, out, rebin):
    """What the package's own tools make of a store; its rebin takes point clouds only."""
    if NEW:
        from zarr_vectors.rechunk.spatial import rechunk_spatial

        rechunk_spatial(str(source), str(out / "after.rechunk"), (32.0, 32.0, 32.0))
    else:
        from zarr_vectors.rechunk import RechunkSpec, rechunk

        rechunk(str(source), RechunkSpec(by="spatial", spatial_chunk_shape=(32.0, 32.0, 32.0)), str(out / "after.rechunk"))
    if not rebin:
        return
    from zarr_vectors.rechunk.rebin import rebin_level

    shutil.copytree(source, out / "after.rebin")
    rebin_level(str(out / "after.rebin"), (4.0, 4.0, 4.0))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("content", choices=CONTENTS)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--wreck", action="store_true")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    names = ["fine"] if arguments.wreck else list(LAYOUTS) if NEW else ["fine", "uneven"]
    for name in names:
        path = arguments.out / ("before" if arguments.wreck else name)
        layout = LAYOUTS[name] if arguments.wreck else {**LAYOUTS[name], **STORAGE.get(name, {})}
        CONTENTS[arguments.content](np.random.default_rng(arguments.seed), str(path), layout)
    if arguments.wreck:
        wreck(arguments.out / "before", arguments.out, rebin=arguments.content == "points")


if __name__ == "__main__":
    main()
