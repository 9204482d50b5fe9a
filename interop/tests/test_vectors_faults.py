"""Rewriting vector stores, killed, interrupted, and with what fails in the midst of it: the old store, or the new one, never anything between."""

import json
import os
import random
import resource
import shutil
import signal
import time

import pytest
from large_vectors import write_points, write_streamlines
from support import assert_clear_refusal, entries, identities, rezarr, start

KILLS = int(os.environ.get("REZARR_KILLS", "20"))
REWRITE = ["-c", "250,250,250", "-m", "64MiB", "-j", "2", "--quiet"]


def in_place(store):
    return ["vectors", "rechunk", store, "--in-place", *REWRITE]


def digest(store):
    result = rezarr("vectors", "digest", store, "--json")
    assert result.code == 0, str(result)
    return json.loads(result.out)["digest"]



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


def test_killed_swap_is_recovered(lines, tmp_path):
    before, content = entries(lines), digest(lines)
    shutil.copytree(lines, tmp_path / "measure")
    begin = time.monotonic()
    done = rezarr(*in_place(tmp_path / "measure"))
    assert done.code == 0, str(done)
    length = time.monotonic() - begin
    after = entries(tmp_path / "measure")
    shutil.rmtree(tmp_path / "measure")
    draw = random.Random(len(before))
    outcomes = {"old": 0, "new": 0}
    for attempt in range(-(-KILLS // 4)):
        folder = tmp_path / str(attempt)
        store = folder / "store"
        shutil.copytree(lines, store)
        process = start(*in_place(store))
        time.sleep(draw.uniform(0.3, 1.05) * length)
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # it had already finished
        process.communicate()

        result = rezarr("recover", store)

        assert result.code == 0, str(result)
        left = [name for name in os.listdir(folder) if name != "store"]
        assert all(name.startswith(".rezarr-scratch-") for name in left), f"something was left: {left}{result}"
        now = entries(store)
        assert now in (before, after), f"neither the old nor the new store{result}"
        outcomes["old" if now == before else "new"] += 1
        assert digest(store) == content
        if left:
            # Scratch files of the dead are removed by the next run that needs some there.
            again = rezarr(*in_place(store))
            assert again.code == 0, str(again)
            assert os.listdir(folder) == ["store"]
        shutil.rmtree(folder)
    print(f"killed within {length:.2f} s: {outcomes}")


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
