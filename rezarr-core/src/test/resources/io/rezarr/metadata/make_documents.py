#!/usr/bin/env python3
"""Packs the metadata documents of stores, and what is expected of them, into documents.zip.

  make_documents.py FIXTURES BAD documents.zip

FIXTURES holds NAME.zarr and NAME.expected.json of each golden store (written by zarr-python 2.18.7 and 3.1.6,
numcodecs 0.15.2, tensorstore 0.1.86, and by hand), BAD stores that must be refused. Only metadata documents are
taken, byte by byte, and of the expected headers what metadata tell. The archive is the same in every run.
"""
import json, os, sys, zipfile

DOCUMENTS = {".zarray", ".zattrs", ".zgroup", ".zmetadata", "zarr.json"}
KEPT = ("kind", "attributes", "shape", "dtype", "itemsize", "chunks", "shards", "fill", "dimension_names")


def entries(fixtures, bad):
    for kind, root in (("fixtures", fixtures), ("bad", bad)):
        for store in sorted(os.listdir(root)):
            path = os.path.join(root, store)
            if store.endswith(".expected.json"):
                with open(path) as f:
                    nodes = json.load(f)["nodes"]
                kept = {p: {k: n[k] for k in KEPT if k in n} for p, n in nodes.items()}
                yield "%s/%s" % (kind, store), json.dumps(kept, indent=1).encode()
            elif store.endswith(".zarr") and os.path.isdir(path):
                for directory, _, files in os.walk(path):  # links are not followed
                    for name in sorted(DOCUMENTS & set(files)):
                        key = os.path.relpath(os.path.join(directory, name), root)
                        with open(os.path.join(directory, name), "rb") as f:
                            yield "%s/%s" % (kind, key), f.read()


def main(fixtures, bad, target):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z:
        for name, content in sorted(entries(fixtures, bad)):
            z.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, 9)


if __name__ == "__main__":
    main(*sys.argv[1:])
