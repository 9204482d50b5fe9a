#!/usr/bin/env python3
"""Pyramids of the reference package, and what others make of the same stores, compared level by level.

  compare_pyramids.py build JOBS      JOBS: JSON, a list of [store, arguments of build_pyramid]; builds them in place
  compare_pyramids.py compare JOBS    JOBS: JSON, a list of [reference, other, options]; options: {"skip": [...]}, see below

Metavertices are matched by position, each with the nearest one, within the rounding of float32. Compared are then: manifests of every object, attributes of objects, links between
levels, the attributes of levels, and what the root says. The reference's validator judges the other one. "skip": "object_attributes", "links".
Exit code 0: alike; 1: not, and what differs is printed.
"""

import importlib.metadata
import json
import sys
import warnings

import numpy as np

warnings.simplefilter("ignore")

OLD = not importlib.metadata.version("zarr-vectors").startswith("0.9")
LEVEL_MEMBERS = [
    "level", "object_sparsity", "vertex_count", "coarsening_method", "parent_level", "arrays_present", "chunk_shape",
    "preserves_object_ids", "inherited_num_objects", "shared_fragments",
]


class Loaded:
    """Of each level: positions, what each object has of them, attributes of objects, links by delta as pairs of rows."""

    def __init__(self, path):
        self.attributes = json.loads((path / "zarr.json").read_text())["attributes"]
        self.levels = {}
        (self._load_07 if OLD else self._load_09)(path)

    def _load_07(self, path):
        import zvf07_dump as dump

        store = dump.load(path)
        assert not store.problems, store.problems
        for number, level in store.levels.items():
            objects = None if level.objects is None else {i: np.asarray(rows, np.int64) for i, rows in enumerate(level.objects)}
            links = {d: np.asarray(pairs, np.int64).reshape(-1, 2) for d, pairs in level.xl.items() if pairs is not None}
            present = {name: (values, mask) for name, (values, mask) in level.oattr.items()}
            self.levels[number] = (np.asarray(level.pos), objects, present, links, level.attrs)

    def _load_09(self, path):
        import check_09 as check

        store = check.load(path)
        for number, level in store.levels.items():
            assert not level.link_bad, level.link_bad
            objects = None
            if level.objects is not None:
                rows = {o: [level.frag_rows[entry] for entry in manifest] for o, manifest in level.objects.items()}
                objects = {o: np.concatenate(r) if r else np.zeros(0, np.int64) for o, r in rows.items()}
            links = {d: check.endpoint_rows(store, number, d, records[1]).reshape(-1, 2) for d, records in level.links.items() if d != 0}
            present = {name: (values, None) for name, values in level.oattr.items()}
            self.levels[number] = (np.asarray(level.pos), objects, present, links, level.attrs["zarr_vectors_level"])


def matching(reference, other, place):
    """For each row of the other the row of the reference that lies nearest; none twice."""
    assert len(reference) == len(other), f"{place}: {len(other)} vertices, the reference has {len(reference)}"
    if len(reference) == 0:
        return np.zeros(0, np.int64)
    reference, other = reference.astype("f8"), other.astype("f8")
    nearest = np.empty(len(other), np.int64)
    order = np.argsort(reference[:, 0], kind="stable")
    most = 3e-6 * np.maximum(1.0, np.abs(other).max(axis=1))
    begins = np.searchsorted(reference[order, 0], other[:, 0] - most, "left")
    ends = np.searchsorted(reference[order, 0], other[:, 0] + most, "right")
    for row, position in enumerate(other):
        near = order[begins[row] : ends[row]]
        distance = np.abs(reference[near] - position).max(axis=1, initial=0)
        assert len(near) and distance.min() <= most[row], f"{place}: {position} is not within {most[row]} of any of the reference"
        nearest[row] = near[distance.argmin()]
    assert len(set(nearest)) == len(nearest), f"{place}: two are nearest to one of the reference"
    return nearest


def ranks(reference, other, place):
    """Rows of level 0 by their position: equal ones are one."""
    kinds, ours = np.unique(np.concatenate([reference, other]), axis=0, return_inverse=True)
    ours = ours.reshape(-1)
    assert sorted(ours[: len(reference)]) == sorted(ours[len(reference) :]), f"{place}: level 0 differs"
    return ours[: len(reference)], ours[len(reference) :]


def compare(reference, other, skip):
    ids = {}
    assert sorted(reference.levels) == sorted(other.levels), f"levels {sorted(other.levels)}, the reference has {sorted(reference.levels)}"
    for number, (positions, objects, attributes, _, metadata) in sorted(other.levels.items()):
        theirs = reference.levels[number]
        place = f"level {number}"
        if number == 0:
            ids[0] = ranks(theirs[0], positions, place)
            continue
        ids[number] = np.arange(len(theirs[0])), matching(theirs[0], positions, place)
        for member in LEVEL_MEMBERS:
            assert metadata.get(member) == theirs[4].get(member), f"{place}: {member} is {metadata.get(member)}, not {theirs[4].get(member)}"
        assert (objects is None) == (theirs[1] is None), f"{place}: objects"
        for o in theirs[1] or {}:
            found, expected = ids[number][1][objects[o]], theirs[1][o]
            assert np.array_equal(found, expected), f"{place}: object {o} is {found}, not {expected}"
        if "object_attributes" not in skip:
            assert sorted(attributes) == sorted(theirs[2]), f"{place}: attributes {sorted(attributes)}, not {sorted(theirs[2])}"
            for name, (values, mask) in theirs[2].items():
                found, present = attributes[name]
                assert np.array_equal(np.asarray(found), np.asarray(values), equal_nan=np.asarray(values).dtype.kind == "f"), f"{place}: attribute {name}"
                one, two = (np.ones(len(values)) if rows is None else np.asarray(rows) for rows in (mask, present))
                assert np.array_equal(one, two), f"{place}: present rows of {name}"
    for number, (_, _, _, links, _) in sorted(other.levels.items()):
        if "links" in skip:
            break
        theirs = reference.levels[number][3]
        found = {d for d, pairs in links.items() if len(pairs)}
        expected = {d for d, pairs in theirs.items() if len(pairs)}
        assert found == expected, f"level {number}: links {sorted(found)}, not {sorted(expected)}"
        for delta in expected:
            one = sorted(zip(ids[number][0][theirs[delta][:, 0]].tolist(), ids[number + delta][0][theirs[delta][:, 1]].tolist()))
            two = sorted(zip(ids[number][1][links[delta][:, 0]].tolist(), ids[number + delta][1][links[delta][:, 1]].tolist()))
            assert one == two, f"level {number}: links {delta} differ: {len(two)}, not {len(one)}; {sorted(set(two) ^ set(one))[:5]}"


def require_same_scales(expected, found):
    """That of 0.7 rounds the scale, which is the bin in bins of level 0, to whole numbers; its translation, half the bin, is right."""
    assert [dataset["path"] for dataset in found] == [dataset["path"] for dataset in expected]
    for one, two in zip(expected, found):
        (scale, shift), (our_scale, our_shift) = one["coordinateTransformations"], two["coordinateTransformations"]
        assert our_shift == shift, (our_shift, shift)
        found = np.round(our_scale["scale"]) if OLD else our_scale["scale"]
        assert np.array_equal(found, scale["scale"]), (our_scale, scale)


def build(store, arguments):
    """The reference's build_pyramid; its packages have no way to select paths by length, so that this is put in their place."""
    from pathlib import Path

    from zarr_vectors.multiresolution import coarsen

    selects = coarsen.apply_sparsity

    def longest(count, sparsity, *_, **__):
        if sparsity >= 1.0:
            return np.arange(count)
        levels = Loaded(Path(store)).levels
        positions, objects, *_ = levels[max(levels)]
        steps = [np.diff(positions[objects[o]].astype("f8"), axis=0) for o in objects]
        lengths = np.array([np.sqrt((step**2).sum(axis=1)).sum() for step in steps])
        return np.sort(np.argsort(-lengths, kind="stable")[: max(1, round(count * sparsity))])

    arguments = {**arguments, "factors": [tuple(factors) for factors in arguments["factors"]]}
    if arguments.get("sparsity_strategy") == "length":
        coarsen.apply_sparsity = longest
    try:
        coarsen.build_pyramid(store, **arguments)
    finally:
        coarsen.apply_sparsity = selects


def main():
    from pathlib import Path

    from zarr_vectors.validate import validate

    what, jobs = sys.argv[1], json.loads(Path(sys.argv[2]).read_text())
    failed = 0
    for job in jobs:
        if what == "build":
            build(*job)
            continue
        reference, other, options = job
        try:
            verdict = validate(other, level=5)
            assert verdict.ok, verdict.errors
            one, two = Loaded(Path(reference)), Loaded(Path(other))
            compare(one, two, options.get("skip", []))
            for member in ("format_capabilities", "cross_level_depth", "cross_level_storage"):
                found, expected = two.attributes["zarr_vectors"].get(member), one.attributes["zarr_vectors"].get(member)
                alike = set(found) == set(expected) if member == "format_capabilities" else found == expected
                assert alike, f"root: {member} is {found}, not {expected}"
            require_same_scales(one.attributes["multiscales"][0]["datasets"], two.attributes["multiscales"][0]["datasets"])
            verdict = validate(other, level=5)
            assert verdict.ok, verdict.errors
        except Exception as e:  # every job is judged
            failed += 1
            print(f"{other}: {type(e).__name__}: {e}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
