"""Stores that are no local directories: zip files by zarr-python, HTTP servers, S3 (moto's server); and servers that break requests."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import zarr
from support import ROOT, assert_clear_refusal, rezarr
from test_vectors_rechunk import names, root, scaled, text, unpack
from zarr.storage import ZipStore

sys.path.insert(0, str(ROOT / "interop/stores"))
from faulty import Faults, directory, server  # noqa: E402

QUIET = ["--progress", "none"]
S3_PYTHON = ROOT / ".venv-s3/bin/python"
# With "each", every kind of fault at every request: some minutes.
FAULT_KINDS = os.environ.get("REZARR_STORE_FAULT_KINDS", "rotating")
MAX_FAULTS = int(os.environ.get("REZARR_STORE_FAULTS", "50"))
VECTORS = next(name for name in names("09") if "bins" in name or "points" in name)


def write(store, zarr_format):
    random = np.random.default_rng(7)
    group = zarr.create_group(store, zarr_format=zarr_format)
    tas = group.create_array("tas", shape=(40, 30), chunks=(10, 10), dtype="f4", fill_value=np.nan)
    tas[:, :20] = random.normal(size=(40, 20))
    group.create_array("g/point", shape=(), dtype="i8", chunks=())[...] = 7
    if zarr_format == 3:
        sharded = group.create_array("sharded", shape=(40, 30), chunks=(5, 5), shards=(20, 15), dtype="i4")
        sharded[:20] = random.integers(0, 1000, (20, 30))
    group.attrs["title"] = "written twice"  # a zip store gets a second entry of that name
    zarr.consolidate_metadata(store)


@pytest.mark.parametrize("zarr_format", [2, 3])
@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_zip_files_of_zarr_python_are_sources(tmp_path, zarr_format, compression):
    archive = tmp_path / "in.zip"
    with ZipStore(archive, mode="w", compression=compression) as store:
        write(store, zarr_format)
    with zipfile.ZipFile(archive) as listed:
        assert len(listed.namelist()) > len(set(listed.namelist()))
    shards = ["-s", "sharded:none"] if zarr_format == 3 else []
    run = rezarr("rechunk", archive, tmp_path / "out.zarr", "-c", "tas:-1,6", *shards, "--verify", "full", *QUIET)
    assert run.code == 0, run
    with ZipStore(archive, mode="r") as store:
        source = zarr.open_group(store, mode="r")
        result = zarr.open_group(tmp_path / "out.zarr", mode="r")
        assert dict(result.attrs) == dict(source.attrs) == {"title": "written twice"}
        names = [name for name, node in source.members(max_depth=None) if isinstance(node, zarr.Array)]
        assert len(names) == zarr_format
        for name in names:
            np.testing.assert_array_equal(result[name][...], source[name][...])
        assert result["tas"].chunks == (40, 6)
    if compression == zipfile.ZIP_STORED:
        for command in ("digest", "info"):
            assert rezarr(command, archive).code == 0
        assert rezarr("diff", f"zip:{archive}", tmp_path / "out.zarr", *QUIET).code == 0
        assert_clear_refusal(rezarr("rechunk", archive, tmp_path / "out.zip", "-c", "keep"), {2}, r"out\.zip' can only be read")


def test_vector_stores_in_zip_files(tmp_path):
    source = unpack("09", VECTORS, tmp_path)
    chunks = text(scaled(root(source)["chunk_shape"], [2.0]))
    archive = shutil.make_archive(str(tmp_path / "vectors"), "zip", source)
    digest = rezarr("vectors", "digest", source)
    assert digest.code == 0, digest
    assert rezarr("vectors", "digest", archive).out == digest.out
    assert rezarr("vectors", "info", archive).code == 0
    assert rezarr("vectors", "validate", archive).code == 0
    run = rezarr("vectors", "rechunk", archive, tmp_path / "out", "--chunk-shape", chunks, "--verify", "full")
    assert run.code == 0, run
    assert rezarr("vectors", "digest", tmp_path / "out").out == digest.out


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_http_servers_are_sources(tmp_path, zarr_format):
    write(zarr.storage.LocalStore(tmp_path / "in.zarr"), zarr_format)
    faults = Faults()
    with server(directory(tmp_path), faults) as url:
        run = rezarr("rechunk", f"{url}/in.zarr", tmp_path / "out.zarr", "-c", "tas:-1,6", "--verify", "full", *QUIET)
        assert run.code == 0, run
        source, result = (zarr.open_group(tmp_path / name, mode="r") for name in ("in.zarr", "out.zarr"))
        for name in ("tas", "g/point"):
            np.testing.assert_array_equal(result[name][...], source[name][...])
        secret = url.replace("http://", "http://me:hushhush@") + "/in.zarr/tas?token=hushhush"
        assert rezarr("plan", secret, "-c", "-1,6").code == 0
        for kind, code in (("503", 0), ("404", 0), ("reset", 0), ("short", 0), ("403+", 5))[(0 if zarr_format == 3 else 4) :]:
            faults.arm(12, kind)
            run = rezarr("rechunk", secret, tmp_path / kind, "-c", "-1,6", "-j", "1", *QUIET)
            assert run.code == code, run
            assert faults.count > 11
            assert "hushhush" not in run.out + run.err
            if code == 0:
                np.testing.assert_array_equal(zarr.open_array(tmp_path / kind, mode="r")[...], source["tas"][...])
            else:
                assert_clear_refusal(run, {5}, "HTTP 403")
                assert not (tmp_path / kind).exists()


@pytest.fixture(scope="module")
def s3():
    """The URLs of the S3 server, and of one before it that breaks requests."""
    process = subprocess.Popen([S3_PYTHON, ROOT / "interop/stores/s3_server.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().split()
    finally:
        process.stdin.close()
        process.wait(20)


def s3_data(*arguments):
    return subprocess.run([S3_PYTHON, ROOT / "interop/stores/s3_data.py", *arguments], check=True, capture_output=True, text=True).stdout


def environment(**more):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "hushhush", "AWS_EC2_METADATA_DISABLED": "true"} | more


def test_s3_to_s3_within_a_budget(tmp_path, s3):
    endpoint = s3[0]
    s3_data("write", endpoint, "in.zarr")
    query = f"?endpoint={endpoint}&region=us-east-1"
    source, target = f"s3://bucket/in.zarr{query}", f"s3://bucket/out.zarr{query}"
    call = ["rechunk", source, target, "-c", "tas:-1,6", "-c", "g/sharded:10,10", "-s", "g/sharded:20,30", "-m", "64MiB", "--verify", "full", *QUIET]
    run = rezarr(*call, env=environment(), cwd=tmp_path)
    assert run.code == 0, run
    expected = [line.split()[-1] for line in s3_data("read", endpoint, "in.zarr").splitlines()]
    found = [line.split() for line in s3_data("read", endpoint, "out.zarr").splitlines()]
    assert [line[-1] for line in found] == expected
    assert [line[:2] for line in found] == [["g/sharded", "10x10"], ["tas", "40x6"]]
    keys = s3_data("keys", endpoint, "out.zarr")
    assert ".rezarr" not in keys and "unfinished" not in keys

    # The rules of destinations; the environment says what the URL does not.
    again = rezarr(*call, env=environment())
    assert_clear_refusal(again, {4}, r"s3://bucket/out\.zarr' exists already.*--overwrite")
    by_environment = environment(AWS_ENDPOINT_URL=endpoint, AWS_REGION="us-east-1")
    run = rezarr("rechunk", "s3://bucket/in.zarr", "s3://bucket/out.zarr", "-c", "tas:20,30", "--overwrite", *QUIET, env=by_environment)
    assert run.code == 0, run
    assert [line.split()[-1] for line in s3_data("read", endpoint, "out.zarr").splitlines()] == expected
    assert len(s3_data("keys", endpoint, "out.zarr/tas/c/").splitlines()) == 2
    refused = rezarr("rechunk", "s3://bucket/in.zarr", "--in-place", "--array", "tas", "-c", "20,30", env=by_environment)
    assert_clear_refusal(refused, {2}, "--in-place needs renames")
    nested = rezarr("rechunk", "s3://bucket/in.zarr", "s3://bucket/in.zarr/new", "-c", "tas:20,30", env=by_environment)
    assert_clear_refusal(nested, {4}, "one is inside the other")

    # What goes wrong is said, and no secret with it.
    anonymous = rezarr("info", f"s3://bucket/in.zarr{query}&anonymous=true", env=environment())
    assert_clear_refusal(anonymous, {5}, "HTTP 403")
    without = {name: value for name, value in environment(HOME=str(tmp_path)).items() if not name.startswith("AWS_A") and not name.startswith("AWS_S")}
    assert_clear_refusal(rezarr("info", source, env=without), {5}, "no credentials were found")
    absent = rezarr("info", f"s3://no-such-bucket/in.zarr{query}", env=environment())
    assert_clear_refusal(absent, {5}, "NoSuchBucket")
    for result in (again, refused, nested, anonymous, absent):
        assert "hushhush" not in result.out + result.err


def test_large_values_are_sent_in_parts(tmp_path, s3):
    endpoint = s3[0]
    array = zarr.create_array(tmp_path / "in.zarr", shape=(9, 1 << 20), chunks=(1, 1 << 20), dtype="f8", compressors=None)
    array[:] = np.arange(9 << 20).reshape(9, 1 << 20)
    target = f"s3://bucket/large.zarr?endpoint={endpoint}&region=us-east-1"
    run = rezarr("rechunk", tmp_path / "in.zarr", target, "-c", "-1,-1", "-m", "256MiB", *QUIET, env=environment())
    assert run.code == 0, run
    lines = [line.split() for line in s3_data("keys", endpoint, "large.zarr").splitlines()]
    assert ["large.zarr/c/0/0", str(9 << 23)] in [line[:2] for line in lines]
    assert next(line[2] for line in lines if line[0].endswith("/c/0/0")).endswith('-2"')
    assert not [line for line in lines if line[0] == "unfinished"]
    assert rezarr("diff", tmp_path / "in.zarr", target, "-m", "256MiB", *QUIET, env=environment()).code == 0


def test_vector_stores_in_s3(tmp_path, s3):
    source = unpack("09", VECTORS, tmp_path)
    chunks = text(scaled(root(source)["chunk_shape"], [2.0]))
    target = f"s3://bucket/vectors?endpoint={s3[0]}&region=us-east-1"
    run = rezarr("vectors", "rechunk", source, target, "--chunk-shape", chunks, "--verify", "full", env=environment())
    assert run.code == 0, run
    assert rezarr("vectors", "digest", target, env=environment()).out == rezarr("vectors", "digest", source).out


def test_fault_at_every_request_of_s3_gives_the_right_result_or_an_error(tmp_path, s3):
    endpoint, faulty = s3
    s3_data("write", endpoint, "faults/in.zarr")
    arguments = [
        f"s3://bucket/faults/in.zarr/tas?endpoint={faulty}&region=us-east-1",
        f"s3://bucket/faults/out-NUMBER?endpoint={faulty}&region=us-east-1",
        f"s3://bucket/faults/in.zarr/tas?endpoint={endpoint}&region=us-east-1",
        f"s3://bucket/faults/out-NUMBER?endpoint={endpoint}&region=us-east-1",
        faulty,
        str(MAX_FAULTS),
        FAULT_KINDS,
    ]
    jar = ROOT / "rezarr-cli/target/rezarr.jar"
    java = Path(os.environ["JAVA_HOME"]) / "bin/java" if "JAVA_HOME" in os.environ else "java"
    call = [java, "-Xmx256m", "-XX:+UseSerialGC", "-cp", jar, ROOT / "interop/stores/FaultLoop.java", *arguments]
    run = subprocess.run(call, capture_output=True, text=True, env=environment(), timeout=300)
    assert run.returncode == 0, run.stdout + run.stderr
    for line in run.stdout.splitlines():
        kind, hit, right, errors = line.split()[0], *map(int, line.split()[1:])
        assert hit == right + errors and hit >= MAX_FAULTS // 5, line
        assert errors > 0 if kind == "403" else errors == 0 or kind == "404", line  # 404 in answer to a write is an error, too
    assert len(run.stdout.splitlines()) == 5
