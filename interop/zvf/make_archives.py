#!/usr/bin/env python3
"""Packs the stores of make_fixtures_07.py or make_fixtures_09.py into an archive for the tests, byte-identical in every run.

  make_archives.py FIXTURES ARCHIVE      (for example: target/zvf-07 rezarr-vectors/src/test/resources/zvf/zvf-07.zip)

A ZIP with an entry NAME.zip for each store, which in turn holds NAME.zarrvectors/ and NAME.expected.json uncompressed: thousands of small,
similar files take a fifth of the room that way.
"""

import io
import sys
import zipfile
from pathlib import Path


def entry(name, compression):
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type = compression
    info.external_attr = 0o100644 << 16
    return info


def pack_store(fixtures, name):
    store = fixtures / f"{name}.zarrvectors"
    members = sorted(path for path in store.rglob("*") if path.is_file())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in [fixtures / f"{name}.expected.json", *members]:
            archive.writestr(entry(path.relative_to(fixtures).as_posix(), zipfile.ZIP_STORED), path.read_bytes())
    return packed.getvalue()


def main():
    fixtures, target = Path(sys.argv[1]), Path(sys.argv[2])
    names = sorted(path.stem for path in fixtures.glob("*.zarrvectors"))
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            info = entry(f"{name}.zip", zipfile.ZIP_DEFLATED)
            archive.writestr(info, pack_store(fixtures, name), compresslevel=9)
    print(f"{target.name}: {len(names)} stores, {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
