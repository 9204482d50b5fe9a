"""What goes wrong in the middle of a run: one line that says what and where, the right exit code, nothing at the destination, nothing beside it."""

import os
import random
import resource
import shlex
import shutil
import signal
import subprocess
import time

import numcodecs
import numpy as np
import pytest
import zarr
from large import LargeArray
from support import COMMAND, TRACE, assert_clear_refusal, entries, rezarr, start

MIB = 1 << 20
INTERRUPTS = int(os.environ.get("REZARR_INTERRUPTS", "12"))
QUIET = ["--progress", "none"]

# Every way that a unit takes: assembled, recoded, moved as it is, moved into a shard, into one shard with others.
WAYS = {
    "direct": "-c 8,96,96",
    "one chunk": "-c -1,-1,-1",
    "recode": "-c keep -z zstd:3",
    "pass-through": "-c keep",
    "pack": "--format v3 -c keep -s -1,-1,-1",
    "shard": "--format v3 -c 16,32,32 -s -1,-1,-1",
    "verified": "-c 8,96,96 --verify written",
    "shuffle": "-c -1,96,96 --strategy shuffle",
}
MIDDLE = "4.2.2"


@pytest.fixture
def source(tmp_path):
    """8 x 4 x 4 chunks of 64 KiB in a folder of its own."""
    compressor = numcodecs.Blosc("lz4", 5, 1)
    return LargeArray(tmp_path / "in" / "a.zarr", (64, 256, 256), (8, 64, 64), "<u2", compressor).path


@pytest.fixture
def outside(tmp_path):
    """The folder of the destination, in which nothing else lies."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def replace(source, key, content):
    """Another content for one chunk; not in place, since chunks share their bytes."""
    (source / key).unlink()
    (source / key).write_bytes(content)


def truncated(source):
    replace(source, MIDDLE, (source / MIDDLE).read_bytes()[:-5])


def altered_header(source):
    content = bytearray((source / MIDDLE).read_bytes())
    content[4] ^= 1  # the decoded size
    replace(source, MIDDLE, content)


def much_too_long(source):
    (source / MIDDLE).unlink()
    with open(source / MIDDLE, "wb") as chunk:
        chunk.truncate(1 << 40)


def directory(source):
    (source / MIDDLE).unlink()
    (source / MIDDLE).mkdir()


def dangling_link(source):
    (source / MIDDLE).unlink()
    (source / MIDDLE).symlink_to("nowhere")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "fault, codes",
    [(truncated, (3,)), (altered_header, (3,)), (much_too_long, (3,)), (directory, (5,)), (dangling_link, (5,))],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_unreadable_chunk_in_the_middle(source, outside, way, fault, codes):
    fault(source)
    before = os.listdir(source)

    result = rezarr("rechunk", source, outside / "b.zarr", *WAYS[way].split(), *QUIET)

    assert_clear_refusal(result, codes, rf"(^|\W){MIDDLE}(\W|$)", hide=source)
    assert not entries(outside), f"something was left{result}"
    assert os.listdir(source) == before


def test_altered_inner_chunk_in_the_middle_of_a_shard(tmp_path, outside):
    path = tmp_path / "sharded.zarr"
    array = zarr.create_array(
        str(path), shape=(64, 64), chunks=(8, 8), shards=(32, 32), dtype="u2", compressors=zarr.codecs.ZstdCodec(checksum=True)
    )
    array[...] = np.random.default_rng(0).integers(0, 99, (64, 64), dtype="u2")
    shard = bytearray((path / "c/1/0").read_bytes())
    for at in range(300, 1200, 7):
        shard[at] ^= 0x55
    (path / "c/1/0").write_bytes(shard)

    result = rezarr("rechunk", path, outside / "b.zarr", "-c", "16,16", "-s", "none", *QUIET)

    assert_clear_refusal(result, (3,), r"c/1/0.*inner chunk", hide=path)
    assert not entries(outside), f"something was left{result}"


def test_in_place_run_leaves_everything_as_it_was(source):
    truncated(source)
    before = entries(source.parent)
    result = rezarr("rechunk", source, "--in-place", "-c", "8,96,96", *QUIET)
    assert_clear_refusal(result, (3,), rf"(^|\W){MIDDLE}(\W|$)", hide=source)
    assert entries(source.parent) == before


def may_mount(folder):
    """Whether this user may have a file system of his own."""
    script = 'mount -t tmpfs -o size=1m none "$0"'
    return subprocess.run(["unshare", "-rm", "sh", "-c", script, folder], capture_output=True).returncode == 0


@pytest.mark.parametrize("way", ["direct", "pack", "shard", "recode"])
def test_full_disk(source, tmp_path, outside, way):
    """On a file system of 1 MiB, where the user may make one; else the test below is all there is. The results have about 2 MiB."""
    if not may_mount(outside):
        return
    listing = tmp_path / "left"
    command = shlex.join([*COMMAND, "rechunk", str(source), str(outside / "b.zarr"), *WAYS[way].split(), *QUIET])
    script = f'mount -t tmpfs -o size=1m none "$0" && {{ {command}; code=$?; find "$0" -mindepth 1 > "$1"; exit $code; }}'

    result = rezarr(command=["unshare", "-rm", "sh", "-c", script, str(outside), str(listing)])

    assert_clear_refusal(result, (5,), r"b\.zarr.*No space left on device")
    assert listing.read_text() == "", f"something was left{result}"


@pytest.mark.parametrize("way", ["pack", "shard", "one chunk"])
def test_disk_that_fails_within_a_file(source, outside, way):
    """By a limit for the size of a file, which the codecs' libraries still fit in when they are unpacked."""
    limit = 3 * MIB
    process = subprocess.Popen(
        [*COMMAND, "rechunk", str(source), str(outside / "b.zarr"), *WAYS[way].split(), "-z", "none", *QUIET],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    out, err = process.communicate(timeout=120)
    assert process.returncode == 5, (process.returncode, out, err)
    assert b"File too large" in err and b"b.zarr" in err and not TRACE.search(err.decode()), err
    assert not entries(outside), "something was left"


SLOW = {
    "direct": "-c 8,96,96 -z zstd:19",
    "shard": "--format v3 -c 16,32,32 -s -1,-1,-1 -z zstd:19",
    "recode": "-c keep -z zstd:19",
    "shuffle": "-c -1,32,32 -z zstd:19 --strategy shuffle",
}


@pytest.fixture
def slow(tmp_path):
    """Takes seconds at zstd's high levels."""
    return LargeArray(tmp_path / "in" / "s.zarr", (32, 512, 512), (8, 64, 64), "<u2", None, noise=1).path


@pytest.mark.parametrize("way", SLOW)
def test_interrupts_at_random_moments(slow, outside, way):
    command = ["rechunk", slow, outside / "b.zarr", *SLOW[way].split(), "-j", "2", *QUIET]
    begin = time.monotonic()
    assert rezarr(*command).code == 0
    length = time.monotonic() - begin
    shutil.rmtree(outside / "b.zarr")
    draw = random.Random(way)
    for _ in range(-(-INTERRUPTS // len(SLOW))):
        delay = draw.uniform(0.02, 1.0) * length
        process = start(*command)
        time.sleep(delay)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
        print(f"{way}: interrupted after {delay:.3f} of {length:.3f} s, exit {process.returncode}")
        # Before Java has begun, the launcher is what is interrupted; once the result stands, the run is a success.
        assert process.returncode in (130, -signal.SIGINT, 0), (process.returncode, out, err)
        assert not TRACE.search(err.decode()), err
        if process.returncode == 0:
            assert os.listdir(outside) == ["b.zarr"]
            shutil.rmtree(outside / "b.zarr")
        elif entries(outside):
            # What was finished stays for another run, and goes if it is not wanted.
            assert b"--resume" in err, (delay, err)
            assert rezarr("recover", outside / "b.zarr").code == 0
        assert not entries(outside), (delay, process.returncode, err)


def chunks_below(folder):
    """How many files there are in folders below this one: chunks, wherever a run has them until it commits."""
    return sum(len(files) for path, _, files in os.walk(folder) if path != str(folder))


@pytest.mark.parametrize("way", SLOW)
def test_source_that_vanishes_is_no_empty_source(slow, outside, way):
    """Chunks that are gone read as absent; that the metadata are gone, too, must be noticed before anything is committed."""
    process = start("rechunk", slow, outside / "b.zarr", *SLOW[way].split(), "-j", "1", *QUIET)
    deadline = time.monotonic() + 60
    while not chunks_below(outside) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert process.poll() is None, process.communicate()
    slow.rename(slow.with_name("elsewhere"))
    out, err = process.communicate(timeout=120)
    assert process.returncode in (3, 5), (process.returncode, out, err)
    assert b"s.zarr" in err and not TRACE.search(err.decode()), err
    assert not entries(outside), "something was left"
