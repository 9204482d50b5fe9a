#!/usr/bin/env python3
"""Packs golden and broken stores into the archives that the Java and the Python tests read, byte-identical in every run.

  make_archives.py GOLDEN BAD [OUT]     (folders made by make_fixtures.py; OUT is rezarr-core's test resources)

Plain ZIP, which the JDK and Python both read. Golden archives: INDEX.json, and per store NAME.zarr/, NAME.expected.json, NAME.expected.bin.
bad.zip: INDEX.json with, per store, what is wrong and what must happen, and its symbolic links, which ZIP cannot hold portably.
"""

import json
import os
import re
import sys
import zipfile
from pathlib import Path

RESOURCES = Path(__file__).resolve().parent.parent / "rezarr-core/src/test/resources/golden"
ROW = re.compile(r"\| `(\w+)\.zarr` \| (.*) \| (.*) \|")


def files_below(root):
    """Regular files and links below a folder (or the file itself), as sorted paths; links are not followed."""
    if not root.is_dir():
        return [root]
    found = []
    for folder, subfolders, files in os.walk(root):
        links = [name for name in subfolders if os.path.islink(os.path.join(folder, name))]
        found += [Path(folder, name) for name in files + links]
    return sorted(found)


def put(archive, name, content):
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o100644 << 16
    archive.writestr(entry, content, compresslevel=9)


def write_archive(target, index, paths):
    """index: the parsed INDEX.json; paths: [(name in the archive, file)]."""
    with zipfile.ZipFile(target, "w") as archive:
        put(archive, "INDEX.json", json.dumps(index, indent=1, sort_keys=True) + "\n")
        for name, path in paths:
            put(archive, name, path.read_bytes())
    print(f"{target.name}: {len(index)} stores, {len(paths)} files, {target.stat().st_size:,} bytes")


def pack_golden(golden, out):
    index = json.loads((golden / "INDEX.json").read_text())
    for zarr_format in (2, 3):
        rows = [row for row in index if row["zarr_format"] == zarr_format]
        paths = []
        for row in rows:
            name = row["name"]
            members = [golden / f"{name}.expected.json", golden / f"{name}.expected.bin"]
            members += files_below(golden / f"{name}.zarr")
            paths += [(m.relative_to(golden).as_posix(), m) for m in members if m.exists()]
        write_archive(out / f"dense-v{zarr_format}.zip", rows, paths)


def pack_bad(bad, out):
    index, paths = [], []
    for name, why, must in ROW.findall((bad / "README.md").read_text()):
        store = bad / f"{name}.zarr"
        links = {}
        for path in files_below(store):
            if path.is_symlink():
                links[path.relative_to(store).as_posix()] = os.readlink(path)
            else:
                paths.append((path.relative_to(bad).as_posix(), path))
        index.append({"name": name, "why": why.replace("\\|", "|"), "must": must, "links": links})
    write_archive(out / "bad.zip", index, paths)


def main():
    golden, bad = Path(sys.argv[1]), Path(sys.argv[2])
    out = Path(sys.argv[3]) if len(sys.argv) > 3 else RESOURCES
    out.mkdir(parents=True, exist_ok=True)
    pack_golden(golden, out)
    pack_bad(bad, out)


if __name__ == "__main__":
    main()
