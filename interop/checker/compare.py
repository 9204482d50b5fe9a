"""The comparison itself: structure, metadata, files, and the values through every reader that can."""

import base64
import hashlib
import math
import os
import struct

import numpy as np

from .metadata import Bad, Node, check_consolidated, fill_of, jeq, load, stray, tree
from .readers import READERS, first_diff, isize, try_read


def compare(
    a_root,
    b_root,
    chunks=None,
    shards=None,
    fmt=None,
    strict_files=False,
    lenient=False,
    log=None,
    expected=None,
    attrs=True,
):
    """-> list of differences (empty = equal). expected: parsed NAME.expected.json with its folder in ['_dir'] instead of a_root"""
    errs = []
    info = log if log is not None else []
    try:
        B = tree(b_root)
    except (Bad, OSError, ValueError, KeyError, TypeError) as e:
        return [f"B: unreadable metadata: {type(e).__name__}: {e}"]
    A = from_expected(expected) if expected else tree(a_root)
    for p in sorted(set(A) ^ set(B)):
        errs.append(f"{p or '/'}: only in {'A' if p in A else 'B'}")
    for p in sorted(set(A) & set(B)):
        a, b = A[p], B[p]
        w = p or "/"
        if fmt and b.fmt != fmt:
            errs.append(f"{w}: B is v{b.fmt}, not v{fmt}")
        if a.kind != b.kind:
            errs.append(f"{w}: {a.kind} in A, {b.kind} in B")
            continue
        cross = a.fmt != b.fmt
        aa, ba = dict(a.attrs), dict(b.attrs)
        if cross:
            aa.pop("_ARRAY_DIMENSIONS", 0)
            ba.pop("_ARRAY_DIMENSIONS", 0)
        masked = cross and a.kind == "array" and opened_by_xarray(a, b)
        if masked:
            aa.pop("_FillValue", 0)
            ba.pop("_FillValue", 0)
        if attrs and not jeq(aa, ba):
            errs.append(
                f"{w}: attributes differ in {sorted(k for k in set(aa) | set(ba) if not jeq(aa.get(k, 0), ba.get(k, 0)) or (k in aa) != (k in ba))}"
            )
        if a.kind == "group":
            continue
        if a.shape != b.shape:
            errs.append(f"{w}: shape {a.shape} against {b.shape}")
            continue
        if a.desc != b.desc:
            errs.append(f"{w}: dtype {a.desc} against {b.desc}")
            continue
        if a.dims != b.dims:
            errs.append(f"{w}: dimension names {a.dims} against {b.dims}")
        fa, fb = a.fill, b.fill
        if masked:
            ma, mb = missing(a), missing(b)
            if ma != mb:
                errs.append(f"{w}: missing for xarray is {ma} against {mb}")
        # in v2 the fill value is what is missing, whatever absent chunks were
        if not (masked and b.fmt == 2) and fa != fb and not (cross and None in (fa, fb) and zero_fill(fa or fb)):
            errs.append(f"{w}: fill_value {fa} against {fb}")
        for what, spec, got in (("chunks", chunks, b.chunks), ("shards", shards, b.shards)):
            want = (spec or {}).get(p, (spec or {}).get(None, 0))
            if want != 0 and want != got:
                errs.append(f"{w}: {what} of B are {got}, not {want}")
        s = stray(b)
        if s:
            (errs if strict_files else info).append(
                f"{w}: {len(s)} file(s) in B that belong to no chunk of the grid: {s[:4]}"
            )
        used = 0
        ref = None
        if expected:
            ref = a.meta["_values"]
            vals = {r: (ref, None) for r in READERS}
        else:
            vals = {r: try_read(r, a) for r in READERS}
        good = [v for v, e in vals.values() if v is not None]
        if len(good) > 1 and any(v != good[0] for v in good[1:]):
            info.append(f"{w}: the readers disagree about A itself")
        if not good:
            errs.append(f"{w}: no reader can read A: {[e for _, e in vals.values()]}")
            continue
        ref = ref or good[0]
        for r in READERS:
            va, ea = vals[r]
            if r == "zarr3" and odd_nan(a.desc, a.fill):
                info.append(f"{w}: zarr3 skipped (zarr-python 3.1.6 alters NaN fill payloads)")
                continue
            vb, eb = try_read(r, b)
            if va is None and vb is None:
                info.append(f"{w}: {r} skipped ({ea})")
                continue
            if vb is None:
                if expected or lenient or (r == "mini" and b.fmt == 3):
                    info.append(f"{w}: {r} cannot read B ({eb})")
                else:
                    errs.append(f"{w}: {r} reads A but not B: {eb}")
                continue
            used += 1
            va = va or ref
            if va != vb:
                errs.append(f"{w}: values differ ({r}): {first_diff(va, vb, isize(a.desc), a.shape)}")
        if not used:
            errs.append(f"{w}: no reader could read B")
        else:
            info.append(f"{w}: {used} reader(s) agree" if not errs else f"{w}: {used} reader(s) used")
    errs += ["B: " + e for e in check_consolidated(b_root, B)]
    return errs


def opened_by_xarray(a, b):
    """the array of v2 has a name for each axis"""
    names = (a if a.fmt == 2 else b).attrs.get("_ARRAY_DIMENSIONS")
    return isinstance(names, list) and None not in names and len(names) == len(a.shape)


def missing(n):
    """what xarray takes for missing, as a canonical fill: in v2 the fill value, in v3 an attribute (only of numbers)"""
    if not isinstance(n.desc, str) or n.desc[0] not in "<|" or n.desc[1] not in "biufc":
        return None
    if n.fmt == 2:
        f = n.fill
        return fill_of(n.desc, n.attrs["_FillValue"], 2) if f is None and "_FillValue" in n.attrs else f
    if "_FillValue" not in n.attrs:
        return None

    def number(text):
        x = struct.unpack("<d", base64.b64decode(text))[0]
        return x if math.isfinite(x) else {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(x)]

    f = n.attrs["_FillValue"]
    k = n.desc[1]
    return fill_of(n.desc, number(f) if k == "f" else [number(x) for x in f] if k == "c" else f, 3)


def zero_fill(f):
    return f in (None, "str:", "bytes:") or (f.startswith("hex:") and set(f[4:]) <= {"0"})


def odd_nan(d, fill):
    """fill is a NaN other than the canonical one"""
    if not (isinstance(d, str) and d[1:2] in ("f", "c") and fill and fill.startswith("hex:")):
        return False
    b = bytes.fromhex(fill[4:])
    w = len(b) // (2 if d[1] == "c" else 1)
    can = {2: 0x7E00, 4: 0x7FC00000, 8: 0x7FF8 << 48}[w].to_bytes(w, "little")
    return any(
        np.isnan(np.frombuffer(x, f"<f{w}")[0]) and x != can for x in (b[i : i + w] for i in range(0, len(b), w))
    )


def from_expected(E):
    out = {}
    for p, x in E["nodes"].items():
        n = Node(path=p, kind=x["kind"], fmt=E["zarr_format"], attrs=x["attributes"])
        if n.kind == "array":
            n.shape, n.desc, n.dims, n.fill, n.chunks, n.shards = (
                x["shape"],
                x["dtype"],
                x["dimension_names"],
                x["fill"],
                x["chunks"],
                x["shards"],
            )
            if "values" in x:
                v = ("obj", x["values"])
            else:
                with open(os.path.join(E["_dir"], x["bin"]), "rb") as f:
                    f.seek(x["offset"])
                    v = ("raw", f.read(x["nbytes"]))
                assert hashlib.sha256(v[1]).hexdigest() == x["sha256"], "golden .bin damaged"
            n.meta = {"_values": v}
        out[p] = n
    return out


def load_expected(p):
    E = load(p)
    E["_dir"] = os.path.dirname(os.path.abspath(p))
    return E
