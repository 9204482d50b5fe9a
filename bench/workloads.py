"""The workloads: their sources, how they are made, and what is checked of an output."""

import dataclasses
import itertools
import json
import math
import os
import pathlib
import shutil
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

CORES = os.cpu_count()
MB, GB = 10**6, 10**9


# --- Workloads ---


@dataclasses.dataclass(frozen=True)
class Source:
    name: str
    zarr_format: int
    arrays: tuple  # paths below the root; ("",) if the root is the array
    shape: tuple
    dtype: str
    chunks: tuple
    codec: str

    def item_bytes(self):
        return {"float64": 8, "float32": 4, "uint16": 2}[self.dtype]

    def raw_bytes(self):
        return math.prod(self.shape) * self.item_bytes() * len(self.arrays)


@dataclasses.dataclass(frozen=True)
class Workload:
    name: str
    what: str
    source: Source
    zarr_format: int
    chunks: tuple  # the inner chunks, where there are shards
    shards: tuple | None
    codec: str
    max_memory: int | None  # asked of every tool that takes a budget; None: the tool's default, of planned peers 4 GB
    scale: float

    def stored(self):
        """The shape of what stands in one file."""
        return self.shards or self.chunks

    def budget(self):
        return self.max_memory or 4 * GB


def workloads(scale):
    """All of them, by name. The scale multiplies the first axis, never a chunk, but for axes that are one chunk."""

    def first(n, multiple=1):
        return max(1, round(n * scale / multiple)) * multiple

    points, million, steps, years = first(200_000), first(1_000_000), first(1460), first(7300)
    quarter = ceil_div(steps, 4)
    cube, volume = first(1024, 64), first(1024, 128)
    s1 = Source("points", 2, ("a0", "a1", "a2"), (points,), "float64", (1,), "blosc-lz4")
    s1m = Source("million", 2, ("a0",), (million,), "float64", (1,), "blosc-lz4")
    s2 = Source("series", 2, ("",), (steps, 360, 720), "float32", (1, 360, 720), "blosc-lz4")
    s4 = Source("cubes", 3, ("",), (cube, 1024, 1024), "uint16", (64, 64, 64), "zstd1")
    s6 = Source("years", 2, ("",), (years, 360, 720), "float32", (1, 360, 720), "blosc-lz4")
    s8 = Source("sparse", 2, ("",), (volume, 1024, 2048), "uint16", (64, 64, 64), "blosc-lz4")
    rows = [
        ("W1", "one-point chunks → one chunk", s1, 2, (points,), None, "blosc-lz4", None),
        ("W1M", "a million one-point chunks → one chunk", s1m, 2, (million,), None, "blosc-lz4", None),
        ("W2", "time steps → time series", s2, 2, (steps, 18, 36), None, "blosc-zstd3", None),
        ("W3", "time steps → time series in shards", s2, 3, (quarter, 18, 36), (quarter * 4, 180, 360), "blosc-zstd3",
         None),
        ("W4", "64³ → 100³", s4, 3, (100, 100, 100), None, "zstd1", None),
        ("W5", "64³ → the same chunks in shards", s4, 3, (64, 64, 64), (min(512, cube), 512, 512), "zstd1", None),
        ("W6", "time steps → time series within 1 GB", s6, 2, (years, 18, 18), None, "blosc-zstd3",
         max(128 * MB, round(GB * scale))),
        ("W7", "the same chunks, another codec", s2, 2, (1, 360, 720), None, "zstd1", None),
        ("W8", "64³ → 128³, nine of ten chunks missing", s8, 2, (128, 128, 128), None, "blosc-lz4", None),
    ]
    return {row[0]: Workload(*row, scale) for row in rows}


def codec_v2(name):
    return {
        "blosc-lz4": {"id": "blosc", "cname": "lz4", "clevel": 5, "shuffle": 1, "blocksize": 0},
        "blosc-zstd3": {"id": "blosc", "cname": "zstd", "clevel": 3, "shuffle": 1, "blocksize": 0},
        "zstd1": {"id": "zstd", "level": 1},
    }[name]


def codec_v3(name, item_bytes):
    v2 = codec_v2(name)
    if v2["id"] == "zstd":
        return {"name": "zstd", "configuration": {"level": v2["level"], "checksum": False}}
    return {"name": "blosc", "configuration": {"cname": v2["cname"], "clevel": v2["clevel"], "shuffle": "shuffle",
                                               "typesize": item_bytes, "blocksize": 0}}


def ceil_div(a, b):
    return -(-a // b)


def boxes(shape, size):
    for index in itertools.product(*(range(ceil_div(n, s)) for n, s in zip(shape, size))):
        yield tuple(slice(i * s, min((i + 1) * s, n)) for i, s, n in zip(index, size, shape))


def commas(numbers):
    return ",".join(map(str, numbers))


def below(root, array):
    return root / array if array else root



# --- Fingerprints: of the values alone, whatever the order in which they are read ---


class Fingerprint:
    """The sum over all elements of a product of one odd number for each index and the element's bits, modulo 2^64.

    Each position weighs differently, so that a value at a wrong place is seen; and boxes can be added in any order.
    Zeros add nothing: chunks that are missing need not be read.
    """

    def __init__(self, shape):
        import numpy as np

        random = np.random.default_rng(2024)
        self.weights = [random.integers(0, 2**64, n, dtype="u8") | np.uint64(1) for n in shape]
        self.total = 0
        self.lock = threading.Lock()

    def add(self, box, values):
        import numpy as np

        bits = np.ascontiguousarray(values).view(f"u{values.dtype.itemsize}")
        total = 0
        for first in range(bits.shape[0]):
            part = bits[first].astype("u8")
            for weights, where in zip(self.weights[:0:-1], box[:0:-1]):
                part = part @ weights[where]
            total += int(part) * int(self.weights[0][box[0].start + first])
        with self.lock:
            self.total = (self.total + total) % 2**64

    def add_line(self, values):
        self.total = (self.total + int(values.view("u8") @ self.weights[0])) % 2**64



# --- Making the sources ---


def make(source, root):
    """Writes a source with its fingerprints, unless it stands already."""
    path, done = root / f"{source.name}.zarr", root / f"{source.name}.json"
    if done.exists():
        return
    shutil.rmtree(path, ignore_errors=True)
    begin = time.time()
    found = make_points(source, path) if source.chunks == (1,) else make_array(source, path)
    done.write_text(json.dumps(found))
    size = sum(f.stat().st_size for f in files(path))
    print(f"{source.name}: {source.raw_bytes() / MB:.0f} MB, {size / MB:.0f} MB stored, "
          f"made in {time.time() - begin:.0f} s", file=sys.stderr)


def make_points(source, path):
    """One element to a chunk: what appending one time step after another leaves behind. With consolidated metadata."""
    import numcodecs
    import numpy as np

    n, = source.shape
    codec = numcodecs.get_codec(codec_v2(source.codec))
    random = np.random.default_rng(7)
    documents, found = {".zgroup": {"zarr_format": 2}}, []
    for array in source.arrays:
        documents[f"{array}/.zarray"] = dict(zarr_format=2, shape=[n], chunks=[1], dtype="<f8", order="C", filters=None,
                                             compressor=codec_v2(source.codec), fill_value=0.0)
        documents[f"{array}/.zattrs"] = {"units": "K", "array": array}
        values = np.round(280 + 10 * np.sin(np.arange(n) / 5000) + random.standard_normal(n), 2)
        (path / array).mkdir(parents=True)
        for i in range(n):
            (path / array / str(i)).write_bytes(codec.encode(values[i:i + 1]))
        fingerprint = Fingerprint(source.shape)
        fingerprint.add_line(values)
        found.append(fingerprint.total)
    for key, document in documents.items():
        (path / key).write_text(json.dumps(document))
    (path / ".zmetadata").write_text(json.dumps({"zarr_consolidated_format": 1, "metadata": documents}))
    return found


def make_array(source, path):
    array = create_array(source, path, source.zarr_format, source.chunks, None, source.codec)
    values = climate_values(source.shape) if source.dtype == "float32" else volume_values(source)
    fingerprint = Fingerprint(source.shape)
    size = source.chunks if source.dtype == "uint16" else (32,) + source.shape[1:]

    def write(box):
        part = values(box)
        if part is not None:
            array[box] = part
            fingerprint.add(box, part)

    with ThreadPoolExecutor(CORES) as threads:
        list(threads.map(write, boxes(source.shape, size)))
    return [fingerprint.total]


def climate_values(shape):
    """A smooth field with a wave through the year and noise, rounded to 1/64 as instruments do."""
    import numpy as np

    y, x = np.meshgrid(np.linspace(-1.5, 1.5, shape[1]), np.linspace(0, 6.28, shape[2]), indexing="ij")
    mean = (285 - 25 * y * y + 6 * np.sin(3 * x) * np.cos(2 * y)).astype("f4")
    wave = (4 * np.sin(x) * np.cos(y)).astype("f4")

    def values(box):
        first, last = box[0].start, box[0].stop
        part = np.random.default_rng(first).standard_normal((last - first, *shape[1:]), dtype="f4") * np.float32(0.35)
        for step in range(first, last):
            part[step - first] += mean + wave * np.float32(math.sin(step / 58))
        return np.rint(part * 64) / np.float32(64)

    return values


def volume_values(source):
    """A smooth volume with noise, as a microscope gives; of the sparse one a ball of a tenth of the chunks."""
    import numpy as np

    def values(box):
        centre = [(s.start + s.stop) / 2 / n - 0.5 for s, n in zip(box, source.shape)]
        if source.name == "sparse" and math.hypot(*centre) > 0.29:
            return None
        z, y, x = (np.arange(s.start, s.stop, dtype="f4") / 97 for s in box)
        smooth = np.sin(z)[:, None, None] * np.cos(y)[None, :, None] * np.sin(x)[None, None, :]
        random = np.random.default_rng([s.start for s in box])
        noise = random.standard_normal(smooth.shape, dtype="f4") * np.float32(3)
        return (np.float32(900) + np.float32(500) * smooth + noise).astype("u2")

    return values


def create_array(source, path, zarr_format, chunks, shards, codec):
    import numcodecs
    import zarr

    v2 = codec_v2(codec)
    if zarr_format == 2:
        compressor = numcodecs.get_codec(v2)
    elif v2["id"] == "zstd":
        compressor = zarr.codecs.ZstdCodec(level=v2["level"], checksum=False)
    else:
        compressor = zarr.codecs.BloscCodec(cname=v2["cname"], clevel=v2["clevel"], shuffle="shuffle",
                                            typesize=source.item_bytes())
    return zarr.create_array(store=str(path), shape=source.shape, dtype=source.dtype, chunks=chunks, shards=shards,
                             filters=None, compressors=compressor, zarr_format=zarr_format, fill_value=0,
                             overwrite=True, config={"write_empty_chunks": False})



# --- Checking an output ---


def check(workload, path, reference, tool, suffix=""):
    """Says "right", or what is wrong. The reader is tensorstore, or zarr-python for what tensorstore wrote."""
    for array, expected in zip(workload.source.arrays, reference):
        place = below(path, array + suffix)
        problem = layout_problem(workload, layout(place), tool)
        if problem:
            return problem
        shape, total = fingerprint_of(workload, place, "zarr" if tool == "tensorstore" else "tensorstore")
        if tuple(shape) != workload.source.shape:
            return f"shape is {shape}"
        if total != expected:
            return "VALUES ARE WRONG"
    return "right"


def layout_problem(workload, found, tool):
    if tool == "zarrs" and not workload.shards and found["shards"] == found["chunks"]:
        found["shards"] = None  # it makes no other chunks than in shards: shards of one chunk are accepted from it
    for kind, wanted in (("chunks", workload.chunks), ("shards", workload.shards)):
        clipped = wanted and tuple(min(a, b) for a, b in zip(wanted, workload.source.shape))
        if found[kind] not in (wanted, clipped):
            return f"{kind} are {found[kind]}, not {wanted}"
    return ""


def layout(path):
    """Chunk and shard shape as the metadata have them."""
    if (path / ".zarray").exists():
        return {"chunks": tuple(json.loads((path / ".zarray").read_text())["chunks"]), "shards": None}
    document = json.loads((path / "zarr.json").read_text())
    outer = tuple(document["chunk_grid"]["configuration"]["chunk_shape"])
    first = document["codecs"][0]
    if first["name"] != "sharding_indexed":
        return {"chunks": outer, "shards": None}
    return {"chunks": tuple(first["configuration"]["chunk_shape"]), "shards": outer}


def fingerprint_of(workload, path, reader):
    opened, read = reading(path, reader)
    fingerprint = Fingerprint(opened.shape)
    stored = set(os.listdir(path)) if workload.name == "W8" else None
    for box in boxes(opened.shape, check_box(workload)):
        if stored is not None and ".".join(str(s.start // c) for s, c in zip(box, workload.chunks)) not in stored:
            continue  # missing chunks are zeros, which add nothing
        values = read(box)
        if values.dtype != workload.source.dtype:
            return f"{opened.shape} of {values.dtype}", None
        if values.ndim == 1:
            fingerprint.add_line(values)
        else:
            fingerprint.add(box, values)
    return opened.shape, fingerprint.total


def check_box(workload):
    """Whole chunks, about 300 MB of them."""
    size = [min(c, n) for c, n in zip(workload.stored(), workload.source.shape)]
    if workload.name == "W8":
        return size
    for axis in reversed(range(len(size))):
        fits = 300 * MB // (math.prod(size) * workload.source.item_bytes())
        size[axis] = min(workload.source.shape[axis], size[axis] * max(1, fits))
    return size


def reading(path, reader):
    if reader == "zarr":
        import zarr

        array = zarr.open_array(str(path), mode="r")
        return array, lambda box: array[box]
    try:
        array = open_tensorstore(path)
    except ValueError:
        return reading(path, "zarr")  # v2 zstd with a checksum flag, as numcodecs writes it, is refused by tensorstore
    return array, lambda box: array[box].read().result()


def open_tensorstore(path, context=None):
    import tensorstore

    driver = "zarr3" if (pathlib.Path(path) / "zarr.json").exists() else "zarr"
    spec = {"driver": driver, "kvstore": {"driver": "file", "path": f"{path}/"}}
    context = context or tensorstore.Context({"cache_pool": {"total_bytes_limit": 0}})
    return tensorstore.open(spec, open=True, read=True, context=context).result()


def files(path):
    for directory, _, names in os.walk(path):
        yield from (pathlib.Path(directory, name) for name in names)
