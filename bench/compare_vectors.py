#!/usr/bin/env python3
"""rezarr beside the reference packages of the Zarr Vector Format: whole processes, in turn, on stores that both can read.

  compare_vectors.py run   [--data DIR] [--only points-rechunk,lines-rechunk] [--layouts 0.9,0.7] [--runs 5] [--seconds 60] [--unjudged]
  compare_vectors.py large [--data DIR] [--points 20000000] [--lines 0] [--steps 50] [--memory 1GiB]

`run` makes 2,000,000 points with two attributes (fine: in four million bins) and 20,000 streamlines of 100 vertices, and prints a table. The
checkers of interop/zvf judge each tool's first output (a pyramid by the reference's), in the reference's own environment (.venv-zvf-07,
.venv-zvf-09, or ZVF_PYTHON_07, ZVF_PYTHON_09); what the reference loses is shown by the first of their findings. A reference is not run
again once it has had --seconds.
`large` runs rezarr alone; the digests of both stores are compared afterwards, and the output is validated.
"""

import argparse
import itertools
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
REZARR = os.environ.get("REZARR", str(REPOSITORY / "rezarr"))
GENERATOR = REPOSITORY / "interop" / "tests" / "large_vectors.py"
MIB = 1 << 20

REFERENCE = """
import sys, warnings
warnings.simplefilter("ignore")
what, source, there, size = sys.argv[1:]
if what == "pyramid":
    from zarr_vectors.multiresolution.coarsen import build_pyramid
    build_pyramid(there, factors=[(float(factor), 1.0) for factor in size.split(",")])
elif what == "rebin":
    from zarr_vectors.rechunk.rebin import rebin_level
    rebin_level(there, (float(size),) * 3)
else:
    try:
        from zarr_vectors.rechunk.spatial import rechunk_spatial
        rechunk_spatial(source, there, (float(size),) * 3)
    except ImportError:
        from zarr_vectors.rechunk.engine import rechunk
        from zarr_vectors.rechunk.spec import RechunkSpec
        rechunk(source, RechunkSpec(by="spatial", spatial_chunk_shape=(float(size),) * 3), there)
"""


@dataclass(frozen=True)
class Workload:
    """`size` is that of a chunk or of a bin; a pyramid has factors instead."""

    store: str
    what: str
    size: float | None = None

    @property
    def name(self):
        return f"{self.store}-{self.what}"

    def rezarr(self, source, there):
        if self.what == "pyramid":
            factors = [f"--factor={factor}:1.0" for factor in self.factors(source.name.rpartition("-")[2])]
            return [REZARR, "vectors", "build-pyramid", str(source), str(there), *factors, "-m", "512MiB", "--quiet"]
        shape = ",".join([str(self.size)] * 3)
        option = "--bin-shape" if self.what == "rebin" else "--chunk-shape"
        return [REZARR, "vectors", self.what, str(source), str(there), option, shape, "--quiet"]

    def reference(self, source, there, layout):
        """Its rebin and its pyramid change the store that they are given: that is a copy, made before."""
        size = ",".join(map(str, self.factors(layout))) if self.what == "pyramid" else str(self.size)
        return [reference_python(layout), "-c", REFERENCE, self.what, str(source), str(there), size]

    @staticmethod
    def factors(layout):
        """Two levels, of twice and four times the bins of level 0. The reference of 0.7 takes factors to level 0, that of 0.9 to the level below."""
        return [2.0, 4.0] if layout == "0.7" else [2.0, 2.0]


WORKLOADS = {w.name: w for w in [
    Workload("points", "rechunk", 250.0), Workload("points", "rebin", 31.25), Workload("lines", "rechunk", 250.0),
    Workload("points", "pyramid"), Workload("fine", "pyramid"), Workload("lines", "pyramid")]}
STORES = {"points": ["points"], "fine": ["points", "--bins-along", "20"], "lines": ["streamlines"]}


def reference_python(layout):
    digits = layout.replace(".", "")
    return os.environ.get(f"ZVF_PYTHON_{digits}", str(REPOSITORY / f".venv-zvf-{digits}" / "bin" / "python"))


@dataclass(frozen=True)
class Usage:
    wall: float
    cpu: float
    peak_mib: float
    code: int


def measured(command, timeout):
    """The whole process, by what the kernel says of it."""
    begin = time.monotonic()
    pid = os.posix_spawnp(command[0], command, os.environ)
    while True:
        done, status, usage = os.wait4(pid, os.WNOHANG)
        wall = time.monotonic() - begin
        if done:
            return Usage(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status))
        if wall > timeout:
            os.kill(pid, 9)
            os.waitpid(pid, 0)
            return Usage(wall, 0, 0, -9)
        time.sleep(0.01)


def judged(layout, checker, *arguments):
    """What a checker says in the reference's environment."""
    call = [reference_python(layout), str(REPOSITORY / "interop" / "zvf" / checker), *map(str, arguments)]
    done = subprocess.run(call, capture_output=True, text=True)
    if done.returncode == 0:
        return "right"
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    found = [line.strip() for line in lines if not line.startswith("warn")] or ["?"]
    return f"wrong ({len(found)} findings): {found[-1 if 'Traceback' in found[0] else 0][:110]}"


def verdict(layout, workload, source, outputs, tool, usage):
    """Of the first run. A pyramid is right if it is the reference's."""
    if usage.code:
        return f"exit {usage.code}"
    if workload.what != "pyramid":
        return judged(layout, f"check_{layout.replace('.', '')}.py", source, outputs / f"{tool}-0")
    if tool == "reference":
        return ""
    theirs = outputs / "theirs"
    shutil.copytree(source, theirs)
    subprocess.run(workload.reference(source, theirs, layout), check=True)
    jobs = outputs / "jobs.json"
    jobs.write_text(json.dumps([[str(theirs), str(outputs / "rezarr-0"), {"skip": ["object_attributes"] if layout == "0.7" else []}]]))
    return judged(layout, "compare_pyramids.py", "compare", jobs)


def run(options):
    """What was written stays until the end: a file system may have to look for room among what was just deleted (ext4 does)."""
    rows = {}
    everything = options.data / f"out-{os.getpid()}"
    for layout, name in itertools.product(options.layouts.split(","), options.only.split(",")):
        workload = WORKLOADS[name]
        source = options.data / f"{workload.store}-{layout}"
        if not (source / "zarr.json").exists():
            made = [sys.executable, str(GENERATOR), str(source), *STORES[workload.store], "--layout", layout]
            subprocess.run(made, check=True)
        outputs = everything / f"{name}-{layout}"
        outputs.mkdir(parents=True)
        for number, tool in itertools.product(range(options.runs), ["rezarr", "reference"]):
            usages, verdicts = rows.setdefault((layout, name, tool), ([], []))
            spent = sum(usage.wall for usage in usages)
            if tool == "reference" and usages and (spent > options.seconds or usages[-1].code):
                continue
            there = outputs / f"{tool}-{number}"
            if tool == "reference" and workload.what != "rechunk":
                shutil.copytree(source, there)
            command = (workload.rezarr(source, there) if tool == "rezarr" else workload.reference(source, there, layout))
            usage = measured(command, options.timeout)
            usages.append(usage)
            if number == 0:
                verdicts.append("" if options.unjudged else verdict(layout, workload, source, outputs, tool, usage))
            print(f"{layout} {name} {tool}: {usage} {verdicts[0]}, load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
    print(table(rows))
    shutil.rmtree(everything)


def table(rows):
    lines = ["| layout | workload | tool | runs | wall s, median (least–most) | CPU s | peak MiB | wall, CPU ÷ rezarr's | output |",
             "|---|---|---|---|---|---|---|---|---|"]
    for (layout, name, tool), (usages, verdicts) in rows.items():
        walls, cpu = [u.wall for u in usages], statistics.median(u.cpu for u in usages)
        ours = rows[layout, name, "rezarr"][0]
        ratio = (f"{statistics.median(walls) / statistics.median(u.wall for u in ours):.1f}, "
                 f"{cpu / statistics.median(u.cpu for u in ours):.1f}")
        lines.append(f"| {layout} | {name} | {tool} | {len(usages)} | {statistics.median(walls):.2f} ({min(walls):.2f}–{max(walls):.2f}) "
                     f"| {cpu:.2f} | {max(u.peak_mib for u in usages):.0f} | {ratio} | {verdicts[0]} |")
    return "\n".join(lines)


def large(options):
    """One run each of what the reference is not measured with."""
    for what, count, arguments in [
            ("points", options.points, ["--points", str(options.points)]),
            ("streamlines", options.lines, ["--lines", str(options.lines), "--steps", str(options.steps)])]:
        if not count:
            continue
        source, there = options.data / f"large-{what}-{count}", options.data / f"out-{os.getpid()}"
        if not (source / "zarr.json").exists():
            subprocess.run([sys.executable, str(GENERATOR), str(source), what, *arguments], check=True)
        vertices = count * (1 if what == "points" else options.steps)
        command = [REZARR, "vectors", "rechunk", str(source), str(there), "-c", "250,250,250", "-m", options.memory, "-q"]
        usage = measured(command, options.timeout)
        digests = {subprocess.run([REZARR, "vectors", "digest", str(path)], capture_output=True, text=True).stdout.split()[0]
                   for path in (source, there)} if usage.code == 0 else set()
        valid = subprocess.run([REZARR, "vectors", "validate", str(there)], capture_output=True).returncode == 0
        verdict = "equal digests, valid" if valid and len(digests) == 1 else f"WRONG (exit {usage.code})"
        print(f"| {count:,} {what} | {vertices:,} | {options.memory} | {usage.wall:.1f} | {usage.cpu:.1f} | {usage.peak_mib:.0f} "
              f"| {vertices / usage.wall / 1e6:.2f} | {verdict} |", flush=True)
        shutil.rmtree(there, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = os.environ.get("BENCH_DATA", str(REPOSITORY / "target" / "bench"))
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", type=pathlib.Path, default=pathlib.Path(default))
    common.add_argument("--timeout", type=float, default=600)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("run", parents=[common])
    one.add_argument("--only", default=",".join(WORKLOADS))
    one.add_argument("--layouts", default="0.9,0.7")
    one.add_argument("--runs", type=int, default=5)
    one.add_argument("--seconds", type=float, default=60)
    one.add_argument("--unjudged", action="store_true", help="only times: the checkers take minutes")
    big = commands.add_parser("large", parents=[common])
    big.add_argument("--points", type=int, default=20_000_000)
    big.add_argument("--lines", type=int, default=0)
    big.add_argument("--steps", type=int, default=50)
    big.add_argument("--memory", default="1GiB")
    options = parser.parse_args()
    options.data.mkdir(parents=True, exist_ok=True)
    (run if options.command == "run" else large)(options)


if __name__ == "__main__":
    main()
