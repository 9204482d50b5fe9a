"""The checker must pass on true copies and fail on mutated ones: else its verdict on rezarr is worth nothing."""

import json
import os
import shutil

import numpy as np
import pytest
import zarr
from support import unpacked

import compare_stores as C


def meta(p, f, n="zarr.json"):
    m = json.load(open(f"{p}/{n}"))
    f(m)
    json.dump(m, open(f"{p}/{n}", "w"))


def flip(f, at=-1):
    b = bytearray(open(f, "rb").read())
    b[at] ^= 1
    open(f, "wb").write(bytes(b))


def vals(p, f):
    z = zarr.open_array(p, mode="r+")
    a = np.array(z[...])
    z[...] = f(a)


def setbits(a, i, bits):
    b = a.copy()
    b.view("u8").flat[i] = bits
    return b


FIRSTNAN = lambda a: int(np.flatnonzero(np.isnan(a))[0])
MUTATIONS = [  # name, fixture, mutation, must contain
    ("bit flip in a raw chunk", "v2_comp_none", lambda p: flip(p + "/0.0"), "values differ"),
    (
        "one value changed",
        "v3_dtype_int32",
        lambda p: vals(p, lambda a: a + (np.arange(a.size) == a.size - 1).reshape(a.shape)),
        "values differ",
    ),
    (
        "NaN payload changed",
        "v3_dtype_float64",
        lambda p: vals(p, lambda a: setbits(a, FIRSTNAN(a), 0x7FF8000000000099)),
        "values differ",
    ),
    ("-0.0 became 0.0", "v3_dtype_float64_big", lambda p: vals(p, lambda a: np.where(a == 0, 0.0, a)), "values differ"),
    (
        "NaT became 0",
        "v2_dtype_le_M8_ns",
        lambda p: vals(p, lambda a: np.where(np.isnat(a), np.datetime64(0, "ns"), a)),
        "values differ",
    ),
    ("gap written as zero", "v2_dtype_le_i4", lambda p: vals(p, lambda a: np.where(a == 7, 0, a)), "values differ"),
    ("chunk lost", "v3_dtype_int32", lambda p: os.remove(p + "/c/0/1"), "values differ"),
    (
        "fill value changed, no gaps",
        "v2_comp_zlib1",
        lambda p: meta(p, lambda m: m.update(fill_value=9), ".zarray"),
        "fill_value",
    ),
    (
        "fill hex NaN made canonical",
        "v3_fill_hexnan_f8",
        lambda p: meta(p, lambda m: m.update(fill_value="NaN")),
        "fill_value",
    ),
    ("fill -0.0 became 0.0", "v3_fill_negzero", lambda p: meta(p, lambda m: m.update(fill_value=0.0)), "fill_value"),
    ("attribute lost", "v3_group", lambda p: meta(p, lambda m: m["attributes"].pop("title")), "attributes"),
    (
        "attribute 1 became true",
        "v2_group",
        lambda p: meta(p, lambda m: m.update(n=[True, 2.5, None, {"a": True}]), ".zattrs"),
        "attributes",
    ),
    (
        "dimension name changed",
        "v3_group",
        lambda p: meta(p + "/temp", lambda m: m.update(dimension_names=["time", "y"])),
        "dimension",
    ),
    ("array missing", "v3_group", lambda p: shutil.rmtree(p + "/deep/er/x"), "only in A"),
    ("extra array", "v2_group", lambda p: shutil.copytree(p + "/time", p + "/time2"), "only in B"),
    ("empty group lost", "v3_group", lambda p: shutil.rmtree(p + "/empty"), "only in A"),
    ("shape smaller", "v2_comp_zlib1", lambda p: meta(p, lambda m: m["shape"].__setitem__(0, 29), ".zarray"), "shape"),
    ("dtype i4 -> u4", "v2_comp_zlib1", lambda p: meta(p, lambda m: m.update(dtype="<u4"), ".zarray"), "dtype"),
    (
        "byte order flipped in metadata only",
        "v2_comp_zlib1",
        lambda p: meta(p, lambda m: m.update(dtype=">i4"), ".zarray"),
        "values differ",
    ),
    (
        "order C -> F in metadata only",
        "v2_comp_zlib1",
        lambda p: meta(p, lambda m: m.update(order="F"), ".zarray"),
        "values differ",
    ),
    (
        "two shards exchanged",
        "v3_shard",
        lambda p: (
            os.rename(p + "/c/0/0", p + "/t"),
            os.rename(p + "/c/1/0", p + "/c/0/0"),
            os.rename(p + "/t", p + "/c/1/0"),
        ),
        "values differ",
    ),
    ("a string changed", "v3_string", lambda p: vals(p, lambda a: np.where(a == "zarr", "zarf", a)), "values differ"),
    ("struct field changed", "v2_struct_nested", lambda p: shutil.copy(p + "/0.1", p + "/1.0"), "values differ"),
    ("vlen-array chunk changed", "v2_vlen_array_i4", lambda p: shutil.copy(p + "/0.0", p + "/1.0"), "values differ"),
    (
        ".zmetadata stale",
        "v2_group_consolidated",
        lambda p: meta(p + "/time", lambda m: m.update(chunks=[2]), ".zarray"),
        "zmetadata",
    ),
    (
        "v3 consolidated stale",
        "v3_group_consolidated",
        lambda p: meta(p + "/time", lambda m: m["attributes"].update(x=1)),
        "consolidated",
    ),
    (
        "stray chunk outside the grid",
        "v3_shard",
        lambda p: shutil.copy(p + "/c/0/0", p + "/c/0/99"),
        "belong to no chunk",
    ),
    ("temporary file left", "v2_comp_none", lambda p: open(p + "/0.0.tmp", "w").write("x"), "belong to no chunk"),
    ("corrupt chunk", "v2_comp_zlib1", lambda p: open(p + "/0.0", "wb").write(b"junk"), "reads A but not B"),
    ("metadata unreadable", "v3_shard", lambda p: open(p + "/zarr.json", "w").write("{"), "unreadable"),
]


def golden(name):
    return unpacked("dense-v3.zip" if name.startswith("v3") else "dense-v2.zip") / name


@pytest.mark.parametrize(
    ("name", "mutate", "wanted"), [m[1:] for m in MUTATIONS], ids=[m[0].replace(" ", "-") for m in MUTATIONS]
)
def test_mutation_is_noticed(tmp_path, name, mutate, wanted):
    a, p = f"{golden(name)}.zarr", f"{tmp_path}/copy.zarr"
    header = f"{golden(name)}.expected.json"
    shutil.copytree(a, p)
    assert not C.compare(a, p, strict_files=True)
    assert not C.compare(None, p, expected=C.load_expected(header), strict_files=True)

    mutate(p)

    assert any(wanted in e for e in C.compare(a, p, strict_files=True))
    assert C.compare(None, p, expected=C.load_expected(header), strict_files=True)


@pytest.mark.parametrize(
    ("asked", "equal"),
    [
        (dict(chunks={None: "own"}), True),
        (dict(chunks={None: [9, 9]}), False),
        (dict(shards={None: "own"}), True),
        (dict(shards={None: None}), False),
        (dict(fmt=2), False),
    ],
    ids=["chunks-right", "chunks-wrong", "shards-right", "shards-none-wrong", "format-wrong"],
)
def test_what_was_asked_for_is_checked(asked, equal):
    a = f"{golden('v3_shard')}.zarr"
    own = {"chunks": C.node(a, "").chunks, "shards": C.node(a, "").shards}
    asked = {key: {None: own[key]} if value == {None: "own"} else value for key, value in asked.items()}
    assert (not C.compare(a, a, **asked)) == equal
