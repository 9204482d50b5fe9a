"""`vectors upgrade` of every 0.7 store, judged by what the 0.7 package read of it and by the 0.9 package; and the chunk shape that is chosen."""

import copy
import json
import shutil
import subprocess

import pytest
from support import ROOT, assert_clear_refusal, rezarr
from test_vectors_rechunk import digest, done, names, root, scaled, text, unpack

CHANGED_ON_THE_WAY = ["graph3", "lines3", "mesh3_quad_f64", "pc3_attrchunk", "pc3_sharded", "pyr_stream3", "skel3", "stream3_blosc"]


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    directory = tmp_path_factory.mktemp("sources")
    return {name: unpack("07", name, directory) for name in names("07")}


@pytest.fixture(scope="module")
def upgraded(sources, tmp_path_factory):
    """Every store as it is."""
    directory = tmp_path_factory.mktemp("upgraded")
    for name, source in sources.items():
        done("upgrade", source, directory / f"{name}.zarrvectors", "--to", "0.9", "--verify", "full")
    return {name: directory / f"{name}.zarrvectors" for name in sources}


def dump(source):
    return source.with_suffix(".expected.json")


def check(pairs):
    """The lines of the checker, one for each finding; one process for all."""
    call = [ROOT / ".venv-zvf-09/bin/python", ROOT / "interop/zvf/check_upgrade.py", *(path for pair in pairs for path in pair)]
    run = subprocess.run(list(map(str, call)), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600)
    lines = run.stdout.splitlines()
    assert run.returncode in (0, 1) and lines and lines[-1].startswith(f"{len(pairs)} stores"), run.stdout[-3000:] + run.stderr[-3000:]
    return lines[:-1]


def test_upgraded_store_holds_what_the_reference_read_of_the_source(sources, upgraded):
    assert check([(dump(sources[name]), upgraded[name]) for name in sources]) == []


def test_other_chunks_codecs_and_shards_in_the_same_pass(sources, tmp_path):
    pairs = []
    for i, name in enumerate(CHANGED_ON_THE_WAY):
        shape = root(sources[name])["chunk_shape"]
        chunks = text(scaled(shape, [[2.0, 0.5], [0.7, 1.3]][i % 2]))
        shards = ",".join(["2"] * (len(shape) + (name == "pc3_attrchunk")))
        done("upgrade", sources[name], tmp_path / name, "--to", "0.9", "-c", chunks, "-z", "zstd:3", "-s", shards, "--verify", "full")
        codec = json.loads((tmp_path / name / "0/vertices/zarr.json").read_text())["codecs"][0]
        assert codec["name"] == "sharding_indexed"
        assert [inner["name"] for inner in codec["configuration"]["codecs"]] == ["vlen-bytes", "zstd"]
        pairs.append((dump(sources[name]), tmp_path / name))
    assert check(pairs) == []


def change(content, path, value):
    """A copy with another value at a path of keys; a function changes the one that is there."""
    changed = copy.deepcopy(content)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value(inner[path[-1]]) if callable(value) else value
    return changed


# What the checker must find: a store, where its dump is changed, and to what.
CHANGES = [
    ("pc3_f32", ["levels", 0, "vertices", 5, 1], lambda v: v + 0.25),
    ("stream3", ["levels", 0, "objects", 3], lambda o: o[::-1]),
    ("stream3", ["levels", 0, "groups"], lambda g: {} if isinstance(g, dict) else g[:-1]),
    ("graph3", ["levels", 0, "edges", 7], lambda e: e[::-1]),
    ("graph3", ["levels", 0, "edge_attributes", "weight", 0], 0.5),
    ("graph3", ["levels", 0, "object_attributes", "root", "values", 2], 7),
    ("skel3", ["levels", 0, "edges", 9, 1], lambda v: (v + 40) % 160),
    ("mesh3_tri", ["levels", 0, "faces", 3], lambda f: [f[1], f[0], f[2]]),
    ("pyr_stream3", ["levels", 0, "cross_level", "+1", 4, 1], lambda v: (v + 50) % 112),
    ("pyr_stream3", ["levels", 2, "level_attrs", "object_sparsity"], 0.25),
    ("parametric3", ["parametric", 1, "name"], "other"),
    ("pc3_objects", ["root", "links_convention"], "explicit"),
]


def test_checker_finds_what_differs(sources, upgraded, tmp_path):
    pairs = []
    for i, (name, path, value) in enumerate(CHANGES):
        changed = tmp_path / f"{i}.json"
        changed.write_text(json.dumps(change(json.loads(dump(sources[name]).read_text()), path, value)))
        pairs.append((changed, upgraded[name]))
    found = check(pairs)
    for changed, _ in pairs:
        assert any(line.startswith(f"FAIL {changed}") for line in found), CHANGES[int(changed.stem)]


def test_upgrade_in_place_keeps_the_backup_if_asked(sources, tmp_path):
    store = tmp_path / "brain.zarrvectors"
    shutil.copytree(sources["pyr_objects3"], store)
    done("upgrade", store, "--to", "0.9", "--in-place", "--keep-backup")
    document = json.loads((store / "zarr.json").read_text())["attributes"]
    assert (document["zarr_vectors"]["zv_version"], document["ome"]["name"]) == ("0.9.2", "brain")
    assert digest(store) == digest(tmp_path / "brain.zarrvectors.backup")
    assert root(tmp_path / "brain.zarrvectors.backup")["zv_version"] == "0.7.0"
    assert check([(dump(sources["pyr_objects3"]), store)]) == []


def test_number_for_absence_in_a_row_that_is_there_and_what_users_say(sources, tmp_path):
    """255 is what the 0.9 package takes for an absent uint8; links between chunks have groups of their own at 0.7."""
    store, there = tmp_path / "store", tmp_path / "there"
    shutil.copytree(sources["graph3"], store)
    values = [255, 254, 7, 1]
    attribute = store / "0/object_attributes/code"
    (attribute / "data/c").mkdir(parents=True)
    own = {"zv_array": "object_attribute", "name": "code", "dtype": "uint8", "shape": [4], "has_present_mask": False, "unit": "um"}
    (attribute / "zarr.json").write_text(json.dumps({"zarr_format": 3, "node_type": "group", "attributes": own}))
    (attribute / "data/c/0").write_bytes(bytes(values))
    (attribute / "data/zarr.json").write_text(json.dumps({
        "shape": [4], "data_type": "uint8", "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [4]}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}}, "fill_value": 0,
        "codecs": [{"name": "bytes"}], "attributes": {}, "zarr_format": 3, "node_type": "array", "storage_transformers": []}))
    crossing = store / "0/cross_chunk_links/0/zarr.json"
    document = json.loads(crossing.read_text())
    crossing.write_text(json.dumps(change(document, ["attributes", "note"], {"by": "hand"})))
    done("upgrade", store, there, "--to", "0.9", "--verify", "full")
    expected = {"dtype": "uint8", "values": values, "present_mask": None}
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(change(json.loads(dump(sources["graph3"]).read_text()), ["levels", 0, "object_attributes", "code"], expected)))
    assert check([(changed, there)]) == []
    assert json.loads((there / "0/links/0/zarr.json").read_text())["attributes"]["note"] == {"by": "hand"}
    code = json.loads((there / "0/object_attributes/code/zarr.json").read_text())
    assert (code["attributes"]["unit"], code["fill_value"]) == ("um", 253)


def make_bool_with_gaps(store):
    """An object attribute of type bool, some rows of which are absent."""
    path = store / "0/object_attributes/flag"
    for name, attributes in (("", {"zv_array": "object_attribute", "name": "flag", "dtype": "bool", "shape": [16], "has_present_mask": True}),):
        path.mkdir(parents=True)
        (path / "zarr.json").write_text(json.dumps({"zarr_format": 3, "node_type": "group", "attributes": attributes}))
    for name, blob in (("data", bytes([1] * 16)), ("present_mask", bytes([1] * 9 + [0] * 7))):
        array = path / name
        (array / "c").mkdir(parents=True)
        (array / "c/0").write_bytes(blob)
        (array / "zarr.json").write_text(json.dumps({
            "shape": [16], "data_type": "uint8", "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [16]}},
            "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}}, "fill_value": 0,
            "codecs": [{"name": "bytes"}], "attributes": {}, "zarr_format": 3, "node_type": "array", "storage_transformers": []}))


def make_unknown(member):
    def make(store):
        (store / member).mkdir(parents=True)
        (store / member / "zarr.json").write_text(json.dumps({"zarr_format": 3, "node_type": "group", "attributes": {}}))
    return make


@pytest.mark.parametrize(
    "name, make, words",
    [
        ("pyr_stream3", make_bool_with_gaps, r"flag' has no value for row 9.*bool"),
        ("pc3_f32", make_unknown("0/fragment_attributes"), r"fragment_attributes' is unknown to layout 0\.7.*Rename"),
        ("parametric3", make_unknown("parametric/extra"), r"parametric/extra' is unknown.*Move"),
    ],
)
def test_what_has_no_counterpart_is_refused_by_name(sources, name, make, words, tmp_path):
    store = tmp_path / "store"
    shutil.copytree(sources[name], store)
    make(store)
    assert_clear_refusal(rezarr("vectors", "upgrade", store, tmp_path / "there", "--to", "0.9"), (3,), words, hide=tmp_path)
    assert not (tmp_path / "there").exists()


def test_requests_that_make_no_sense_are_refused(sources, upgraded, tmp_path):
    there = tmp_path / "there"
    refused = [
        (["upgrade", upgraded["pc3_f32"], there, "--to", "0.9"], "is 0.9 already: use 'rezarr vectors rechunk'"),
        (["upgrade", sources["pc3_f32"], there, "--to", "0.8"], "upgraded to 0.9"),
        (["upgrade", sources["pc3_f32"], "--to", "0.9"], "DST is missing"),
        (["rechunk", sources["stream3"], there, "-c", "auto:5links"], "no links but those"),
        (["rechunk", sources["stream3"], there, "-c", "auto:many"], "no size"),
        (["rechunk", sources["graph3"], there, "-c", "auto:0links"], "at least 1"),
    ]
    for arguments, words in refused:
        assert_clear_refusal(rezarr("vectors", *arguments), (2,), words, hide=tmp_path)
        assert not there.exists(), arguments


def test_chunk_shape_that_is_chosen_keeps_to_its_limit(sources, tmp_path):
    """Twice as many points as fit: chunks are halved along one axis; info suggests what auto takes."""
    suggested = json.loads(done("info", sources["graph3"], "--json").out)["suggested_chunk_shape"]
    report = json.loads(done("upgrade", sources["graph3"], tmp_path / "auto", "--to", "0.9", "-c", "auto", "--json").out)
    assert report["chunk_shape"] == suggested
    report = json.loads(done("rechunk", sources["pc3_f32"], tmp_path / "small", "-c", "auto:2KiB", "--json").out)
    level = report["levels"][0]
    row = 12 + sum({"float32": 4, "uint8": 1}.get(a["type"], 8) * a["columns"] for a in json.loads(done("info", sources["pc3_f32"], "--json").out)["levels"][0]["attributes"])
    assert level["fullest_chunk_vertices"] * row <= 2048 < 8 * level["fullest_chunk_vertices"] * row
    assert any("the fullest holds" in note for note in report["notes"])
