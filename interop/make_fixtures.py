#!/usr/bin/env python3
"""Deterministic golden Zarr stores. One stage per interpreter:

  PY2 = venv with requirements-v2.txt (zarr 2.18.7), PY3 = venv with requirements.txt (zarr 3.1.6, tensorstore)
  $PY2 make_fixtures.py v2  OUT [--held SEED]    # Zarr v2 stores by zarr-python 2.18
  $PY3 make_fixtures.py v3  OUT [--held SEED]    # Zarr v3 (and v2 by zarr 3 / tensorstore) stores
  $PY3 make_fixtures.py bad OUT                  # broken stores
  $PY3 make_fixtures.py index OUT                # INDEX.json with the reader matrix
  $PY3 make_archives.py OUT BAD                  # the archives that the tests read
BLOSC_LIB=/path/libblosc.so.1 (built with snappy, Debian's libblosc1 is) is needed for the blosc-snappy fixtures only.

Per fixture: NAME.zarr (the store), NAME.expected.json (header), NAME.expected.bin (all arrays, raw C-order little-endian, packed structs).
"""

import os
import sys

from fixtures import common


def main():
    stage = sys.argv[1]
    common.P.out = os.path.abspath(sys.argv[2])
    os.makedirs(common.P.out, exist_ok=True)
    if "--held" in sys.argv:
        common.P.held = int(sys.argv[sys.argv.index("--held") + 1])
    if stage == "v2":
        from fixtures.v2_stores import stage_v2 as run
    elif stage == "v3":
        from fixtures.v3_stores import stage_v3 as run
    elif stage == "bad":
        from fixtures.bad_stores import stage_bad as run
    elif stage == "index":
        from fixtures.index import stage_index as run
    else:
        sys.exit(f"no stage '{stage}': v2, v3, bad or index")
    run()


if __name__ == "__main__":
    main()
