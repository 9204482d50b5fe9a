"""Decodes frames that rezarr wrote with c-blosc, and compares them with their payloads.

Needs numcodecs==0.16.6 and, for snappy, tensorstore==0.1.86. From the root of the repository, after the tests were compiled
(`mvn -pl rezarr-core test-compile`):

    mvn -q -pl rezarr-core dependency:build-classpath -Dmdep.outputFile=target/classpath.txt
    java -cp rezarr-core/target/classes:rezarr-core/target/test-classes:$(cat rezarr-core/target/classpath.txt) \
        io.rezarr.codec.blosc.FrameDump DIRECTORY
    python rezarr-core/src/test/python/check_blosc_frames.py DIRECTORY

FrameDump writes index.csv and frames.bin as make_blosc_frames.py does. Prints the counts, and how much larger than
c-blosc's the frames of each compressor are; exits with 1 if one does not decode, or differs.
"""

import collections
import csv
import json
import pathlib
import sys
import tempfile

import numcodecs.blosc
import tensorstore

from blosc_payload import payload


def decoded_by_tensorstore(frame, size):
    with tempfile.TemporaryDirectory() as directory:
        compressor = dict(id="blosc", cname="snappy", shuffle=1, clevel=5, blocksize=0)
        array = dict(shape=[size], chunks=[size], dtype="|u1", compressor=compressor, fill_value=None, filters=None)
        path = pathlib.Path(directory)
        (path / ".zarray").write_text(json.dumps(dict(array, order="C", zarr_format=2)))
        (path / "0").write_bytes(frame)
        spec = {"driver": "zarr", "kvstore": {"driver": "file", "path": directory}}
        return tensorstore.open(spec).result().read().result().tobytes()


def main(directory):
    frames = memoryview((directory / "frames.bin").read_bytes())
    counts, failures, offset = collections.Counter(), 0, 0
    ours, theirs = collections.Counter(), collections.Counter()
    for row in csv.DictReader((directory / "index.csv").open()):
        cname, size = row["cname"], int(row["decoded"])
        frame = bytes(frames[offset : offset + int(row["encoded"])])
        offset += len(frame)
        shuffle, clevel, blocksize, itemsize = (int(row[f]) for f in ("shuffle", "clevel", "blocksize", "itemsize"))
        expected = payload(int(row["kind"]), int(row["seed"]), itemsize, size)
        try:
            decoded = decoded_by_tensorstore(frame, size) if cname == "snappy" else bytes(numcodecs.blosc.decompress(frame))
            problem = None if decoded == expected else "differs"
        except Exception as e:  # whatever c-blosc's wrappers raise is a finding
            problem = repr(e)
        if problem:
            failures += 1
            print(problem, row, file=sys.stderr)
        counts[cname] += 1
        if cname != "snappy":
            c_blosc = numcodecs.blosc.compress(expected, cname.encode(), clevel, shuffle, blocksize, itemsize)
            ours[cname] += len(frame)
            theirs[cname] += len(c_blosc)
    ratios = {cname: round(ours[cname] / theirs[cname], 4) for cname in theirs}
    print(f"{sum(counts.values())} frames, {failures} failures; {dict(counts)}; size against c-blosc's: {ratios}")
    return 1 if failures or not counts else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
