"""The commands for vector stores, on stores that both reference packages write here: other data than the golden stores."""

import json
import subprocess

import pytest
from support import ROOT, assert_clear_refusal, rezarr

ZVF = ROOT / "interop/zvf"
CONTENTS = ["points", "objects", "streamlines", "lines", "graph", "mesh", "skeleton"]
VERSIONS = ["07", "09"]


def reference(version, script, *arguments):
    """Runs a script with a reference package, each of which has an environment of its own."""
    python = ROOT / f".venv-zvf-{version}/bin/python"
    assert python.exists(), f"{python} is missing: ./check makes it; without the reference nothing is proved"
    call = [str(python), str(ZVF / script), *map(str, arguments)]
    done = subprocess.run(call, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, f"{' '.join(call)}\n{done.stdout[-1500:]}\n{done.stderr[-3000:]}"


def digest(store):
    result = rezarr("vectors", "digest", store, "--json")
    assert result.code == 0, result
    return json.loads(result.out)


def validate(store, *options):
    result = rezarr("vectors", "validate", store, "--json", *options)
    report = json.loads(result.out)
    assert result.code == (0 if report["valid"] else 1), result
    return report


@pytest.mark.parametrize("content", CONTENTS)
def test_one_content_has_one_digest_whatever_its_chunks_and_layout(content, tmp_path):
    """Two layouts, up to three chunk shapes and bins, raw, compressed, sharded."""
    digests = {}
    for version in VERSIONS:
        reference(version, "write_stores.py", tmp_path / version, content)
        report = validate(tmp_path / version / "uneven")
        assert report["valid"], report
        for store in sorted((tmp_path / version).iterdir()):
            digests[f"{version}/{store.name}"] = digest(store)
    assert len(digests) == 5
    first = next(iter(digests.values()))
    for name, other in digests.items():
        assert other["parts"] == first["parts"], name
        assert other["digest"] == first["digest"], name


def test_other_data_has_another_digest(tmp_path):
    for seed in (5, 6):
        reference("09", "write_stores.py", tmp_path / str(seed), "points", "--seed", seed)
    assert digest(tmp_path / "5/one")["digest"] != digest(tmp_path / "6/one")["digest"]


@pytest.mark.parametrize(
    "version, options",
    [
        ("07", ["--seed", 11, "--heldout", "--only", "pc3_f32,pc2_f64_neg_bins,poly3,stream3,skel3,graph3,mesh3_tri,pyr_stream3"]),
        ("09", ["--seed", 11, "--cell", 1.5, "--only", "points2d"]),
        ("09", ["--seed", 11, "--cell", 1.5, "--only", "points_objects"]),
        ("09", ["--seed", 11, "--cell", 1.5, "--only", "streamlines_pyramid"]),
        ("09", ["--seed", 11, "--cell", 1.5, "--only", "graph_duplicate_store"]),
        ("09", ["--seed", 11, "--cell", 1.5, "--only", "skeleton_streamed"]),
        ("09", ["--seed", 11, "--cell", 1.5, "--only", "mesh_sharded_pyramid"]),
    ],
)
def test_stores_of_the_reference_with_other_seeds_are_valid(version, options, tmp_path):
    reference(version, f"make_fixtures_{version}.py", tmp_path, *options)
    stores = sorted(tmp_path.glob("*.zarrvectors"))
    assert stores
    for store in stores:
        report = validate(store)
        assert report["valid"], (store, report)
        assert rezarr("vectors", "info", store).code == 0


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("content", ["points", "streamlines"])
def test_what_the_references_own_tools_wreck_is_noticed(version, content, tmp_path):
    """By validation where the store is broken, by the digest where something was lost or moved."""
    reference(version, "write_stores.py", tmp_path, content, "--wreck")
    before = digest(tmp_path / "before")["digest"]
    wrecks = sorted(tmp_path.glob("after.*"))
    assert wrecks
    for wreck in wrecks:
        assert not validate(wreck)["valid"] or digest(wreck)["digest"] != before, wreck


def test_invalid_store_is_told_line_by_line(tmp_path):
    reference("09", "write_stores.py", tmp_path, "points")
    document = tmp_path / "fine/0/zarr.json"
    attributes = json.loads(document.read_text())
    attributes["attributes"]["zarr_vectors_level"]["vertex_count"] = 7
    document.write_text(json.dumps(attributes))
    result = rezarr("vectors", "validate", tmp_path / "fine")
    assert result.code == 1, result
    assert "vertex-count  0: vertex_count is 7, stored are 300" in result.out
    assert "invalid at level 5: 1 error, 0 warnings" in result.out
    assert rezarr("vectors", "validate", tmp_path / "fine", "--level", "2").code == 0


def test_what_is_no_vector_store_is_refused(tmp_path):
    assert_clear_refusal(rezarr("vectors", "info", tmp_path), (3,), "holds no Zarr array or group", hide=tmp_path)
    assert rezarr("vectors", "validate", tmp_path, "--level", "6").code == 2
