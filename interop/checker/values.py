"""Canonical values: C order, little-endian, packed, bits preserved; so that any two readers can be compared."""

import base64
import sys

import numpy as np


def le_dtype(dt):
    dt = np.dtype(dt)
    if dt.fields:
        return np.dtype([(n, le_dtype(dt.fields[n][0])) for n in dt.names])
    if dt.subdtype:
        return np.dtype((le_dtype(dt.subdtype[0]), dt.subdtype[1]))
    return dt.newbyteorder("<")


def desc(dt):
    """canonical little-endian description: '<f4', '|S5' or [[name, descr(, shape)], ...]"""
    dt = le_dtype(dt)
    if dt.fields:
        out = []
        for n in dt.names:
            f = dt.fields[n][0]
            out.append([n, desc(f.subdtype[0]), list(f.subdtype[1])] if f.subdtype else [n, desc(f)])
        return out
    return dt.str


def canon(a):
    """C-order little-endian packed copy, bits preserved"""
    a = np.asarray(a)
    if a.dtype.fields:
        out = np.zeros(a.shape, le_dtype(a.dtype))
        for n in a.dtype.names:
            out[n] = canon(a[n])
        return out
    dt = a.dtype
    if dt.byteorder == ">" or (dt.byteorder == "=" and sys.byteorder == "big"):
        a = np.array(a, order="C", copy=True).byteswap().view(dt.newbyteorder("<"))
    return np.require(a, requirements="C")


def is_obj(dt):
    return np.dtype(dt).kind in "OT"


def objlist(a):
    out = []
    for v in np.asarray(a, dtype=object).ravel().tolist():
        out.append(plain(v))
    return out


def plain(v):
    if isinstance(v, np.ndarray):
        return {"dtype": desc(v.dtype), "hex": canon(v).tobytes().hex()}
    if isinstance(v, (bytes, np.bytes_)):
        return {"b64": base64.b64encode(bytes(v)).decode()}
    if isinstance(v, np.str_):
        return str(v)
    if isinstance(v, np.generic):
        return v.item()
    return v


def values(a):
    """-> ('raw', bytes) or ('obj', list)"""
    a = np.asarray(a)
    return ("obj", objlist(a)) if is_obj(a.dtype) else ("raw", canon(a).tobytes())
