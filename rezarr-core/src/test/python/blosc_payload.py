"""Payloads for blosc frames that Python and Java (class Payload) make alike, so that no archive has to hold them."""

import numpy as np

NOISE, RAMP, RUNS = 0, 1, 2

INDEX_FIELDS = ("cname", "shuffle", "clevel", "blocksize", "itemsize", "kind", "seed", "decoded", "encoded")


def _mix(values, seed):
    with np.errstate(over="ignore"):
        x = (values.astype(np.uint64) + np.uint64(seed)) * np.uint64(0x9E3779B97F4A7C15)
    return x ^ (x >> np.uint64(32))


def payload(kind, seed, itemsize, size):
    """`size` bytes of elements of `itemsize`: noise, a slightly noisy ramp, or runs of 50 equal elements."""
    position = np.arange(size, dtype=np.uint64)
    element, byte = position // np.uint64(itemsize), position % np.uint64(itemsize)
    if kind == NOISE:
        value, shift = _mix(position, seed), np.full(size, 24, np.uint64)
    elif kind == RAMP:
        value, shift = element * np.uint64(3) + (_mix(element, seed) >> np.uint64(20) & np.uint64(7)), byte * np.uint64(8)
        value = np.where(byte < 8, value, np.uint64(0))
    else:
        value, shift = _mix(element // np.uint64(50), seed), byte % np.uint64(8) * np.uint64(8)
    return (value >> (shift % np.uint64(64)) & np.uint64(255)).astype(np.uint8).tobytes()
