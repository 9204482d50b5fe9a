#!/usr/bin/env python3
"""Property test: random arrays -> external rechunker -> compare_stores.

  roundtrip.py --cli 'java -jar X.jar rechunk {src} {dst} --chunks {chunks} {extra}' [--examples 50] [--seed N]
     [--formats 2,3] [--no-shards] [--no-convert] [--keep DIR] [--timeout 60] [--refusal-exit N]
     [--opt-shards '--shards {shards}'] [--opt-format '--zarr-format {format}']

{chunks}/{shards} are comma-separated; {extra} becomes the --opt-... parts that a case needs (often empty). 0-D cases pass an empty --chunks
value quoted as ''. Each example checks: exit 0; values bit by bit, dtype, shape, attributes, dimension names, fill value; chunk and shard
shape and format as asked; no stray files; the source unchanged byte by byte. Exit 0: all hold, 1: a counterexample (printed, shrunk, stores kept in --keep)."""

import argparse
import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import warnings

import numcodecs
import numpy as np
import zarr
import zarr.codecs as zc
import zarr.codecs.numcodecs as zn
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import compare_stores as C

warnings.filterwarnings("ignore")

CORE = [
    "bool",
    "int8",
    "uint8",
    "int16",
    "uint16",
    "int32",
    "uint32",
    "int64",
    "uint64",
    "float16",
    "float32",
    "float64",
    "complex64",
    "complex128",
]
FILTERS = ["delta", "shuffle", "astype", "fixedscaleoffset", "quantize", "bitround", "packbits"]
V2X = ["<M8[ns]", "<m8[s]", "|S3", "<U2", "struct"]
ITEMS = ["string", "bytes"]


def opts():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--cli", required=True)
    ap.add_argument("--examples", type=int, default=50)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--formats", default="2,3")
    ap.add_argument("--no-shards", action="store_true")
    ap.add_argument("--no-convert", action="store_true")
    ap.add_argument("--no-shrink", action="store_true")
    ap.add_argument("--core-only", action="store_true", help="no v2-only dtypes, no strings")
    ap.add_argument("--keep")
    ap.add_argument("--timeout", type=float, default=60)
    ap.add_argument(
        "--refusal-exit",
        type=int,
        action="append",
        help="this exit code is a clear refusal: counted, not a failure (repeatable)",
    )
    ap.add_argument(
        "--without", default="", help="dtypes, compressors and filters not to draw: string,bz2,lzma,delta,shuffle"
    )
    ap.add_argument(
        "--founding",
        type=int,
        default=0,
        help="per cent of the cases with source chunks of 1 and the whole array as target",
    )
    ap.add_argument("--opt-shards", default="--shards {shards}")
    ap.add_argument("--opt-format", default="--zarr-format {format}")
    return ap.parse_args()


@st.composite
def case(draw, o):
    fmt = draw(st.sampled_from([int(x) for x in o.formats.split(",")]))
    nd = draw(st.integers(0, 4))
    big = {0: 0, 1: 40, 2: 12, 3: 7, 4: 5}[nd]
    shape = [draw(st.one_of(st.integers(1, big), st.integers(0, big))) for _ in range(nd)]
    cs = lambda s: [draw(st.integers(1, max(1, x + 2))) for x in s]
    no = set(o.without.split(","))
    keep = lambda xs: [x for x in xs if x not in no]
    dt = draw(st.sampled_from(keep(CORE + ([] if o.core_only else V2X + ITEMS if fmt == 2 else ITEMS))))
    c = dict(
        fmt=fmt,
        shape=shape,
        dtype=dt,
        chunks=cs(shape),
        to=cs(shape),
        data_seed=draw(st.integers(0, 2**16)),
        gaps=draw(st.sampled_from([0.0, 0.0, 0.3, 1.0])),
        sep=draw(st.sampled_from("./")),
        special_fill=draw(st.booleans()),
        dims=draw(st.booleans()),
        attrs=draw(
            st.dictionaries(
                st.text("aé_/ ", min_size=1, max_size=3),
                st.one_of(
                    st.none(),
                    st.booleans(),
                    st.integers(-(2**53), 2**53),
                    st.floats(allow_nan=False, allow_infinity=False),
                    st.text(max_size=3),
                    st.lists(st.integers(0, 3), max_size=2),
                ),
                max_size=2,
            )
        ),
    )
    if fmt == 2:
        c.update(
            order=draw(st.sampled_from("CF")),
            big_endian=draw(st.booleans()),
            comp=draw(
                st.sampled_from(
                    keep(
                        [
                            "none",
                            "zlib",
                            "gzip",
                            "bz2",
                            "lz4",
                            "zstd",
                            "lzma",
                            "blosc-lz4-1",
                            "blosc-zstd-2",
                            "blosc-blosclz-1",
                            "blosc-zlib-0",
                            "blosc-lz4hc-2",
                        ]
                    )
                )
            ),
            filt=draw(st.sampled_from(keep(["none", "none", *FILTERS]))),
            filt2=draw(st.sampled_from(keep(["none", "none", "shuffle", "crc32", "fletcher32", "base64"]))),
            fill_null=draw(st.booleans()),
        )
    else:
        c.update(
            comp=draw(
                st.sampled_from(
                    keep(
                        ["none", "gzip", "zstd", "zstd-checksum", "crc32c", "blosc-lz4-1", "blosc-zstd-2", "gzip+crc32c"]
                        + ["numcodecs.bz2", "numcodecs.lzma", "numcodecs.shuffle+zlib", "numcodecs.adler32"]
                    )
                )
            ),
            big_endian=draw(st.booleans()),
            transpose=draw(st.booleans()),
            keys=draw(st.sampled_from(["default", "v2"])),
            shard=None
            if o.no_shards or nd == 0 or not draw(st.booleans())
            else [draw(st.integers(1, 3)) for _ in shape],
        )
    if draw(st.integers(0, 99)) < o.founding:
        c["chunks"] = [1] * nd
        c["to"] = [max(1, x) for x in shape]
    c["to_fmt"] = fmt if o.no_convert or dt in V2X else draw(st.sampled_from([fmt, fmt, 5 - fmt]))
    c["to_shard"] = (
        None
        if o.no_shards or c["to_fmt"] == 2 or nd == 0 or not draw(st.booleans())
        else [draw(st.integers(1, 3)) for _ in shape]
    )
    return c


def blosc2(s):
    _, n, q = s.split("-")
    return numcodecs.Blosc(n, 5, int(q))


def filtered(name, a):
    """The values, made such that the filter keeps them where it is lossy, and the filter; none where it is not for them."""
    k, t = a.dtype.kind, a.dtype.str
    finite = lambda: np.nan_to_num(a.astype("f8"), nan=3, posinf=7, neginf=-7) % 1000
    if name == "delta" and k in "iu":
        return a, [numcodecs.Delta(t)]
    if name == "shuffle":
        return a, [numcodecs.Shuffle(a.dtype.itemsize)]
    if name == "astype" and k in "iu":
        return a, [numcodecs.AsType(encode_dtype="<i8" if t[1:] != "u8" else ">u8", decode_dtype=t)]
    if name == "fixedscaleoffset" and k == "f" and a.dtype.itemsize > 2:
        f = numcodecs.FixedScaleOffset(offset=10, scale=8, dtype=t, astype="<i2")
        return (np.round(finite() * 8) / 8).astype(t), [f]
    if name == "quantize" and k == "f":
        return a, [numcodecs.Quantize(digits=9, dtype=t)] if a.dtype.itemsize == 8 else []
    if name == "bitround" and t in ("<f4", "<f8"):
        return a, [numcodecs.BitRound(keepbits=9)]
    if name == "packbits" and k == "b":
        return a, [numcodecs.PackBits()]
    return a, []


def build(c, path):
    r = np.random.default_rng(c["data_seed"])
    n = int(np.prod(c["shape"]))
    d = c["dtype"]
    if d in ITEMS:
        a = np.empty(n, object)
        a[:] = [["", "a", "né", "日本" * 5][i] for i in r.integers(0, 4, n)]
        if d == "bytes":
            a[:] = [item.encode() + b"\0" * (i % 3) for i, item in enumerate(a)]
    elif d == "struct":
        dt = np.dtype([("a", "<i4"), ("b", "<f8"), ("s", "S2")])
        a = np.zeros(n, dt)
        a["a"] = r.integers(-9, 9, n)
        a["b"] = r.normal(size=n)
        a["s"] = [[b"", b"x", b"yz"][i] for i in r.integers(0, 3, n)]
    elif d == "bool":
        a = r.integers(0, 2, n) == 1
    elif d[1] == "S" and d[0] == "|":
        a = np.array([r.bytes(3).rstrip(b"\0") for _ in range(n)], d)
    elif d.startswith("<U"):
        a = np.array([["", "a", "é日"][i] for i in r.integers(0, 3, n)], d)
    else:
        dt = np.dtype(d)
        a = np.frombuffer(r.bytes(n * dt.itemsize), dt).copy()  # random bits: NaN payloads and all
        if dt.kind in "mM":
            a.view("i8")[:] >>= 20
        if dt.kind in "fc":  # signalling NaNs made quiet: some readers quieten them
            w = dt.itemsize // (2 if dt.kind == "c" else 1)
            f = a.view(f"f{w}")
            u = a.view(f"u{w}")
            e = {2: 0x7C00, 4: 0x7F800000, 8: 0x7FF << 52}[w]
            u[::5] |= np.array(e, u.dtype)  # plant NaNs with payloads (exponent all ones)
            if f.size > 1:
                f[1] = -0.0
            u[np.isnan(f)] |= np.array({2: 1 << 9, 4: 1 << 22, 8: 1 << 51}[w], u.dtype)
    a = a.reshape(c["shape"])
    k = np.dtype(a.dtype).kind
    fill = {
        "b": c["special_fill"],
        "i": -7 if c["special_fill"] else 0,
        "u": 200 if c["special_fill"] else 0,
        "f": np.nan if c["special_fill"] else 0.5,
        "c": complex(np.nan, 2) if c["special_fill"] else 1j,
        "O": b"" if d == "bytes" else "",
        "S": b"ab",
        "U": "é",
        "M": np.datetime64("NaT"),
        "m": np.timedelta64(5, "s"),
    }.get(k)
    if k in "mM":
        fill = np.array(fill, a.dtype)[()]
    if k == "V":
        fill = np.zeros((), a.dtype)[()]
    dims = [f"d{i}" for i in range(a.ndim)] if c["dims"] and a.ndim else None
    at = dict(c["attrs"])
    kw = {}
    if c["fmt"] == 2:
        if c["big_endian"] and k in "iufcmMU":
            a = a.astype(a.dtype.newbyteorder(">"))
        if dims:
            at["_ARRAY_DIMENSIONS"] = dims
        x = c["comp"]
        kw["compressors"] = (
            None
            if x == "none"
            else blosc2(x)
            if "-" in x
            else {
                "zlib": numcodecs.Zlib,
                "gzip": numcodecs.GZip,
                "bz2": numcodecs.BZ2,
                "lz4": numcodecs.LZ4,
                "zstd": numcodecs.Zstd,
                "lzma": numcodecs.LZMA,
            }[x]()
        )
        if d not in ITEMS:
            a, element_filters = filtered(c["filt"], a)
            bytes_filters = {
                "none": [],
                "shuffle": [numcodecs.Shuffle(2)],
                "crc32": [numcodecs.CRC32()],
                "fletcher32": [numcodecs.Fletcher32()],
                "base64": [numcodecs.Base64()],
            }[c["filt2"]]
            # Shuffle(2) wants an even number of bytes.
            odd = c["filt2"] == "shuffle" and (a.dtype.itemsize % 2 or c["filt"] not in ("none", "delta", "shuffle"))
            nameless = c["filt2"] == "base64" and c["to_fmt"] == 3
            kw["filters"] = (element_filters + ([] if odd or nameless else bytes_filters)) or None
            if c["filt"] == "fixedscaleoffset" and k == "f":
                fill = 0.5  # gaps become elements, which the filter must be able to keep
        kw["order"] = c["order"]
        enc = {"name": "v2", "separator": c["sep"]}
        outer = c["chunks"]
        if c["fill_null"] and c["gaps"] == 0 and k != "O":
            fill = None
    else:
        m = {
            "none": [],
            "gzip": [zc.GzipCodec(level=1)],
            "zstd": [zc.ZstdCodec(level=1)],
            "zstd-checksum": [zc.ZstdCodec(level=1, checksum=True)],
            "crc32c": [zc.Crc32cCodec()],
            "gzip+crc32c": [zc.GzipCodec(level=1), zc.Crc32cCodec()],
            "numcodecs.bz2": [zn.BZ2(level=1)],
            "numcodecs.lzma": [zn.LZMA(preset=1)],
            "numcodecs.shuffle+zlib": [zn.Shuffle(elementsize=1), zn.Zlib(level=1)],
            "numcodecs.adler32": [zn.Adler32()],
        }
        x = c["comp"]
        kw["compressors"] = (
            m[x]
            if x in m
            else [
                zc.BloscCodec(
                    typesize=4, cname=x.split("-")[1], clevel=5, shuffle="shuffle" if x[-1] == "1" else "bitshuffle"
                )
            ]
        )
        if d not in ITEMS:
            kw["serializer"] = zc.BytesCodec(endian="big" if c["big_endian"] else "little")
        if c["transpose"] and a.ndim > 1:
            kw["filters"] = [
                zc.TransposeCodec(order=tuple(np.random.default_rng(c["data_seed"]).permutation(a.ndim).tolist()))
            ]
        kw["dimension_names"] = dims
        enc = {"name": c["keys"], "separator": c["sep"]}
        outer = c["chunks"]
        if c["shard"]:
            outer = [i * j for i, j in zip(c["chunks"], c["shard"])]
            kw["shards"] = tuple(outer)
    z = zarr.create_array(
        path,
        shape=a.shape,
        chunks=tuple(c["chunks"]),
        dtype={"string": "string", "bytes": zarr.dtype.VariableLengthBytes()}.get(d, a.dtype),
        zarr_format=c["fmt"],
        fill_value=fill,
        attributes=at,
        chunk_key_encoding=enc,
        config={"write_empty_chunks": True},
        **kw,
    )
    z[...] = a
    if c["gaps"]:
        ks = sorted(
            os.path.relpath(os.path.join(p, f), path)
            for p, _, fs in os.walk(path)
            for f in fs
            if f not in ("zarr.json", ".zarray", ".zattrs")
        )
        for k_ in ks:
            if r.random() < c["gaps"]:
                os.remove(os.path.join(path, k_))


def digest(p):
    h = hashlib.sha256()
    for d, s, fs in os.walk(p):
        s.sort()
        for f in sorted(fs):
            q = os.path.join(d, f)
            h.update(os.path.relpath(q, p).encode() + b"\0")
            h.update(hashlib.sha256(open(q, "rb").read()).digest())
    return h.hexdigest()


STAT = {"run": 0, "refused": 0}


def run_case(o, c):
    w = tempfile.mkdtemp(prefix="rt-")
    src, dst = w + "/src.zarr", w + "/dst.zarr"
    try:
        build(c, src)
        before = digest(src)
        extra = []
        sh = [i * j for i, j in zip(c["to"], c["to_shard"])] if c["to_shard"] else None
        j = lambda x: ",".join(map(str, x))
        if sh:
            extra.append(o.opt_shards.format(shards=j(sh)))
        if c["to_fmt"] != c["fmt"]:
            extra.append(o.opt_format.format(format=c["to_fmt"]))
        cmd = [
            x.replace("\0", "")
            for x in shlex.split(
                o.cli.format(
                    src=shlex.quote(src), dst=shlex.quote(dst), chunks=j(c["to"]) or "''", extra=" ".join(extra)
                )
            )
        ]
        p = subprocess.run(cmd, capture_output=True, text=True, timeout=o.timeout, errors="replace")
        STAT["run"] += 1
        if o.refusal_exit and p.returncode in o.refusal_exit:
            STAT["refused"] += 1
            errs = []
        elif p.returncode:
            errs = [f"exit {p.returncode}: {(p.stderr or p.stdout).strip()[-600:]}"]
        # whether an unsharded result is asked for when the source is sharded is the tool's own rule: shards are checked only when given
        else:
            errs = C.compare(
                src, dst, chunks={None: c["to"]}, shards={None: sh} if sh else None, fmt=c["to_fmt"], strict_files=True
            )
        if digest(src) != before:
            errs.append("the source was changed")
        if errs and o.keep:
            shutil.rmtree(o.keep, ignore_errors=True)
            shutil.copytree(w, o.keep)
            json.dump({"case": c, "cmd": cmd, "errors": errs}, open(o.keep + "/case.json", "w"), indent=1)
        return errs, cmd
    finally:
        shutil.rmtree(w, ignore_errors=True)


def main():
    o = opts()
    ph = [Phase.explicit, Phase.generate] + ([] if o.no_shrink else [Phase.shrink])

    @seed(o.seed)
    @settings(
        max_examples=o.examples,
        deadline=None,
        database=None,
        phases=ph,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        report_multiple_bugs=False,
    )
    @given(case(o))
    def prop(c):
        errs, cmd = run_case(o, c)
        assert not errs, (
            "COUNTEREXAMPLE\n case "
            + json.dumps(c)
            + "\n cmd  "
            + " ".join(map(shlex.quote, cmd))
            + "\n "
            + "\n ".join(errs[:6])
        )

    try:
        prop()
    except AssertionError as e:
        print(e)
        print(f"FAILED after {STAT['run']} runs")
        return 1
    print(f"OK: {STAT['run']} runs, {STAT['refused']} refused")
    return 0


if __name__ == "__main__":
    sys.exit(main())
