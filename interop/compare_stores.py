#!/usr/bin/env python3
"""Independent checker: are two Zarr stores (array or hierarchy, v2 or v3 each) the same data?

  compare_stores.py A B [--chunks [path=]4,5] [--shards [path=]8,10|none] [--format 2|3] [--strict-files]
  compare_stores.py --expected NAME.expected.json B [...]      (A = golden header + .bin of the fixtures)

Exit 0: equal. 1: differs (diagnosis on stdout). 2: usage / A cannot be read.
Values are compared bit by bit (NaN payloads count) through up to three readers:
  zarr3 (zarr-python 3), ts (tensorstore), mini (own v2 decoder on numcodecs; takes what the other two cannot).
A reader that cannot read A is skipped; one that can read A but not B fails B (--lenient-readers: skip as well).
Byte order is a storage detail and is not compared (big-endian v2 == little-endian v3).
"""

import argparse
import sys
import warnings

# Everything the other scripts use, under one name.
from checker.compare import compare, from_expected, load_expected
from checker.metadata import Bad, Node, load, node, tree
from checker.readers import READERS, first_diff, isize, try_read
from checker.values import canon, desc, values

__all__ = [
    "READERS",
    "Bad",
    "Node",
    "canon",
    "compare",
    "desc",
    "first_diff",
    "from_expected",
    "isize",
    "load",
    "load_expected",
    "node",
    "tree",
    "try_read",
    "values",
]
warnings.filterwarnings("ignore")


def pathspec(xs):
    if not xs:
        return None
    out = {}
    for x in xs:
        p, _, v = x.rpartition("=")
        out[p.strip("/") if "=" in x else None] = None if v == "none" else [int(i) for i in v.split(",") if i]
    return out


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("stores", nargs="+")
    ap.add_argument("--expected", action="store_true", help="the first path is a NAME.expected.json")
    ap.add_argument("--chunks", action="append")
    ap.add_argument("--shards", action="append")
    ap.add_argument("--format", type=int, choices=(2, 3))
    ap.add_argument("--strict-files", action="store_true")
    ap.add_argument("--lenient-readers", action="store_true")
    ap.add_argument("--no-attrs", action="store_true")
    ap.add_argument("-v", action="store_true")
    o = ap.parse_args()
    if len(o.stores) != 2:
        ap.error("two paths")
    info = []
    try:
        errs = compare(
            None if o.expected else o.stores[0],
            o.stores[1],
            pathspec(o.chunks),
            pathspec(o.shards),
            o.format,
            o.strict_files,
            o.lenient_readers,
            info,
            load_expected(o.stores[0]) if o.expected else None,
            not o.no_attrs,
        )
    except (Bad, OSError, ValueError, KeyError, TypeError) as e:
        print(f"A cannot be read: {type(e).__name__}: {e}")
        return 2
    if o.v or errs:
        for i in info:
            print("note:", i)
    for e in errs[:20]:
        print("DIFF:", e)
    if len(errs) > 20:
        print(f"... {len(errs) - 20} more")
    print("EQUAL" if not errs else f"DIFFERENT ({len(errs)})")
    return 1 if errs else 0


if __name__ == "__main__":
    sys.exit(main())
