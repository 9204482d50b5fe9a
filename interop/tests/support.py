"""Runs the command line, unpacks golden stores, takes fingerprints of trees: what all tests here need."""

import dataclasses
import functools
import hashlib
import json
import os
import random
import re
import resource
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "rezarr-core/src/test/resources/golden"
UNPACKED = ROOT / "target/interop/golden"
COMMAND = shlex.split(os.environ.get("REZARR", str(ROOT / "rezarr")))
TRACE = re.compile(r"^\s+at [\w.$/@]+\(|Exception\b|\bio\.rezarr\.|\bjava\.(lang|io|util|nio)\.", re.MULTILINE)
WARNING = re.compile(r"^(rezarr: )?warning\b", re.IGNORECASE)
MAX_RSS_BYTES = 600 << 20


@dataclasses.dataclass(frozen=True)
class Result:
    """What a run gave; str() is what a failed assertion needs to show."""

    command: list
    code: int
    out: str
    err: str
    max_rss_bytes: int
    cpu_seconds: float

    def __str__(self):
        command = " ".join(map(shlex.quote, self.command))
        return f"\n$ {command}\nexit {self.code}\n--- stdout\n{self.out[-2000:]}\n--- stderr\n{self.err[-3000:]}"

    def problems(self):
        """The lines on stderr that are not warnings."""
        return [line for line in self.err.splitlines() if line.strip() and not WARNING.match(line)]


def rezarr(*arguments, cwd=None, timeout=600, env=None, command=None, limits=None):
    """Runs `rezarr ARGUMENTS` to its end, and measures it. limits: resource to the most of it that the process may have."""
    restrict = lambda: [resource.setrlimit(of, (most, most)) for of, most in limits.items()]  # noqa: E731
    call = [*(command or COMMAND), *map(str, arguments)]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            call, cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=env, preexec_fn=restrict if limits else None
        )
        status, usage = wait(process, timeout, call)
        out.seek(0)
        err.seek(0)
        texts = [f.read().decode("utf-8", "replace") for f in (out, err)]
    code = os.waitstatus_to_exitcode(status)
    return Result(call, code, *texts, usage.ru_maxrss * 1024, usage.ru_utime + usage.ru_stime)


def wait(process, timeout, call):
    """Waits for the child with its resource usage, which subprocess does not give for one child alone."""
    deadline = time.monotonic() + timeout
    pause = 0.002
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return status, usage
        if time.monotonic() > deadline:
            process.kill()
            process.wait()
            raise AssertionError(f"still running after {timeout} s: {' '.join(call)}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)


def assert_clear_refusal(result, codes, names=None, hide=None):
    """One of the exit codes, and exactly one line that says why, without a stack trace.

    names: a pattern that the line must contain; hide: a path whose words do not count for it."""
    assert result.code in codes, f"expected exit {' or '.join(map(str, codes))}{result}"
    assert len(result.problems()) == 1, f"expected one line on stderr that says why{result}"
    assert not TRACE.search(result.err + result.out), f"internals shown to the user{result}"
    if names:
        line = result.problems()[0]
        if hide:
            line = line.replace(str(hide), "STORE").replace(Path(hide).name, "STORE")
        assert re.search(names, line), f"the message does not name /{names}/{result}"


def entries(root, skip=()):
    """Every entry below root: relative path to (kind, content or link target)."""
    found = {}
    root = Path(root)
    if root.is_file():
        return {".": ("file", hashlib.sha256(root.read_bytes()).hexdigest())}
    for folder, subfolders, files in os.walk(root):
        relative = Path(folder).relative_to(root)
        subfolders[:] = [s for s in subfolders if (relative / s).as_posix() not in skip]
        for name in subfolders + files:
            path = Path(folder, name)
            if path.is_symlink():
                found[(relative / name).as_posix()] = ("link", os.readlink(path))
            elif path.is_dir():
                found[(relative / name).as_posix()] = ("folder", "")
            else:
                found[(relative / name).as_posix()] = ("file", hashlib.sha256(path.read_bytes()).hexdigest())
    return found


def identities(root, skip=()):
    """Every file below root: relative path to (inode, modification time, size): equal means never written again."""
    found = {}
    for folder, subfolders, files in os.walk(root):
        relative = Path(folder).relative_to(root)
        subfolders[:] = [s for s in subfolders if (relative / s).as_posix() not in skip]
        for name in files:
            if (relative / name).as_posix() not in skip:
                status = os.stat(os.path.join(folder, name))
                found[(relative / name).as_posix()] = (status.st_ino, status.st_mtime_ns, status.st_size)
    return found


def looks_like_zarr(path):
    """A reader would find a Zarr node there."""
    return any(os.path.lexists(os.path.join(path, name)) for name in ("zarr.json", ".zarray", ".zgroup", ".zmetadata"))


@functools.cache
def index(archive):
    """The INDEX.json of an archive, as name -> row."""
    with zipfile.ZipFile(GOLDEN / archive) as z:
        return {row["name"]: row for row in json.loads(z.read("INDEX.json"))}


@functools.cache
def unpacked(archive):
    """The folder with the unpacked archive, made once for each state of the archive, by whichever worker is first."""
    source = GOLDEN / archive
    state = hashlib.sha256(source.read_bytes()).hexdigest()[:16]
    folder = UNPACKED / f"{source.stem}-{state}"
    if not folder.is_dir():
        UNPACKED.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=UNPACKED))
        with zipfile.ZipFile(source) as z:
            z.extractall(fresh)
        for name, row in index(archive).items():
            for link, target in row.get("links", {}).items():
                os.symlink(target, fresh / f"{name}.zarr" / link)
        try:
            fresh.rename(folder)
        except OSError:  # another worker was faster
            shutil.rmtree(fresh)
    return folder


def clone(store, target):
    """A private copy of a golden store, its links kept."""
    if store.is_dir():
        shutil.copytree(store, target, symlinks=True)
    else:
        shutil.copy(store, target)
    return target


def start(*arguments):
    """Begins rezarr, in a group of processes of its own, which a signal can be sent to."""
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # What is started in the background of a script ignores it, and hands that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


class Kills:
    """Kills runs at random moments between the first that they write and their end, until so many were killed indeed.

    A run that ends before its moment comes does not count; if too many do, the test fails: it would prove nothing."""

    ATTEMPTS = 3

    def __init__(self, wanted, seed):
        self.wanted, self.draw = wanted, random.Random(seed)
        self.attempts = self.killed = 0
        self.span = None

    @staticmethod
    def begun(staged, *arguments):
        """A run that has begun to write: what it stages is there, or it has ended."""
        process = start(*arguments)
        while not os.path.lexists(staged) and process.poll() is None:
            time.sleep(0.001)
        return process, time.monotonic()

    def measure(self, staged, *arguments):
        """Lets a run come to its end, which tells how long that takes."""
        process, begin = self.begun(staged, *arguments)
        out, err = process.communicate(timeout=600)
        self.span = time.monotonic() - begin
        assert process.returncode == 0, (arguments, process.returncode, out, err)

    def __iter__(self):
        """The numbers of the attempts."""
        while self.killed < self.wanted:
            figures = f"{self.killed} of {self.attempts} runs were killed within {self.span:.3f} s"
            assert self.attempts < self.ATTEMPTS * self.wanted, f"only {figures}, {self.wanted} are wanted"
            self.attempts += 1
            yield self.attempts

    def kill(self, staged, *arguments):
        """Kills a run, and tells whether it was alive."""
        process, begin = self.begun(staged, *arguments)
        try:
            process.communicate(timeout=self.draw.uniform(0, 1) * self.span)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        assert process.returncode in (0, -signal.SIGKILL), (arguments, process.returncode)
        is_killed = process.returncode == -signal.SIGKILL
        self.killed += is_killed
        # The machine may have become slower, or faster.
        self.span = self.span * 1.03 if is_killed else time.monotonic() - begin
        return is_killed
