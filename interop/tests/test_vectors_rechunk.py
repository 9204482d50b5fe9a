"""`vectors rechunk` and `rebin` on every store of both reference packages, judged by the checkers, which run the references' validators too."""

import io
import json
import shutil
import subprocess
import zipfile

import pytest
from support import ROOT, assert_clear_refusal, rezarr

RESOURCES = ROOT / "rezarr-vectors/src/test/resources/zvf"
CHECKS = {"07": ["check_07.py"], "09": ["check_09.py", "--require-fragment-attributes"]}


def names(version):
    with zipfile.ZipFile(RESOURCES / f"zvf-{version}.zip") as archive:
        return sorted(name[: -len(".zip")] for name in archive.namelist())


STORES = [(version, name) for version in ("07", "09") for name in names(version)]

# Factors of the chunk shape, axis by axis; the last one is used for all axes that follow.
GRIDS = {
    "coarser": [2.0],
    "finer": [0.5],
    "uneven": [2.0, 0.5, 1.0],
    "odd": [1.3],
    "one": [16.0],
}


def unpack(version, name, directory):
    with zipfile.ZipFile(RESOURCES / f"zvf-{version}.zip") as archive:
        packed = archive.read(f"{name}.zip")
    with zipfile.ZipFile(io.BytesIO(packed)) as store:
        store.extractall(directory)
    return directory / f"{name}.zarrvectors"


def root(store):
    return json.loads((store / "zarr.json").read_text())["attributes"]["zarr_vectors"]


def check(version, source, store, chunks=None, bins=None, *options):
    script, *always = CHECKS[version]
    call = [ROOT / f".venv-zvf-{version}/bin/python", ROOT / "interop/zvf" / script, source, store, *always, *options]
    call += [f"--chunk-shape={chunks}"] if chunks else []
    call += [f"--bin-shape={bins}"] if bins else []
    done = subprocess.run(list(map(str, call)), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, f"{' '.join(map(str, call))}\n{done.stdout[-3000:]}\n{done.stderr[-2000:]}"


def scaled(shape, factors):
    """The product, rounded so that its text is short, as a user would give it."""
    return [round(side * factors[min(axis, len(factors) - 1)], 6) for axis, side in enumerate(shape)]


def text(shape):
    return ",".join(map(repr, shape))


def done(*arguments):
    result = rezarr("vectors", *arguments)
    assert result.code == 0, result
    return result


def digest(store):
    return json.loads(done("digest", store, "--json").out)["digest"]


def requests():
    """Two of the grids for each store, in turn, so that each grid meets stores of every kind."""
    grids = list(GRIDS)
    for i, (version, name) in enumerate(STORES):
        for k in range(2):
            yield version, name, grids[(i + 2 * k) % len(grids)]


@pytest.mark.parametrize("version, name, grid", list(requests()))
def test_rechunked_store_holds_what_the_source_holds(version, name, grid, tmp_path):
    source = unpack(version, name, tmp_path)
    chunks = scaled(root(source)["chunk_shape"], GRIDS[grid])
    report = json.loads(done("rechunk", source, tmp_path / "there", "-c", text(chunks), "--verify", "full", "--json").out)
    assert report["chunk_shape"] == chunks
    check(version, source, tmp_path / "there", text(chunks), text(report["bin_shape"]))


@pytest.mark.parametrize("version, name", STORES)
def test_store_that_is_rechunked_and_back_in_place_is_what_it_was(version, name, tmp_path):
    source = unpack(version, name, tmp_path)
    before = root(source)
    store = tmp_path / "store"
    shutil.copytree(source, store)
    done("rechunk", store, "--in-place", "-c", text(scaled(before["chunk_shape"], [0.7, 1.6])))
    bins = before.get("base_bin_shape", before["chunk_shape"])
    done("rechunk", store, "--in-place", "-c", text(before["chunk_shape"]), "--bin-shape", text(bins))
    check(version, source, store, text(before["chunk_shape"]), text(bins))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        {f"{name}.zarrvectors", f"{name}.expected.json", "store"}
    )


@pytest.mark.parametrize(
    "version, name",
    [(v, n) for v, n in STORES if n in ("pc3_bins", "pc2_f64_neg_bins", "poly3", "pyr_pc3", "graph2", "mesh3_tri", "skel3",
                                        "points3d_bins", "points_pyramid", "streamlines", "graph_sharded", "mesh_sharded_pyramid")],
)
def test_rebin_moves_rows_within_their_chunks(version, name, tmp_path):
    source = unpack(version, name, tmp_path)
    bins = scaled(root(source)["chunk_shape"], [1 / 4, 1 / 2])
    done("rebin", source, tmp_path / "there", "--bin-shape", text(bins), "--verify", "full")
    check(version, source, tmp_path / "there", text(root(source)["chunk_shape"]), text(bins))
    shutil.copytree(source, tmp_path / "store")
    done("rebin", tmp_path / "store", "--bin-shape", text(bins), "--keep-backup")
    assert digest(tmp_path / "store") == digest(tmp_path / "store.backup") == digest(source)


@pytest.mark.parametrize("version, name", [("07", "pyr_stream3"), ("09", "streamlines_pyramid")])
def test_loop_over_levels_as_the_page_of_the_format_has_it(version, name, tmp_path):
    source = unpack(version, name, tmp_path)
    dest = tmp_path / "there"
    levels = sorted(int(path.name) for path in source.iterdir() if path.name.isdigit())
    assert list(source.glob("*/links/+1")) and len(levels) == 3
    chunks = scaled(root(source)["chunk_shape"], [1.5])
    bins = scaled(chunks, [1 / 4])
    for level in levels:
        done("rechunk", f"{source}/resolution_{level}", f"{dest}/resolution_{level}", "--chunk-shape", text(chunks),
             "--bin-shape", text(bins), "--level", level, "--source-root", source, "--dest-root", dest, "--verify", "full")
        if level == levels[0]:
            assert "cross-level links pending" in done("info", dest).out
            found = json.loads(done("validate", dest, "--json").out)
            assert ("levels-pending", "warning") in {(line["check"], line["severity"]) for line in found["findings"]}
    assert not (dest / ".rezarr").exists()
    check(version, source, dest, text(chunks), text(bins))
    assert digest(dest) == digest(source)
    again = rezarr("vectors", "rechunk", "--source-root", source, "--dest-root", dest, "--level", 0, "-c", text(chunks))
    assert_clear_refusal(again, (4,), "has all of them")


@pytest.mark.parametrize("version, name", [("07", "stream3"), ("07", "graph3"), ("09", "skeleton_streamed"), ("09", "graph_duplicate_store")])
def test_memory_threads_and_streaming_do_not_change_a_byte(version, name, tmp_path):
    source = unpack(version, name, tmp_path)
    chunks = text(scaled(root(source)["chunk_shape"], [1.5]))
    runs = {"plain": ["-j", "1"], "threads": ["-j", "4"], "small": ["-m", "48MiB"], "streaming": ["--streaming"]}
    trees = {}
    for run, options in runs.items():
        done("rechunk", source, tmp_path / run, "-c", chunks, *options)
        files = (path for path in sorted((tmp_path / run).rglob("*")) if path.is_file())
        trees[run] = {str(path.relative_to(tmp_path / run)): path.read_bytes() for path in files}
    for run, tree in trees.items():
        assert tree == trees["plain"], run


@pytest.mark.parametrize("name", ["points_sharded", "graph3d", "streamlines_pyramid"])
def test_codecs_and_shards_that_are_asked_for(name, tmp_path):
    source = unpack("09", name, tmp_path)
    chunks = root(source)["chunk_shape"]
    done("rechunk", source, tmp_path / "packed", "-c", text(scaled(chunks, [0.5])), "-z", "blosc:zstd", "-s", "4,2,2")
    check("09", source, tmp_path / "packed")
    document = json.loads((tmp_path / "packed/0/vertices/zarr.json").read_text())
    assert document["codecs"][0]["name"] == "sharding_indexed"
    assert [codec["name"] for codec in document["codecs"][0]["configuration"]["codecs"]] == ["vlen-bytes", "blosc"]
    done("rechunk", tmp_path / "packed", tmp_path / "plain", "-c", text(chunks), "-z", "none", "-s", "none")
    check("09", source, tmp_path / "plain")


BINS_WITH_VALUES = """
import sys
import numpy as np
from zarr_vectors.spatial.chunking import assign_chunks
from zarr_vectors.types.points import write_points

random = np.random.default_rng(5)
points = random.uniform((-9, 0, 0), (20, 20, 20), (300, 3)).astype("f4")
cells = assign_chunks(points, (10.0, 10.0, 10.0))
values = {key: random.integers(0, 99, 8).astype("u2") for key in cells}
write_points(sys.argv[1], points, chunk_shape=(10.0, 10.0, 10.0), bin_shape=(5.0, 5.0, 5.0),
             vertex_attributes={"t": np.arange(300, dtype="i4")}, fragment_attributes={"label": values})
"""


def test_attributes_of_bins_stay_with_their_vertices_or_are_refused(tmp_path):
    source = tmp_path / "source"
    made = subprocess.run([ROOT / ".venv-zvf-09/bin/python", "-c", BINS_WITH_VALUES, source], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    for number, (chunks, options) in enumerate([("20,10,20", []), ("5,5,5", []), ("7.5,10,10", ["--bin-shape", "2.5,5,1"])]):
        there = tmp_path / f"there{number}"
        report = json.loads(done("rechunk", source, there, "-c", chunks, *options, "--verify", "full", "--json").out)
        assert report["bin_shape"] == ([2.5, 5, 1] if options else [5, 5, 5])
        check("09", source, there, chunks, text(report["bin_shape"]))
    refused = rezarr("vectors", "rechunk", source, tmp_path / "mixed", "-c", "12,12,12", "-q")
    assert_clear_refusal(refused, (3,), r"fragments with different values.*--bin-shape")
    assert not (tmp_path / "mixed").exists()


@pytest.mark.parametrize("version, name", [("07", "pyr_pc3"), ("09", "points_pyramid")])
def test_chunk_with_more_bins_than_can_be_written_is_refused(version, name, tmp_path):
    """A pyramid keeps its bins, and each bin of a chunk is written, empty or not."""
    source = unpack(version, name, tmp_path)
    chunks = text(scaled(root(source)["chunk_shape"], [4096.0]))
    result = rezarr("vectors", "rechunk", source, tmp_path / "there", "-c", chunks)
    assert_clear_refusal(result, (4,), r"bins.*Make bins larger, or chunks smaller")
    assert not (tmp_path / "there").exists()


def test_requests_that_cannot_be_met_are_refused(tmp_path):
    source = unpack("09", "points2d", tmp_path)
    there = tmp_path / "there"
    refused = [
        (["rechunk", source, there, "-c", "8,8", "--bin-shape", "3,3"], (2,), "nearest that do"),
        (["rechunk", source, there, "-c", "8,8,8"], (2,), "2 numbers"),
        (["rechunk", source, there, "-c", "8,8", "--level", "3"], (2,), "levels"),
        (["rechunk", source, source, "-c", "8,8"], (4,), "same|exists"),
        (["rechunk", tmp_path, there, "-c", "8,8"], (3,), "no Zarr array or group"),
    ]
    for arguments, codes, words in refused:
        assert_clear_refusal(rezarr("vectors", *arguments), codes, words, hide=tmp_path)
        assert not there.exists(), arguments
    assert rezarr("vectors", "rechunk", source, "-c", "8,8").code == 2
    assert_clear_refusal(rezarr("rechunk", source, there), (4,), "rezarr vectors rechunk", hide=tmp_path)
