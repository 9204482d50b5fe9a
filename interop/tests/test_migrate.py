"""Stores migrated to the other Zarr version where they stand: zarr-python, tensorstore and xarray find in them what they found before; chunks are not touched."""

import json
import shutil

import hierarchies as H
import numpy as np
import pytest
import tensorstore as ts
import zarr
from support import assert_clear_refusal, entries, identities, rezarr

import compare_stores as C
from checker.metadata import check_consolidated

DOCUMENTS = {2: {".zarray", ".zgroup", ".zattrs", ".zmetadata"}, 3: {"zarr.json"}}


@pytest.fixture(autouse=True)
def variable_strings(monkeypatch):
    monkeypatch.setattr(H, "VARIABLE_STRINGS", True)


def chunks(root):
    return {k: v for k, v in identities(root).items() if k.rpartition("/")[2] not in DOCUMENTS[2] | DOCUMENTS[3]}


def versions(root):
    """The Zarr versions of which there are documents."""
    names = {k.rpartition("/")[2] for k in entries(root)}
    return [fmt for fmt, documents in DOCUMENTS.items() if names & documents]


def is_known_to_tensorstore(node):
    """Numbers, in codecs of the specification."""
    names = str(node.meta.get("codecs"))
    return isinstance(node.desc, str) and node.desc[1:2] in ("b", "i", "u", "f") and "numcodecs." not in names


def requires_tensorstore(root, expected):
    """tensorstore reads every array of numbers, as zarr-python read it before."""
    arrays = {p: n for p, n in C.tree(root).items() if n.kind == "array" and is_known_to_tensorstore(n)}
    for path, node in arrays.items():
        spec = {"driver": f"zarr{node.fmt if node.fmt == 3 else ''}", "kvstore": {"driver": "file", "path": f"{root}/{path}"}}
        found = ts.open(spec, read=True).result().read().result()
        np.testing.assert_array_equal(found, expected[path], err_msg=path)
    return len(arrays)


@pytest.mark.parametrize("name", H.MAKERS)
def test_store_is_the_same_in_the_other_version_and_back(tmp_path, name):
    root = str(tmp_path / "store.zarr")
    H.MAKERS[name](root, 2)
    if name == "climate":
        options = {"compressors": {"id": "zlib", "level": 1}, "attributes": {"_ARRAY_DIMENSIONS": ["n"]}}
        zarr.open_group(root, mode="a", use_consolidated=False).create_array("z", data=np.arange(9), chunks=2, **options)
        zarr.consolidate_metadata(root)
    before, files, all_files = H.opened(root), chunks(root), entries(root)
    members = {p: H.consolidated_members(root, p) for p in ("", "1") if p in before or not p}
    values = {p: a[...] for p, a in zarr.open_group(root, mode="r", use_consolidated=False).members(max_depth=None) if isinstance(a, zarr.Array)}
    dry = rezarr("migrate", root, "--to", "v3", "--dry-run")
    assert dry.code == 0 and "Would migrate" in dry.out and entries(root) == all_files, str(dry)
    for fmt in (3, 2):
        run = rezarr("migrate", root, "--to", f"v{fmt}", "--json")
        assert run.code == 0, str(run)
        assert len(json.loads(run.out)["arrays"]) == len(values)
        assert versions(root) == [fmt] and chunks(root) == files
        H.requires_identical(root, before)
        assert {p: H.consolidated_members(root, p) for p in members} == members
        assert not check_consolidated(root, C.tree(root))
        assert requires_tensorstore(root, values) >= 5
        assert [p.name for p in tmp_path.iterdir()] == ["store.zarr"]
    again = rezarr("migrate", root, "--to", "v2")
    assert again.code == 0 and "already" in again.out, str(again)


def test_what_has_no_counterpart_is_refused_by_name_before_anything_is_written(tmp_path):
    root = tmp_path / "store.zarr"
    H.climate(str(root), 3)
    before = entries(root)
    result = rezarr("migrate", root, "--to", "v2")
    assert_clear_refusal(result, [4], "'c.*cannot name")
    assert entries(root) == before
    shutil.rmtree(root)
    keys = {"name": "v2", "separator": "."}
    group = zarr.create_group(str(root), zarr_format=3)
    group.create_array("good", data=np.arange(4), chunk_key_encoding=keys)
    group.create_array("whole/sharded", data=np.arange(8), chunks=(2,), shards=(4,), chunk_key_encoding=keys)
    before = entries(root)
    assert_clear_refusal(rezarr("migrate", root, "--to", "v2"), [4], "whole/sharded.*sharded")
    shutil.rmtree(root / "whole/sharded")
    path = root / "good/zarr.json"
    document = json.loads(path.read_text())
    path.write_text(json.dumps({**document, "mine": {"must_understand": False}}))
    assert_clear_refusal(rezarr("migrate", root, "--to", "v2"), [4], "good.*unknown members mine")
    path.write_text(json.dumps(document))
    assert rezarr("migrate", root / "good", "--to", "v2").code == 4, "its group would not find it"
    assert versions(root) == [3]
    assert rezarr("migrate", root, "--to", "v2").code == 0
    assert zarr.open_group(str(root), mode="r")["good"][...].tolist() == [0, 1, 2, 3]


def test_absent_chunks_read_the_same_or_are_refused(tmp_path):
    root = tmp_path / "store.zarr"
    group = zarr.create_group(str(root), zarr_format=3)
    options = {"shape": 6, "chunks": 2, "dtype": "i2", "chunk_key_encoding": {"name": "v2", "separator": "/"}, "dimension_names": ["x"]}
    group.create_array("plain", fill_value=7, **options)[:2] = 1
    group.create_array("zero", fill_value=0, **options)[:2] = 1
    masked = group.create_array("masked", fill_value=0, attributes={"_FillValue": -99}, **options)
    masked[:2] = 1
    assert_clear_refusal(rezarr("migrate", root, "--to", "v2"), [4], "masked.*read as 0.*would read as -99")
    masked[...] = 3
    result = rezarr("migrate", root, "--to", "v2")
    assert result.code == 0 and "will take 7 for missing" in result.err, str(result)
    arrays = dict(zarr.open_group(str(root), mode="r").arrays())
    assert {n: a[...].tolist() for n, a in arrays.items()} == {"plain": [1, 1, 7, 7, 7, 7], "zero": [1, 1, 0, 0, 0, 0], "masked": [3] * 6}
    assert {n: a.fill_value for n, a in arrays.items()} == {"plain": 7, "zero": None, "masked": -99}
