#!/usr/bin/env python3
"""Vector stores of any size, written a chunk at a time and far faster than by the reference package, in both layouts.

  large_vectors.py OUT points      [--layout 0.9] [--points N] [--chunks-along K] [--skew S] [--bins-along B] [--seed N]
  large_vectors.py OUT streamlines [--layout 0.9] [--lines N] [--steps M] [--chunks-along K] [--seed N]

points:      two attributes, B³ bins in each chunk (8); a share S of all is in one chunk, the others are spread evenly.
streamlines: random walks with an attribute of vertices, one of objects and four groups.
"""

import argparse
import json
import struct
from pathlib import Path

import numpy as np

CHUNK = 125.0
DIMENSIONS = 3
MANIFESTS_IN_CHUNK = 16384
OBJECTS_IN_CHUNK = 65536
VLEN = {"name": "vlen-bytes", "configuration": {}}
BLOCK = np.dtype([("cell", "<i8", DIMENSIONS), ("mode", "u1"), ("fragment", "<i8")])


def write_json(path, document):
    path.mkdir(parents=True, exist_ok=True)
    (path / "zarr.json").write_text(json.dumps(document))


def write_group(path, attributes):
    write_json(path, {"zarr_format": 3, "node_type": "group", "attributes": attributes})


def write_array(path, shape, chunk, data_type, fill_value, codecs, attributes):
    write_json(
        path,
        {
            "shape": list(shape),
            "data_type": data_type,
            "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": list(chunk)}},
            "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
            "fill_value": fill_value,
            "codecs": codecs,
            "attributes": attributes,
            "zarr_format": 3,
            "node_type": "array",
            "storage_transformers": [],
        },
    )


def vlen(items):
    """One chunk of byte strings."""
    return b"".join([struct.pack("<I", len(items)), *(part for i in items for part in (struct.pack("<I", len(i)), i))])


class Family:
    """A value for each chunk, as either layout stores it."""

    def __init__(self, path, layout, chunks_along, attributes):
        self.path, self.layout, self.attributes = path, layout, attributes
        # Bounds end on the border of the last chunk, so that the grid has one more.
        self.grid = [chunks_along + 1] * DIMENSIONS
        self.keys = []
        self.folders = set()

    def put(self, cell, payload):
        key = ".".join(map(str, cell))
        self.keys.append(key)
        if self.layout == "0.7":
            array = self.path / key
            size = len(payload)
            write_array(array, [size], [max(size, 1)], "uint8", 0, [{"name": "bytes"}], {})
            (array / "c").mkdir()
            (array / "c" / "0").write_bytes(payload)
            return
        *folders, name = map(str, cell)
        folder = self.path.joinpath("c", *folders)
        if folder not in self.folders:
            folder.mkdir(parents=True, exist_ok=True)
            self.folders.add(folder)
        (folder / name).write_bytes(struct.pack("<II", 1, len(payload)) + payload)

    def close(self):
        if self.layout == "0.7":
            write_group(self.path, self.attributes)
            return
        directory = {"nonempty_chunks": sorted(self.keys), **self.attributes}
        write_array(self.path, self.grid, [1] * DIMENSIONS, "variable_length_bytes", "", [VLEN], directory)


class Level:
    """Families of vertices in chunks, and what is around them."""

    def __init__(self, path, layout, geometry, chunks_along, attributes, bins_along):
        self.path, self.layout, self.chunks_along = Path(path), layout, chunks_along
        self.level = self.path / "0"
        self.geometry, self.bin_shape = geometry, [CHUNK / bins_along] * DIMENSIONS
        self.vertices = self.family("vertices", {"zv_array": "vertices", "dtype": "float32", "encoding": "raw"})
        self.fragments = self.family(
            "vertex_fragments", {"zv_array": "vertex_fragments", "encoding": "fragment_index_v1"}
        )
        self.attributes = []
        for name in attributes:
            document = {"zv_array": "attribute", "name": name, "dtype": "float32"}
            if layout != "0.7":
                document["row_shape"] = []
            self.attributes.append(self.family(f"vertex_attributes/{name}", document))
        write_group(self.level / "vertex_attributes", {})
        self.count = 0

    def family(self, name, attributes):
        return Family(self.level / name, self.layout, self.chunks_along, attributes)

    def put(self, cell, positions, counts, *attributes):
        """A chunk, whose fragments follow one another with so many rows each."""
        self.vertices.put(cell, positions.astype("<f4").tobytes())
        self.fragments.put(cell, fragment_index(counts))
        for family, values in zip(self.attributes, attributes, strict=True):
            family.put(cell, values.astype("<f4").tobytes())
        self.count += len(positions)

    def close(self, present):
        for family in [self.vertices, self.fragments, *self.attributes]:
            family.close()
        level = {
            "level": 0,
            "object_sparsity": 1.0,
            "vertex_count": self.count,
            "coarsening_method": "none",
            "parent_level": None,
            "arrays_present": present,
        }
        if self.layout != "0.7":
            level["fragments_tile"] = True
        write_group(self.level, {"zarr_vectors_level": level})
        self.write_root()

    def write_root(self):
        axes = [{"name": name, "type": "space"} for name in "xyz"]
        root = {
            "zv_version": "0.7.0" if self.layout == "0.7" else "0.9.2",
            "format_capabilities": [],
            "chunk_shape": [CHUNK] * DIMENSIONS,
            "bounds": [[0.0] * DIMENSIONS, [CHUNK * self.chunks_along] * DIMENSIONS],
            "geometry_types": [self.geometry],
            "base_bin_shape": self.bin_shape,
            "links_convention": "implicit_sequential",
            "object_index_convention": "standard",
            "cross_chunk_strategy": "explicit_links",
        }
        transforms = [
            {"type": "scale", "scale": [1.0] * DIMENSIONS},
            {"type": "translation", "translation": [size / 2 for size in self.bin_shape]},
        ]
        scales = {
            "version": "0.4",
            "name": "default",
            "axes": axes,
            "datasets": [{"path": "0", "coordinateTransformations": transforms}],
            "metadata": {"format": "zarr_vectors"},
        }
        attributes = {"zarr_vectors": root, "multiscales": [scales]}
        if self.layout != "0.7":
            scene = {"coordinateSystems": [{"name": "world", "axes": axes}], "coordinateTransformations": []}
            attributes["ome"] = {
                "version": "0.6",
                "type": "collection",
                "name": self.path.stem,
                "attributes": {"scene": scene},
                "nodes": [{"type": "zv:level", "name": "0"}],
            }
        write_group(self.path, attributes)


def fragment_index(counts):
    """Ranges that tile the rows."""
    size = len(counts)
    header = struct.pack("<IHHII", 0x5A564647, 1, 0, size, size)
    if size == 0:
        return header
    bitmap = np.packbits(np.ones(size, "u1"), bitorder="little").tobytes()
    ends = np.cumsum(counts)
    ranges = np.stack([ends - counts, counts], axis=1).astype("<i8")
    return header + bitmap + bytes(-len(bitmap) % 8) + ranges.tobytes() + bytes(4)


def write_points(path, points, layout="0.9", chunks_along=8, skew=0.0, seed=0, bins_along=2):
    """Points with two attributes; `skew` of them lie in the chunk in the middle."""
    draw = np.random.default_rng(seed)
    level = Level(path, layout, "point_cloud", chunks_along, ["intensity", "gps"], bins_along)
    cells = chunks_along**DIMENSIONS
    share = np.full(cells, (1 - skew) / cells)
    share[np.ravel_multi_index([chunks_along // 2] * DIMENSIONS, [chunks_along] * DIMENSIONS)] += skew
    for number, size in enumerate(draw.multinomial(points, share)):
        cell = np.unravel_index(number, [chunks_along] * DIMENSIONS)
        if size:
            bins, positions = points_of_chunk(draw, cell, size, bins_along)
            counts = np.bincount(bins, minlength=bins_along**DIMENSIONS)
            level.put(cell, positions, counts, draw.random(size, "f4"), draw.random(size, "f4") * np.float32(1e5))
    level.close(["vertices", "vertex_attributes"])


def points_of_chunk(draw, cell, size, bins_along):
    bins = np.sort(draw.integers(0, bins_along**DIMENSIONS, size))
    corner = np.stack(np.unravel_index(bins, [bins_along] * DIMENSIONS), axis=1)
    # Not quite to the borders, which float32 could round to.
    inside = 0.001 + 0.998 * draw.random((size, DIMENSIONS))
    return bins, np.asarray(cell) * CHUNK + (corner + inside) * (CHUNK / bins_along)


def write_streamlines(path, lines, steps, layout="0.9", chunks_along=8, seed=0):
    """Random walks that stay within the world; their vertices are held at once, 20 bytes each."""
    draw = np.random.default_rng(seed)
    level = Level(path, layout, "streamline", chunks_along, ["fa"], 1)
    positions, cell_of = walks(draw, lines, steps, chunks_along)

    # A run is what follows one another on a line in one chunk, which makes it a fragment.
    line_of_first = np.arange(lines * steps) % steps == 0
    starts = np.flatnonzero(line_of_first | np.r_[True, cell_of[1:] != cell_of[:-1]])
    counts = np.diff(np.r_[starts, lines * steps])
    cells = cell_of[starts]
    order = np.argsort(cells, kind="stable")
    borders = np.flatnonzero(np.r_[True, np.diff(cells[order]) != 0, True])
    fragment = np.empty(len(starts), np.int64)
    for begin, end in zip(borders[:-1], borders[1:]):
        runs = order[begin:end]
        fragment[runs] = np.arange(end - begin)
        sizes = counts[runs]
        before = np.cumsum(sizes) - sizes
        rows = np.repeat(starts[runs] - before, sizes) + np.arange(sizes.sum())
        cell = np.unravel_index(cells[runs[0]], [chunks_along] * DIMENSIONS)
        level.put(cell, positions[rows], sizes, draw.random(len(rows), "f4"))

    keys = np.stack(np.unravel_index(cells, [chunks_along] * DIMENSIONS), axis=1)
    first_row = np.empty(len(starts), np.int64)
    for begin, end in zip(borders[:-1], borders[1:]):
        sizes = counts[order[begin:end]]
        first_row[order[begin:end]] = np.cumsum(sizes) - sizes
    line_of = starts // steps
    blocks = np.zeros(len(starts), BLOCK)
    blocks["cell"], blocks["fragment"] = keys, fragment
    write_objects(level, lines, blocks, line_of)
    write_steps(level, keys, first_row, counts, np.flatnonzero(line_of[1:] == line_of[:-1]))
    write_tables(level, lines, draw)
    level.close(["vertices", "vertex_attributes", "object_index"])


def walks(draw, lines, steps, chunks_along):
    world = np.float32(CHUNK * chunks_along)
    positions = np.empty((lines, steps, DIMENSIONS), "f4")
    for begin in range(0, lines, 100_000):
        end = min(lines, begin + 100_000)
        walk = draw.standard_normal((end - begin, steps, DIMENSIONS), "f4") * np.float32(2)
        direction = draw.standard_normal((end - begin, 1, DIMENSIONS), "f4")
        walk += direction * (3 / np.linalg.norm(direction, axis=2, keepdims=True))
        walk[:, 0] += draw.random((end - begin, DIMENSIONS), "f4") * world
        np.cumsum(walk, axis=1, out=walk)
        np.mod(walk, 2 * world, out=walk)
        walk = world - np.abs(walk - world)  # reflected at the borders
        positions[begin:end] = np.clip(walk, 0, np.nextafter(world, np.float32(0)))
    positions = positions.reshape(-1, DIMENSIONS)
    cells = np.zeros(len(positions), np.int32)
    for axis in range(DIMENSIONS):
        cells *= chunks_along
        cells += (positions[:, axis] / np.float32(CHUNK)).astype(np.int32)
    return positions, cells


def write_objects(level, lines, blocks, line_of):
    folder = level.level / "object_index"
    borders = np.searchsorted(line_of, np.arange(lines + 1))
    packed = memoryview(blocks.tobytes())
    size = min(MANIFESTS_IN_CHUNK, lines)
    (folder / "manifests" / "c").mkdir(parents=True)
    for chunk, begin in enumerate(range(0, lines, size)):
        items = []
        for line in range(begin, begin + size):
            a, b = (borders[line], borders[line + 1]) if line < lines else (0, -1)
            items.append(b"" if b < a else struct.pack("<I", b - a) + packed[a * BLOCK.itemsize : b * BLOCK.itemsize])
        (folder / "manifests" / "c" / str(chunk)).write_bytes(vlen(items))
    write_array(folder / "manifests", [lines], [size], "variable_length_bytes", "", [VLEN], {})
    index = {"zv_array": "object_index", "num_objects": lines, "sid_ndim": DIMENSIONS}
    if level.layout == "0.7":
        write_group(folder, {**index, "layout": "vlen_manifests_v1"})
        return
    index |= {"num_present": lines, "layout": "vlen_manifests_v2", "object_ids_sorted": True}
    write_group(folder, index)
    ids = folder / "object_ids"
    write_array(ids, [lines], [lines], "int64", 0, [little()], {})
    (ids / "c").mkdir()
    (ids / "c" / "0").write_bytes(np.arange(lines, dtype="<i8").tobytes())


def little():
    return {"name": "bytes", "configuration": {"endian": "little"}}


def write_steps(level, keys, first_row, counts, before):
    """The links along lines from chunk to chunk: from the last row of a run to the first of the next."""
    ends = [(keys[before], first_row[before] + counts[before] - 1), (keys[before + 1], first_row[before + 1])]
    if level.layout == "0.7":
        rows = np.zeros((len(before), 2, DIMENSIONS + 1), "<i8")  # rows are 0 in all stores of the reference
        rows[:, 0, :DIMENSIONS], rows[:, 1, :DIMENSIONS] = ends[0][0], ends[1][0]
        folder = level.level / "cross_chunk_links" / "0"
        family = {"zv_array": "cross_chunk_links", "level_delta": 0, "link_width": 2, "num_links": len(rows)}
        write_group(folder.parent, {})
        write_group(folder, {**family, "sid_ndim": DIMENSIONS})
        write_blob(folder / "data", rows.tobytes())
        return
    span = level.chunks_along + 1
    number = [np.ravel_multi_index(end[0].T, [span] * DIMENSIONS) for end in ends]
    turned = number[0] > number[1]
    source = np.where(turned[:, None], ends[1][0], ends[0][0])
    offset = np.where(turned[:, None], ends[0][0], ends[1][0]) - source
    rows = np.stack([turned, np.where(turned, ends[1][1], ends[0][1]), np.where(turned, ends[0][1], ends[1][1])], axis=1)
    family = {"zv_array": "links_family", "level_delta": 0, "link_width": 2, "directed": False, "store": "canonical"}
    family |= {"sid_ndim": DIMENSIONS, "num_links": len(rows), "num_physical_records": len(rows)}
    folder = level.level / "links" / "0"
    write_group(folder.parent, {})
    write_group(folder, family)
    place = np.ravel_multi_index(source.T, [span] * DIMENSIONS)
    for step in np.unique(offset, axis=0) if len(rows) else []:
        name = ".".join("0" if o == 0 else f"{o:+d}" for o in step)
        array = {"zv_array": "links", "dtype": "int64", "offsets": [step.tolist()], "has_perm": True}
        segment = level.family(f"links/0/{name}", {**array, "link_width": 2, "level_delta": 0})
        mine = np.flatnonzero((offset == step).all(axis=1))
        mine = mine[np.argsort(place[mine], kind="stable")]
        for part in np.split(mine, np.flatnonzero(np.diff(place[mine])) + 1):
            segment.put(source[part[0]], struct.pack("<qq", 1, 0) + rows[part].astype("<i8").tobytes())
        segment.close()


def write_blob(path, payload):
    write_array(path, [len(payload)], [max(len(payload), 1)], "uint8", 0, [{"name": "bytes"}], {})
    if payload:
        (path / "c").mkdir()
        (path / "c" / "0").write_bytes(payload)


def write_tables(level, lines, draw):
    """An attribute of objects, and groups."""
    length = draw.random(lines, "f4") * np.float32(300)
    members = [np.arange(group, lines, 4, dtype="<i8") for group in range(4)]
    attribute = {"zv_array": "object_attribute", "name": "length", "dtype": "float32", "shape": [lines]}
    folder = level.level / "object_attributes"
    write_group(folder, {})
    if level.layout == "0.7":
        write_group(folder / "length", {**attribute, "num_channels": 1, "has_present_mask": False})
        write_blob(folder / "length" / "data", length.tobytes())
        starts = np.cumsum([0, *(m.nbytes for m in members[:-1])]).astype("<i8")
        write_group(level.level / "groups", {"zv_array": "groups", "num_groups": len(members)})
        write_blob(level.level / "groups" / "data", b"".join(m.tobytes() for m in members))
        write_blob(level.level / "groups" / "offsets", starts.tobytes())
        return
    attribute["fill_sentinel_meaning"] = "absent"
    write_array(folder / "length", [lines], [OBJECTS_IN_CHUNK], "float32", "NaN", [little()], attribute)
    (folder / "length" / "c").mkdir()
    for chunk, begin in enumerate(range(0, lines, OBJECTS_IN_CHUNK)):
        values = np.full(OBJECTS_IN_CHUNK, np.nan, "<f4")
        part = length[begin : begin + OBJECTS_IN_CHUNK]
        values[: len(part)] = part
        (folder / "length" / "c" / str(chunk)).write_bytes(values.tobytes())
    groups = level.level / "groups"
    write_array(
        groups, [4], [4], "variable_length_bytes", "", [VLEN], {"zv_array": "groups", "num_groups": len(members)}
    )
    (groups / "c").mkdir()
    (groups / "c" / "0").write_bytes(vlen([m.tobytes() for m in members]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("what", choices=["points", "streamlines"])
    parser.add_argument("--layout", choices=["0.7", "0.9"], default="0.9")
    parser.add_argument("--points", type=int, default=2_000_000)
    parser.add_argument("--lines", type=int, default=20_000)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--chunks-along", type=int, default=8)
    parser.add_argument("--skew", type=float, default=0.0)
    parser.add_argument("--bins-along", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    a = parser.parse_args()
    if a.what == "points":
        write_points(a.out, a.points, a.layout, a.chunks_along, a.skew, a.seed, a.bins_along)
    else:
        write_streamlines(a.out, a.lines, a.steps, a.layout, a.chunks_along, a.seed)


if __name__ == "__main__":
    main()
