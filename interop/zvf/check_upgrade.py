#!/usr/bin/env python3
"""Whether 0.9 stores hold what the 0.7 reference package read of the stores that they were upgraded from.

    check_upgrade.py DUMP DEST [DUMP DEST]...

DUMP is what zvf07_dump.py wrote of the source (NAME.expected.json). Runs where zarr-vectors 0.9 is installed, which reads DEST: every
vertex with its attributes, objects in order, edges, faces and trees with attributes, links between levels, object attributes with the
rows that are absent, groups, group attributes, parametric objects, metadata. Then the checks of check_09.py on a store alone, and the
reference's validator at level 5. Exit 0: all do. Exit 1: one line for each finding.
"""
from __future__ import annotations
import json, math, sys
from collections import Counter
from types import SimpleNamespace
import numpy as np
import check_09
from zarr_vectors.core import arrays as A
from zarr_vectors.types.parametric import read_parametric_objects
from zarr_vectors.validate import validate

ROOT_CHANGES = {"zv_version", "chunk_shape", "base_bin_shape"}
LEVEL_CHANGES = {"chunk_shape", "fragments_tile", "arrays_present"}


def js(v):
    """As zvf07_dump.py has numbers in JSON."""
    if isinstance(v, np.ndarray):
        return [js(x) for x in v.tolist()]
    if isinstance(v, (list, tuple)):
        return [js(x) for x in v]
    if isinstance(v, dict):
        return {k: js(x) for k, x in v.items()}
    if isinstance(v, (np.floating, float)):
        f = float(v)
        return f if math.isfinite(f) else "NaN" if f != f else "Infinity" if f > 0 else "-Infinity"
    return v.item() if isinstance(v, np.generic) else v


def text(value):
    return json.dumps(value, sort_keys=True)


def dump_keys(level):
    """One text for each vertex of a dump: its position and attributes."""
    names = sorted(level["vertex_attributes"])
    columns = [level["vertex_attributes"][n]["values"] for n in names]
    if "chunk_attribute" in level:
        columns.append(level["chunk_attribute"]["values"])
    return [text([position] + [column[i] for column in columns]) for i, position in enumerate(level["vertices"])]


def store_keys(level):
    """Likewise of a store."""
    names = sorted(n for n in level.vattr if not n.startswith("@"))
    columns = [[js(row if len(row) > 1 else row[0]) for row in level.vattr[n]] for n in names]
    if level.chunk_of.shape[1] > level.nd:
        values = level.meta.chunk_attribute_values
        columns.append([int(c) if values is None else values[c] for c in level.chunk_of[:, 0]])
    return [text([js(position)] + [column[i] for column in columns]) for i, position in enumerate(level.pos)]


def tree(level, rows, attributes):
    """Children and parents: those that fragments imply, and those of records, which go before them."""
    parents = {}
    for rows_of_fragment in level.frag_rows.values():
        parents.update(zip(rows_of_fragment[1:].tolist(), rows_of_fragment[:-1].tolist()))
    parents.update(dict(map(tuple, rows.tolist())))
    return sorted(parents.items())


def compare_links(say, want, store, number, ids):
    level = store.levels[number]
    family, records, attributes = level.links.get(0, ({}, [], {}))
    rows = check_09.endpoint_rows(store, number, 0, records)
    if want["kind"] == "path" or want["kind"] == "points":
        return
    edges = want["faces" if want["kind"] == "mesh" else "edges"] if want["kind"] != "points" else []
    found = tree(level, rows, attributes) if want["kind"] == "skeleton" else rows.tolist()
    keys = dump_keys(want)
    if Counter(tuple(keys[v] for v in edge) for edge in edges) != Counter(tuple(ids[v] for v in edge) for edge in found):
        say(f"{want['kind']}: other edges or faces ({len(edges)} wanted, {len(found)} found)")
        return
    for name, values in want.get("edge_attributes", {}).items():
        if name not in attributes and any(value is not None for value in values):
            say(f"edge attribute {name} is missing")
            continue
        none = {"f": "NaN", "b": False}.get(attributes[name].dtype.kind, 0)
        width = int(np.prod(attributes[name].shape[1:]))
        wanted = Counter((tuple(keys[v] for v in edge), text(none if width == 1 else [none] * width) if value is None else text(value))
                         for edge, value in zip(edges, values))
        have = [js(row if width > 1 else np.ravel(row)[0]) for row in attributes[name]]
        if wanted != Counter((tuple(ids[v] for v in edge), text(value)) for edge, value in zip(found, have)):
            say(f"edge attribute {name} has other values")


def compare_level(say, want, store, number, ids_of):
    level = store.levels[number]
    ids, keys = ids_of[number], dump_keys(want)
    if Counter(keys) != Counter(ids):
        say("other vertices or vertex attributes")
        return
    if str(level.dtype) != want["vertex_dtype"]:
        say(f"positions are {level.dtype}, wanted {want['vertex_dtype']}")
    for name, attribute in want["vertex_attributes"].items():
        meta = {k: v for k, v in attribute["meta"].items() if k not in ("zv_array",)}
        have = level.g.read_array_meta(f"vertex_attributes/{name}")
        if any(have.get(k) != v for k, v in meta.items()):
            say(f"vertex attribute {name} says {have}, wanted {meta}")
    objects = want.get("objects")
    if (objects is None) != (level.objects is None):
        say("objects are in one of them only")
    elif objects is not None:
        walk = lambda manifest: [ids[r] for fragment in manifest for r in level.frag_rows[fragment]]
        order = list if want["objects_ordered"] else sorted
        if sorted(level.objects) != list(range(len(objects))):
            say("other object ids")
        elif any(order(keys[v] for v in o) != order(walk(level.objects[i])) for i, o in enumerate(objects)):
            say("objects have other vertices")
    compare_links(say, want, store, number, ids)
    for delta, pairs in want["cross_level"].items():
        there = next(keys_of for keys_of in [ids_of[number + int(delta)]])
        rows = check_09.endpoint_rows(store, number, int(delta), level.links.get(int(delta), ({}, [], {}))[1]).reshape(-1, 2)
        other = dump_keys(store.dump["levels"][number + int(delta)])
        if Counter((keys[a], other[b]) for a, b in pairs) != Counter((ids[a], there[b]) for a, b in rows.tolist()):
            say(f"other links {delta}")
    for name, attribute in want["object_attributes"].items():
        have = level.oattr.get(name)
        if have is None or str(have.dtype) != attribute["dtype"] or len(have) != len(attribute["values"]):
            say(f"object attribute {name} is missing, of another type or length")
            continue
        mask = A.read_object_attribute_present_mask(level.g, name)
        wanted = attribute["present_mask"] or [1] * len(have)
        for row, is_there in enumerate(wanted):
            if is_there and text(js(have[row])) != text(attribute["values"][row]) or not is_there and (mask is None or mask[row]):
                say(f"object attribute {name} row {row}: {js(have[row])}")
                break
            if is_there and mask is not None and not mask[row] and have.dtype.kind in "iu":
                say(f"object attribute {name} row {row} reads as absent")
                break
    groups = want.get("groups") or {}
    wanted = [list(groups[k]) for k in sorted(groups, key=int)] if isinstance(groups, dict) else [list(g) for g in groups]
    if [sorted(g) for g in level.groups or []] != [sorted(g) for g in wanted]:
        say(f"groups {level.groups}, wanted {wanted}")
    for name, attribute in want["group_attributes"].items():
        have = level.gattr.get(name)
        if have is None or str(have.dtype) != attribute["dtype"] or text(js(have)) != text(attribute["values"]):
            say(f"group attribute {name} differs")
    own = level.attrs["zarr_vectors_level"]
    for key in sorted(set(want["level_attrs"]) - LEVEL_CHANGES):
        if own.get(key) != want["level_attrs"][key]:
            say(f"level says {key} = {own.get(key)}, wanted {want['level_attrs'][key]}")


def compare(dump, path):
    findings = check_09.Cmp()
    store = check_09.load(path)
    store.dump = dump
    root = store.attrs["zarr_vectors"]
    if root["zv_version"] != "0.9.2":
        findings.e(f"version is {root['zv_version']}")
    for key in sorted(set(dump["root"]) - ROOT_CHANGES):
        if root.get(key) != dump["root"][key]:
            findings.e(f"root says {key} = {root.get(key)}, wanted {dump['root'][key]}")
    if store.attrs["multiscales"][0]["axes"] != dump["axes"]:
        findings.e("other axes")
    is_as_it_was = all(root.get(key) == dump["root"].get(key) for key in ("chunk_shape", "base_bin_shape"))
    if is_as_it_was and store.attrs["multiscales"][0]["datasets"] != dump["multiscales_datasets"]:
        findings.e("other multiscales, although chunks are as they were")
    ome = store.attrs.get("ome", {})
    names = [node["name"] for node in ome.get("nodes", [])]
    if ome.get("version") != "0.6" or not ome.get("name") or names != [str(n) for n in sorted(store.levels)]:
        findings.e(f"ome is {ome}")
    if sorted(store.levels) != [level["level"] for level in dump["levels"]]:
        findings.e(f"levels {sorted(store.levels)}")
        return findings
    ids = {number: store_keys(level) for number, level in store.levels.items()}
    for want in dump["levels"]:
        compare_level(lambda m, n=want["level"]: findings.e(f"level {n}: {m}"), want, store, want["level"], ids)
    if "parametric" in dump:
        if text(js(read_parametric_objects(str(path)))) != text(dump["parametric"]):
            findings.e("other parametric objects")
        for name, values in dump["parametric_attributes"].items():
            if text(js(store.root.zarr_group[f"parametric/object_attributes/{name}"][...])) != text(values):
                findings.e(f"parametric object attribute {name} differs")
    check_09.check_dest(findings, store, SimpleNamespace(chunk_shape=None, bin_shape=None, no_placement=False))
    result = validate(str(path), level=5)
    for error in result.errors[:5]:
        findings.e(f"validator: {error}")
    return findings


def main(arguments):
    failed = 0
    for dump, path in zip(arguments[::2], arguments[1::2], strict=True):
        with open(dump) as file:
            content = json.load(file)
        try:
            findings = compare(content, path).err
        except Exception as e:
            findings = [f"cannot be read: {type(e).__name__}: {e}"]
        for finding in dict.fromkeys(findings):
            failed += 1
            print(f"FAIL {dump} {path}: {finding}")
    print(f"{len(arguments) // 2} stores, {failed} findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
