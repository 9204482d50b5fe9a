"""Data sets with one-point-per-chunk series, written file by file: a hundred thousand chunks in seconds."""

import json
import os

import numcodecs
import numpy as np

PLAIN = np.dtype("<f8")
STRUCTURED = np.dtype([("t", "<i8"), ("v", "<f4"), ("flag", "|u1"), ("name", "|S3")])


def samples(dtype, n, seed=0):
    """n reproducible elements, none of which is all zero bytes."""
    draw = np.random.default_rng(seed)
    raw = draw.integers(1, 256, n * dtype.itemsize, dtype=np.uint8)
    if dtype.kind == "f":
        return (draw.normal(280, 20, n) + 1).astype(dtype)
    return np.frombuffer(raw.tobytes(), dtype).copy()


def dtype_document(dtype):
    return [[name, dtype.fields[name][0].str] for name in dtype.names] if dtype.fields else dtype.str


def write_json(path, document):
    path.write_text(json.dumps(document, indent=4))


def write_series(folder, values, compressor, gaps=(), fill=0):
    """A 1-D v2 array with one chunk for each element, but for the gaps (indices), whose chunks are absent."""
    folder.mkdir()
    document = {
        "chunks": [1],
        "compressor": compressor.get_config() if compressor else None,
        "dtype": dtype_document(values.dtype),
        "fill_value": fill,
        "filters": None,
        "order": "C",
        "shape": [len(values)],
        "zarr_format": 2,
    }
    write_json(folder / ".zarray", document)
    write_json(folder / ".zattrs", {"_ARRAY_DIMENSIONS": ["time"], "units": "K", "big": 2**60})
    absent, base, prefix = set(gaps), values.tobytes(), f"{folder}/"
    size = values.dtype.itemsize
    flags = os.O_CREAT | os.O_WRONLY
    for i in range(len(values)):
        if i not in absent:
            chunk = base[i * size : (i + 1) * size]
            file = os.open(f"{prefix}{i}", flags, 0o644)
            os.write(file, compressor.encode(np.frombuffer(chunk, values.dtype)) if compressor else chunk)
            os.close(file)


def write_dataset(root, values, compressor=None, gaps=(), fill=0):
    """A v2 group: the series, its neighbours 'time' (with few chunks) and 'deep/other', and .zmetadata; the neighbours matter only in that they stay."""
    root.mkdir()
    write_json(root / ".zgroup", {"zarr_format": 2})
    write_json(root / ".zattrs", {"title": "stations, Grüße", "Conventions": "CF-1.8"})
    write_series(root / "series", values, compressor, gaps, fill)
    (root / "deep").mkdir()
    write_json(root / "deep" / ".zgroup", {"zarr_format": 2})
    write_series(root / "deep" / "other", samples(PLAIN, 5), numcodecs.Blosc("lz4", 5, 1))
    write_series(root / "time", np.arange(7, dtype="<i8"), None)
    consolidate(root)


def consolidate(root):
    documents = {}
    for folder, subfolders, files in os.walk(root):
        subfolders.sort()
        for name in sorted(files):
            if name in (".zarray", ".zattrs", ".zgroup"):
                path = os.path.relpath(os.path.join(folder, name), root)
                documents[path] = json.load(open(os.path.join(folder, name)))
    write_json(root / ".zmetadata", {"metadata": documents, "zarr_consolidated_format": 1})
