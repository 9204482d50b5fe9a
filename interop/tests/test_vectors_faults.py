"""Rewriting vector stores and making pyramids of them, killed, interrupted, and with what fails in the midst of it: the old store, or the new one, never anything between."""

import json
import os
import resource
import shutil
import signal
import time

import pytest
from large_vectors import write_points, write_streamlines
from support import Kills, assert_clear_refusal, entries, identities, looks_like_zarr, rezarr, start
from test_vectors_rechunk import check

KILLS = int(os.environ.get("REZARR_KILLS", "20"))
REWRITE = ["-c", "250,250,250", "-m", "64MiB", "-j", "2", "--quiet"]


def in_place(store):
    return ["vectors", "rechunk", store, "--in-place", *REWRITE]


@pytest.fixture(scope="module", params=["0.7", "0.9"])
def lines(request, tmp_path_factory):
    store = tmp_path_factory.mktemp("lines") / "lines"
    write_streamlines(store, 300, 100, request.param, chunks_along=4)
    return store


@pytest.fixture
def slow(tmp_path):
    """One whose rewriting takes a while."""
    write_points(tmp_path / "slow", 300_000, chunks_along=16)
    return tmp_path / "slow"


SMALL = ["-m", "16MiB", "-j", "2", "--quiet"]
PYRAMID = ["build-pyramid", "--factor=2:1", "--factor=4:2", *SMALL]
KILLED = {
    # What is killed, whether in place, the layout of its source, and that of its result.
    "rechunk 0.7": (["rechunk", *REWRITE], True, "0.7", "07"),
    "rechunk 0.9": (["rechunk", *REWRITE], True, "0.9", "09"),
    "pyramid of points": (PYRAMID, True, "points", "09"),
    "pyramid there": (PYRAMID, False, "0.7", "07"),
    "upgrade": (["upgrade", "--to", "0.9", *SMALL], True, "0.7", "09"),
}


@pytest.fixture(scope="module")
def killed_source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("killed")

    def of(kind):
        path = folder / kind
        if not path.exists():
            if kind == "points":
                write_points(path, 100_000, chunks_along=4, bins_along=8)
            else:
                write_streamlines(path, 1000, 100, kind, chunks_along=3)
        return path

    return of


@pytest.mark.parametrize("case", KILLED)
def test_killed_run_is_recovered(killed_source, tmp_path, case):
    (command, *options), is_in_place, kind, layout = KILLED[case]
    source = killed_source(kind)
    before = entries(source)
    kills = Kills(-(-KILLS // 4), case)
    outcomes = {"old": 0, "new": 0}

    def run(folder):
        """The command for a copy of the source, where its result will stand, and where it is written."""
        if is_in_place:
            shutil.copytree(source, folder / "store")
            return ["vectors", command, folder / "store", "--in-place", *options], folder / "store", folder / "store.rechunked"
        folder.mkdir()
        return ["vectors", command, source, folder / "store", *options], folder / "store", folder / "store"

    arguments, made, staged = run(tmp_path / "whole")
    kills.measure(staged, *arguments)
    after = entries(made)
    assert after != before
    check(layout, made, made)
    for attempt in kills:
        folder = tmp_path / str(attempt)
        arguments, store, staged = run(folder)
        is_killed = kills.kill(staged, *arguments)
        if looks_like_zarr(store):
            # What a reader finds is one of the two.
            seen = {name: entry for name, entry in entries(store).items() if not name.startswith(".rezarr")}
            assert seen in (before, after), f"neither the old nor the new store at {store}"

        result = rezarr("recover", store)

        assert result.code == 0, str(result)
        left = [name for name in os.listdir(folder) if name != "store"]
        assert all(name.startswith(".rezarr-scratch-") for name in left), f"something was left: {left}{result}"
        assert entries(source) == before
        if store.exists():
            now = entries(store)
            assert now == after or is_in_place and now == before, f"neither the old nor the new store{result}"
            outcomes["new" if now == after else "old"] += is_killed
        else:
            assert not is_in_place
            outcomes["old"] += is_killed
        if left:
            # Scratch files of the dead are removed by the next run that makes some there. Whether all fits in memory depends on the moment.
            shutil.rmtree(store, ignore_errors=True)
            for _ in range(20):
                shutil.rmtree(tmp_path / "again", ignore_errors=True)
                arguments, store, _ = run(tmp_path / "again")
                again = rezarr(*arguments, "--json", f"--scratch={folder}")
                assert again.code == 0, str(again)
                assert entries(store) == after
                if json.loads(again.out)["scratch_bytes"] > 0:
                    break
            assert not os.listdir(folder), str(again)
            shutil.rmtree(tmp_path / "again")
        shutil.rmtree(folder)
    print(f"{kills.killed} of {kills.attempts} runs killed within {kills.span:.2f} s: {outcomes}")


@pytest.mark.parametrize("way", ["in place", "there"])
def test_unreadable_chunk_in_the_middle(lines, tmp_path, way):
    store = tmp_path / "store"
    shutil.copytree(lines, store)
    vertices = store / "0" / "vertices"
    chunk = vertices / "1.2.2" / "c" / "0" if (vertices / "1.2.2").exists() else vertices / "c" / "1" / "2" / "2"
    chunk.unlink()
    chunk.mkdir()
    before = identities(store)
    options = in_place(store) if way == "in place" else ["vectors", "rechunk", store, tmp_path / "there", *REWRITE]
    assert_clear_refusal(rezarr(*options), (3, 5), "/".join(chunk.relative_to(store).parts))
    assert identities(store) == before
    assert os.listdir(tmp_path) == ["store"]


@pytest.mark.parametrize("what", ["chunk", "scratch"])
@pytest.mark.parametrize("way", ["in place", "there"])
def test_disk_that_fails_within_a_file(tmp_path, way, what):
    """By a limit for the size of a file: met by a chunk of 600 kB, or by a scratch file while chunks have 190."""
    points, along, limit = (400_000, 4, 400_000) if what == "chunk" else (1_000_000, 8, 250_000)
    store = tmp_path / "store"
    write_points(store, points, chunks_along=along)
    before = identities(store)
    options = in_place(store) if way == "in place" else ["vectors", "rechunk", store, tmp_path / "there", *REWRITE]
    result = rezarr(*options, limits={resource.RLIMIT_FSIZE: limit})
    assert_clear_refusal(result, (5,), "File too large", hide=tmp_path)
    assert ("vertices/c/" if what == "chunk" else "scratch") in result.err, str(result)
    assert identities(store) == before
    assert os.listdir(tmp_path) == ["store"]


@pytest.mark.parametrize("way", ["in place", "there"])
def test_interrupt_leaves_everything_as_it_was(slow, tmp_path, way):
    before = identities(slow)
    options = in_place(slow) if way == "in place" else ["vectors", "rechunk", slow, tmp_path / "there", *REWRITE]
    begin = time.monotonic()
    process = start(*options)
    staged = tmp_path / ("slow.rechunked" if way == "in place" else "there")
    while not staged.exists():
        assert process.poll() is None and time.monotonic() < begin + 60, process.communicate()
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, (process.returncode, out, err)
    assert identities(slow) == before
    assert os.listdir(tmp_path) == ["slow"]
