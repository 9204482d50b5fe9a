"""Arrays of gigabytes that take a few megabytes of disk: a handful of encoded chunks, each under many names (hard links)."""

import itertools
import os

import numpy as np
from datasets import write_json

KINDS = 7


def configuration(compressor):
    """As v2 metadata have it; tensorstore does not take zstd's newer member."""
    if compressor is None:
        return None
    return {name: value for name, value in compressor.get_config().items() if name != "checksum"}


class LargeArray:
    """A v2 array whose chunk i (in C order of the grid) is one of a few kinds, so that any part of it can be told without reading it.

    The kinds compress from hardly to very well, so that encoded sizes differ. noise: the share of bytes of the least compressible one that are noise."""

    def __init__(self, path, shape, chunks, dtype, compressor, noise=0.5):
        self.path, self.shape, self.chunks, self.dtype = path, shape, chunks, np.dtype(dtype)
        self.grid = [-(-extent // chunk) for extent, chunk in zip(shape, chunks)]
        self.kinds = [self._kind(kind, noise * kind / (KINDS - 1)) for kind in range(KINDS)]
        self._write(compressor)

    def _kind(self, kind, noise):
        draw = np.random.default_rng(kind)
        elements = int(np.prod(self.chunks))
        values = np.arange(elements) // 1000 % 50 + 100 * kind + 1
        noisy = int(elements * noise)
        values[:noisy] += draw.integers(0, 4096, noisy)
        return values.astype(self.dtype).reshape(self.chunks)

    def _write(self, compressor):
        self.path.mkdir(parents=True)
        seeds = self.path.parent / (self.path.name + ".kinds")
        seeds.mkdir()
        write_json(
            self.path / ".zarray",
            {
                "chunks": list(self.chunks),
                "compressor": configuration(compressor),
                "dtype": self.dtype.str,
                "fill_value": 0,
                "filters": None,
                "order": "C",
                "shape": list(self.shape),
                "zarr_format": 2,
            },
        )
        for kind, chunk in enumerate(self.kinds):
            (seeds / str(kind)).write_bytes(compressor.encode(chunk) if compressor else chunk.tobytes())
        for number, index in enumerate(itertools.product(*map(range, self.grid))):
            os.link(seeds / str(number % KINDS), self.path / ".".join(map(str, index)))

    @property
    def nbytes(self):
        return int(np.prod(self.shape)) * self.dtype.itemsize

    def window(self, begin, end):
        """The elements of a box, from its first index to the one behind its last along each axis."""
        values = np.empty([b - a for a, b in zip(begin, end)], self.dtype)
        touched = [range(a // c, -(-b // c)) for a, b, c in zip(begin, end, self.chunks)]
        for index in itertools.product(*touched):
            number = int(np.ravel_multi_index(index, self.grid)) if index else 0
            low = [max(i * c, a) for i, c, a in zip(index, self.chunks, begin)]
            high = [min((i + 1) * c, b) for i, c, b in zip(index, self.chunks, end)]
            inside = tuple(slice(x - i * c, y - i * c) for x, y, i, c in zip(low, high, index, self.chunks))
            target = tuple(slice(x - a, y - a) for x, y, a in zip(low, high, begin))
            values[target] = self.kinds[number % KINDS][inside]
        return values
