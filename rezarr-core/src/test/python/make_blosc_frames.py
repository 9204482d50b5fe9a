"""Makes the archive of frames by c-blosc that GoldenFramesTest decodes.

Tools: Python 3.11, numcodecs==0.16.6 (c-blosc 1.21.7.dev), tensorstore==0.1.86 (for snappy, which the wheels of numcodecs
lack), numpy. From the root of the repository:

    python rezarr-core/src/test/python/make_blosc_frames.py rezarr-core/src/test/resources/io/rezarr/codec/blosc/frames.zip

The archive: index.csv (one line a frame, in the order of blosc_payload.INDEX_FIELDS) and frames.bin (the frames, one
behind the other). Payloads are not in it: blosc_payload.py and the Java class Payload make them from kind, seed, item size and
size.
"""

import pathlib
import random
import sys
import tempfile
import zipfile

import numcodecs.blosc
import numpy
import tensorstore

from blosc_payload import INDEX_FIELDS, NOISE, RAMP, RUNS, payload

CNAMES = ("blosclz", "lz4", "lz4hc", "zlib", "zstd")
SMALL = (0, 1, 5, 17, 127, 128, 200, 515, 2100)


def cases():
    """(cname, shuffle, clevel, blocksize, itemsize, kind, seed, size)"""
    rng = random.Random(7)
    for cname in CNAMES + ("snappy",):
        for shuffle in (0, 1, 2):
            for itemsize in range(1, 17):
                for size in SMALL:
                    if cname == "snappy" or rng.random() < 0.5:
                        size = size // itemsize * itemsize  # else some bytes are behind the last whole element
                    if cname == "snappy" and (size == 0 or itemsize not in (1, 2, 4, 8)):
                        continue
                    clevel = rng.choice((1, 2, 3, 4, 5, 5, 6, 7, 8, 9))
                    kind = rng.choice((RAMP, RAMP, RUNS)) if size > 200 else rng.choice((RAMP, RUNS, NOISE))
                    blocksize = rng.choice((0, 0, 130, 512, 1024)) if size > 200 else 0
                    yield cname, shuffle, clevel, blocksize, itemsize, kind, rng.randrange(1 << 30), size
    for cname in CNAMES:  # every level, by several blocks of the automatic size, and a short last one
        for clevel in range(10):
            shuffle, itemsize = clevel % 3, rng.choice((1, 2, 3, 4, 8, 16))
            kind = RUNS if clevel else RAMP
            size = rng.randrange(1000) + (0 if clevel == 0 else 40_000 if clevel < 4 else 300_000)
            yield cname, shuffle, clevel, 0, itemsize, kind, rng.randrange(1 << 30), size
        yield cname, 1, 5, 0, 4, NOISE, 3, 4096  # incompressible
        yield cname, 1, 5, 0, 40, RAMP, 4, 4000  # item size too large to split
        yield cname, 2, 5, 0, 255, RAMP, 5, 5100
        yield cname, 1, 5, 0, 256, RAMP, 6, 5120  # taken as item size 1


def by_numcodecs(cname, shuffle, clevel, blocksize, itemsize, data):
    return bytes(numcodecs.blosc.compress(data, cname.encode(), clevel, shuffle, blocksize, itemsize))


def by_tensorstore(cname, shuffle, clevel, blocksize, itemsize, data):
    elements = len(data) // itemsize
    dtype = {1: "|u1", 2: "<u2", 4: "<u4", 8: "<u8"}[itemsize]
    compressor = dict(id="blosc", cname=cname, shuffle=shuffle, clevel=clevel, blocksize=blocksize)
    with tempfile.TemporaryDirectory() as directory:
        spec = {
            "driver": "zarr",
            "kvstore": {"driver": "file", "path": directory},
            "metadata": dict(shape=[elements], chunks=[elements], dtype=dtype, compressor=compressor, fill_value=None),
            "store_data_equal_to_fill_value": True,
        }
        store = tensorstore.open(spec, create=True).result()
        store.write(numpy.frombuffer(data, dtype)).result()
        return (pathlib.Path(directory) / "0").read_bytes()


def main(target):
    index, frames = [], []
    for case in cases():
        cname, shuffle, clevel, blocksize, itemsize, kind, seed, size = case
        data = payload(kind, seed, itemsize, size)
        encode = by_tensorstore if cname == "snappy" else by_numcodecs
        frame = encode(cname, shuffle, clevel, blocksize, itemsize, data)
        index.append((cname, shuffle, clevel, blocksize, itemsize, kind, seed, size, len(frame)))
        frames.append(frame)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        lines = [",".join(INDEX_FIELDS)] + [",".join(map(str, row)) for row in index]
        for name, content in (("index.csv", "\n".join(lines) + "\n"), ("frames.bin", b"".join(frames))):
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    print(f"{len(frames)} frames, {sum(map(len, frames))} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
