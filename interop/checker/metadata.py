"""Zarr v2 and v3 metadata read with nothing but json: hierarchies, data types, fill values, consolidated documents."""

import base64
import json
import math
import os
import re
import struct

import numpy as np

from .values import canon, desc

V3 = {
    "bool": "|b1",
    "int8": "|i1",
    "uint8": "|u1",
    "int16": "<i2",
    "uint16": "<u2",
    "int32": "<i4",
    "uint32": "<u4",
    "int64": "<i8",
    "uint64": "<u8",
    "float16": "<f2",
    "float32": "<f4",
    "float64": "<f8",
    "complex64": "<c8",
    "complex128": "<c16",
}


def v3_desc(d):
    name, cfg = (d, {}) if isinstance(d, str) else (d["name"], d.get("configuration", {}))
    if name in V3:
        return V3[name]
    if re.fullmatch(r"r\d+", name):
        return "|V%d" % (int(name[1:]) // 8)
    if name == "raw_bytes":
        return "|V%d" % cfg["length_bytes"]
    if name == "fixed_length_utf32":
        return "<U%d" % (cfg["length_bytes"] // 4)
    if name == "null_terminated_bytes":
        return "|S%d" % cfg["length_bytes"]
    if name in ("numpy.datetime64", "numpy.timedelta64"):
        u, s = cfg["unit"], cfg.get("scale_factor", 1)
        return np.dtype(
            "<%s8" % ("M" if "date" in name else "m") + ("" if u == "generic" else "[%s%s]" % ("" if s == 1 else s, u))
        ).str
    if name == "string":
        return "string"
    if name in ("bytes", "variable_length_bytes"):
        return "bytes"
    if name in ("structured", "struct"):
        return [
            [f["name"], v3_desc(f["data_type"])] if isinstance(f, dict) else [f[0], v3_desc(f[1])]
            for f in cfg["fields"]
        ]
    return name  # bfloat16, int4, ...


def v2_np(d):
    return (
        np.dtype([tuple([f[0], v2_np(f[1])] + ([tuple(f[2])] if len(f) > 2 else [])) for f in d])
        if isinstance(d, list)
        else np.dtype(d)
    )


def v2_desc(m):
    ids = [f["id"] for f in (m.get("filters") or [])]
    if m["dtype"] == "|O":
        for i, f in enumerate(m.get("filters") or []):
            if f["id"] == "vlen-utf8":
                return "string"
            if f["id"] == "vlen-bytes":
                return "bytes"
            if f["id"] == "vlen-array":
                return "vlen:" + np.dtype(f["dtype"]).str
            if f["id"] == "categorize":
                return "string"
        return "object:" + ",".join(ids)
    return desc(v2_np(m["dtype"]))


def tup(d):
    return np.dtype([(f[0], tup(f[1]), *(tuple(x) for x in f[2:])) for f in d]) if isinstance(d, list) else np.dtype(d)


def fill_of(d, fv, fmt):
    """canonical fill: None, str, or hex of little-endian bytes"""
    if fv is None:
        return None
    if isinstance(d, str) and (d in ("string", "bytes") or d.startswith(("vlen:", "object:"))):
        if d == "string":
            return "str:" + ("" if fv in (0, "", None) else str(fv))
        if d == "bytes":
            if fv in (0, "", []):
                return "bytes:"
            return "bytes:" + (bytes(fv) if isinstance(fv, list) else base64.b64decode(fv)).hex()
        return "obj:" + json.dumps(fv)
    if isinstance(d, list):
        dt = tup(d)
        if isinstance(fv, str):
            return "hex:" + canon(np.frombuffer(base64.b64decode(fv), dt)).tobytes().hex()
        if isinstance(fv, dict):
            fv = [fv[f[0]] for f in d]
        if isinstance(fv, list):
            return "hex:" + "".join(fill_of(f[1], v, fmt)[4:] for f, v in zip(d, fv))
        return "hex:" + np.zeros((), dt).tobytes().hex() if fv == 0 else "json:" + json.dumps(fv)
    if d[0] not in "<|":
        return "json:" + json.dumps(fv)  # extension data type: spelling is compared
    dt = np.dtype(d)
    k = dt.kind

    def fl(x, n):
        f = {2: "<e", 4: "<f", 8: "<d"}[n]
        if isinstance(x, str):
            if x.startswith("0x"):
                return int(x, 16).to_bytes(n, "little")
            if x == "NaN":
                return {2: 0x7E00, 4: 0x7FC00000, 8: 0x7FF8 << 48}[n].to_bytes(n, "little")
            x = float(x.replace("Infinity", "inf"))
        return np.array(x, f).tobytes()

    if k == "f":
        b = fl(fv, dt.itemsize)
    elif k == "c":
        b = b"".join(fl(x, dt.itemsize // 2) for x in (fv if isinstance(fv, list) else [fv, 0.0]))
    elif k in "mM":
        b = struct.pack("<q", -(2**63) if fv == "NaT" else int(fv))
    elif k == "b":
        b = bytes([bool(fv)])
    elif k in "iu":
        b = np.array(int(fv), dt).tobytes()
    elif k == "U":
        b = np.array("" if fv == 0 else fv, dt).tobytes()
    elif k in "SV":
        b = bytes(fv) if isinstance(fv, list) else (b"" if fv in (0, "") else base64.b64decode(fv))
        b = b.ljust(dt.itemsize, b"\0")
    return "hex:" + b.hex()


class Node:
    __slots__ = "path dir kind fmt attrs shape desc dims fill chunks shards meta sep".split()

    def __init__(s, **k):
        for n in s.__slots__:
            setattr(s, n, k.get(n))


class Bad(Exception):
    pass


def load(p):
    with open(p, encoding="utf-8") as f:
        return json.load(f)


def node(root, path):
    d = os.path.join(root, path) if path else root
    has = {n: os.path.isfile(os.path.join(d, n)) for n in ("zarr.json", ".zarray", ".zgroup")}
    if not any(has.values()):
        return None
    if has["zarr.json"] and (has[".zarray"] or has[".zgroup"]):
        raise Bad(f"{path or '/'}: both v2 and v3 metadata")
    if has["zarr.json"]:
        m = load(os.path.join(d, "zarr.json"))
        if m["node_type"] == "group":
            return Node(path=path, dir=d, kind="group", fmt=3, attrs=m.get("attributes", {}), meta=m)
        ds = v3_desc(m["data_type"])
        cs = m["chunk_grid"]["configuration"].get("chunk_shape")
        sh = None
        for c in m["codecs"]:
            if c["name"] == "sharding_indexed":
                sh, cs = cs, c["configuration"]["chunk_shape"]
                break
        dims = m.get("dimension_names")
        if dims is not None and all(x is None for x in dims):
            dims = None
        e = m["chunk_key_encoding"]
        return Node(
            path=path,
            dir=d,
            kind="array",
            fmt=3,
            attrs=m.get("attributes", {}),
            shape=m["shape"],
            desc=ds,
            dims=dims,
            fill=fill_of(ds, m["fill_value"], 3),
            chunks=cs,
            shards=sh,
            meta=m,
            sep=(e["name"], (e.get("configuration") or {}).get("separator", "/" if e["name"] == "default" else ".")),
        )
    at = os.path.join(d, ".zattrs")
    at = load(at) if os.path.isfile(at) else {}
    if has[".zgroup"] and has[".zarray"]:
        raise Bad(f"{path or '/'}: both .zarray and .zgroup")
    if has[".zgroup"]:
        return Node(path=path, dir=d, kind="group", fmt=2, attrs=at, meta=load(os.path.join(d, ".zgroup")))
    m = load(os.path.join(d, ".zarray"))
    ds = v2_desc(m)
    return Node(
        path=path,
        dir=d,
        kind="array",
        fmt=2,
        attrs=at,
        shape=m["shape"],
        desc=ds,
        dims=at.get("_ARRAY_DIMENSIONS") or None,  # as in v3: a scalar has none
        fill=fill_of(ds, m["fill_value"], 2),
        chunks=m["chunks"],
        meta=m,
        sep=("v2", m.get("dimension_separator", ".")),
    )


def tree(root):
    out = {}
    for d, sub, _ in os.walk(root):
        p = os.path.relpath(d, root)
        p = "" if p == "." else p.replace(os.sep, "/")
        n = node(root, p)
        if n:
            out[p] = n
        if n and n.kind == "array":
            sub[:] = []
        sub.sort()
    if not out:
        raise Bad(f"no zarr metadata under {root}")
    return out


def check_consolidated(root, nodes):
    """stale consolidated metadata is an error"""
    errs = []
    for p, n in nodes.items():
        if n.kind != "group":
            continue
        f = os.path.join(n.dir, ".zmetadata")
        pre = p + "/" if p else ""
        if n.fmt == 2 and os.path.isfile(f):
            z = load(f)["metadata"]
            want = {}
            for q, k in nodes.items():
                if q == p or q.startswith(pre):
                    r = q[len(pre) :] if q != p else ""
                    r = r + "/" if r else ""
                    want[r + (".zarray" if k.kind == "array" else ".zgroup")] = k.meta
                    if k.attrs or (r + ".zattrs") in z:
                        want[r + ".zattrs"] = k.attrs
            if not jeq(z, want):
                bad = sorted(x for x in set(z) | set(want) if not jeq(z.get(x, 0), want.get(x, 0)))
                errs.append(f"{p or '/'}: .zmetadata disagrees with the files: {bad[:4]}")
        c = n.meta.get("consolidated_metadata") if n.fmt == 3 else None
        if c:
            want = {q[len(pre) :]: k.meta for q, k in nodes.items() if q != p and q.startswith(pre)}
            strip = lambda m: {
                a: b for a, b in m.items() if a != "consolidated_metadata" and not (a == "attributes" and not b)
            }
            z = {a: strip(b) for a, b in c["metadata"].items()}
            want = {a: strip(b) for a, b in want.items()}
            if not jeq(z, want):
                bad = sorted(x for x in set(z) | set(want) if not jeq(z.get(x, 0), want.get(x, 0)))
                errs.append(f"{p or '/'}: consolidated_metadata disagrees with the nodes: {bad[:4]}")
    return errs


def jeq(a, b):
    if isinstance(a, float) and isinstance(b, float) and math.isnan(a) and math.isnan(b):
        return True
    if isinstance(a, bool) != isinstance(b, bool):
        return False
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(jeq(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(map(jeq, a, b))
    return a == b and (not isinstance(a, str) or isinstance(b, str))


def stray(n):
    """files in an array directory that are neither metadata nor a chunk inside the grid"""
    outer = n.shards or n.chunks
    if outer is None:
        return []
    kind, sep = n.sep
    out = []
    counts = [-(-s // c) if c else 0 for s, c in zip(n.shape, outer)]
    for d, _, fs in os.walk(n.dir):
        for f in fs:
            k = os.path.relpath(os.path.join(d, f), n.dir).replace(os.sep, "/")
            if k in ((".zarray", ".zattrs") if n.fmt == 2 else ("zarr.json",)):
                continue
            if kind == "default":
                parts = k.split(sep) if k != "c" else ["c"]
                ok = parts[0] == "c"
                parts = parts[1:]
            else:
                parts = k.split(sep)
                ok = True
            if not outer:
                ok = ok and (k == "c" if kind == "default" else k == "0")
            else:
                ok = (
                    ok
                    and len(parts) == len(outer)
                    and all(re.fullmatch("0|[1-9][0-9]*", x) and int(x) < c for x, c in zip(parts, counts))
                )
            if not ok:
                out.append(k)
    return sorted(out)
