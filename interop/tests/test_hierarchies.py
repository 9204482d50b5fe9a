"""Whole data sets, rechunked and converted: xarray opens source and result as identical; ome-zarr-py opens what it opened before."""

import json
import shutil

import hierarchies as H
import pytest
import zarr
from ome_zarr.io import parse_url
from ome_zarr.reader import Reader
from support import entries, rezarr

import compare_stores as C
from checker.metadata import check_consolidated

CHUNKS = {
    "climate": ["-c", "time=24,lat=10", "-c", "pr:-1,5,5"],
    "tree": ["-c", "y=12,x=-1", "-c", "measurements/**/b03:4,4"],
    "ome": ["-c", "1,64,64", "-c", "labels/**:32,32"],
    "cells": ["-c", "X/*:500", "-c", "ranks:-1", "-c", "index:-1"],
    "overviews": ["-c", "y=32,x=32"],
}
SHARDS = {
    "climate": ["-s", "time=x2,lat=x3"],
    "tree": ["-s", "x2"],
    "ome": ["-s", "1,128,128", "-s", "labels/**:x2,x2"],
    "cells": ["-s", "X/*:1000"],
    "overviews": ["-s", "x2"],
}


@pytest.fixture(scope="module", params=H.MAKERS)
def data_set(request, tmp_path_factory):
    """Its name, and its stores by format."""
    folder = tmp_path_factory.mktemp(request.param)
    stores = {fmt: str(folder / f"v{fmt}.zarr") for fmt in (2, 3)}
    for fmt, root in stores.items():
        H.MAKERS[request.param](root, fmt)
    return request.param, stores


@pytest.mark.parametrize(("source", "result", "sharded"), [(2, 2, False), (2, 3, False), (3, 3, True), (3, 2, False)])
def test_xarray_opens_the_result_as_it_opens_the_source(data_set, tmp_path, source, result, sharded):
    name, stores = data_set
    root, target = stores[source], str(tmp_path / "result.zarr")
    options = [*CHUNKS[name], *(SHARDS[name] if sharded else []), "--format", f"v{result}", "--progress", "none"]
    run = rezarr("rechunk", root, target, *options)
    assert run.code == 0, str(run)
    H.requires_identical(target, H.opened(root))
    H.requires_same_consolidated(target, root)
    assert not check_consolidated(target, C.tree(target)), "consolidated metadata do not say what the nodes say"
    changed = [path for path, node in C.tree(target).items() if node.kind == "array" and node.chunks != C.tree(root)[path].chunks]
    assert len(changed) >= 2, "the chunks asked for"
    assert any(node.shards for node in C.tree(target).values()) == sharded


def test_arrays_that_are_not_named_are_carried_over(tmp_path):
    H.cells(str(tmp_path / "a.zarr"), 2)
    run = rezarr("rechunk", tmp_path / "a.zarr", tmp_path / "b.zarr", "-c", "X/data:-1", "--progress", "none")
    assert run.code == 0, str(run)
    kept = [carried(entries(tmp_path / name)) for name in ("a.zarr", "b.zarr")]
    assert kept[0] == kept[1] and len(kept[0]) > 40


def carried(files):
    """The chunks of all arrays but X/data, byte by byte."""
    return {k: v for k, v in files.items() if not k.startswith("X/data/") and not k.rpartition("/")[2].startswith(".z")}


def test_stale_consolidated_metadata_are_repaired(tmp_path):
    root, target = str(tmp_path / "a.zarr"), str(tmp_path / "b.zarr")
    H.tree(root, 3)
    path = tmp_path / "a.zarr/measurements/r10m/b02/zarr.json"
    document = json.loads(path.read_text())
    document["attributes"]["added"] = "later"
    path.write_text(json.dumps(document))
    shutil.rmtree(tmp_path / "a.zarr/quality")
    run = rezarr("rechunk", root, target, "--format", "v2", "--progress", "none")
    assert run.code == 0, str(run)
    assert zarr.open_consolidated(target)["measurements/r10m/b02"].attrs["added"] == "later"
    assert not check_consolidated(target, C.tree(target))


@pytest.mark.parametrize("fmt", [2, 3])
def test_ome_zarr_opens_the_pyramid_whose_chunks_are_cut_to_its_levels(tmp_path, fmt):
    root, target = str(tmp_path / "image.zarr"), str(tmp_path / "result/image.zarr")
    H.ome(root, fmt)
    shards = ["-s", "1,128,128", "-s", "labels/**:x2"] if fmt == 3 else []
    run = rezarr("rechunk", root, target, "-c", "1,32,128", "-c", "labels/**:64,64", *shards, "--progress", "none")
    assert run.code == 0, str(run)
    before, after = ome_nodes(root), ome_nodes(target)
    assert after == before and [name for name, *_ in after] == ["image.zarr", "labels", "nuclei"]
    nodes = C.tree(target)
    assert {p: n.chunks for p, n in nodes.items() if n.kind == "array"} == {
        "0": [1, 32, 80],
        "1": [1, 32, 40],
        "2": [1, 16, 20],
        "labels/nuclei/0": [64, 64],
        "labels/nuclei/1": [32, 40],
    }
    if fmt == 3:
        assert nodes["0"].shards == [1, 64, 80] and nodes["2"].shards == [1, 16, 20]


def ome_nodes(root):
    """Name, kinds, metadata and values of each node that ome-zarr-py finds."""
    found = []
    for node in Reader(parse_url(root))():
        levels = [level.compute().tobytes() for level in node.data]
        kinds = [type(spec).__name__ for spec in node.specs]
        found.append((node.zarr.basename(), kinds, json.dumps(node.metadata, sort_keys=True, default=str), levels))
    return found
