#!/usr/bin/env python3
"""Measures rezarr beside other programs that change the chunking of Zarr data.

    compare.py make              makes the sources of the workloads, and fingerprints of their values
    compare.py run [--all]       runs rezarr and the peers in turn, checks what they wrote, prints the table
    compare.py check W2 PATH     checks one output: values, shape, chunk shape
    compare.py table             prints the table of an earlier run

Each run is a whole process: wall time, user and system CPU seconds, and peak memory, of the process and of all that it
started. Rounds alternate (A B A B), outputs go to new directories and are removed outside of the time. After a tool's
first run its values, shape and chunk shape are checked, by a reader that did not write them. Rows are written to a CSV
as they are measured: a run that was broken off goes on where it was. README.md beside this says how to set it up.
"""

import argparse
import csv
import dataclasses
import datetime
import fcntl
import itertools
import json
import math
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time

from peers import REPOSITORY, TOOLS, can_do, command_of, rezarr
from workloads import CORES, GB, MB, check, files, make, workloads


# --- Measuring ---


@dataclasses.dataclass
class Usage:
    wall: float = 0.0
    user: float = 0.0
    system: float = 0.0
    largest: int = 0  # peak bytes of the largest process
    together: int = 0  # peak bytes of the process and all that it started, sampled
    failure: str = ""


def measured(commands, timeout, log):
    """What the commands use, one after the other, each as a whole process in a group of its own."""
    usage = Usage()
    for command in commands:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        watch = Watch(process.pid, timeout - usage.wall)
        _, status, resources = os.wait4(process.pid, 0)
        usage.wall += time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.end()
        usage.user += resources.ru_utime
        usage.system += resources.ru_stime
        usage.largest = max(usage.largest, resources.ru_maxrss * 1024)
        usage.together = max(usage.together, watch.together, usage.largest)
        if watch.killed:
            usage.failure = f"stopped after {timeout:.0f} s"
        elif process.returncode:
            usage.failure = f"exit code {process.returncode}"
        if usage.failure:
            break
    return usage


class Watch:
    """Samples the memory of a process and its descendants ten times a second, and kills them when the time is over."""

    def __init__(self, pid, seconds):
        self.pid, self.deadline = pid, time.monotonic() + max(1, seconds)
        self.together, self.killed = 0, False
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.sample)
        self.thread.start()

    def sample(self):
        while not self.ended.wait(0.1):
            self.together = max(self.together, sum(map(resident_bytes, descendants(self.pid))))
            if time.monotonic() > self.deadline and not self.killed:
                self.killed = True
                os.killpg(self.pid, signal.SIGKILL)

    def end(self):
        self.ended.set()
        self.thread.join()


def descendants(pid):
    yield pid
    for children in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in children.read_text().split():
                yield from descendants(int(child))
        except OSError:
            pass  # a thread that has just ended


def resident_bytes(pid):
    try:
        return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0  # a process that has just ended


COLUMNS = ["workload", "scale", "tool", "run", "wall_s", "user_s", "system_s", "largest_bytes", "together_bytes",
           "out_bytes", "out_files", "checked", "failure", "load1", "utc", "commit"]


def lock(data):
    """Keeps the data to this process until it ends: nbbl writes into a source, and each run removes outputs."""
    file = open(data / "lock", "w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise SystemExit(f"compare.py: another one is at work in {data}: wait for it, or name another place with --data")
    return file


class Session:
    """One side-by-side run: its rows stand in a CSV, and what stands there is not run again."""

    def __init__(self, options):
        self.options, self.data = options, options.data / scale_name(options.scale)
        self.data.mkdir(parents=True, exist_ok=True)
        self.lock = lock(self.data)
        self.out = self.data / f"out-{os.getpid()}"
        self.csv = options.csv or self.data / "results.csv"
        self.rows = rows_of(self.csv)
        self.commit = commit()
        self.log = self.data / "logs"
        self.log.mkdir(parents=True, exist_ok=True)
        foreign = {row["scale"] for row in self.rows} - {str(options.scale)}
        foreign |= {row["commit"] for row in self.rows if row["tool"].startswith("rezarr")} - {self.commit}
        if foreign:
            raise SystemExit(f"compare.py: {self.csv} has rows of {', '.join(sorted(foreign))}, this is {self.commit} "
                             f"at scale {options.scale}: remove it, or name another with --csv")

    def run(self, chosen, tools):
        end = time.monotonic() + 60 * self.options.minutes
        for workload in chosen:
            able = [tool for tool in tools if can_do(tool, workload)]
            for tool in able:
                command_of(tool, workload, pathlib.Path("source"), pathlib.Path("output"))  # is everything there?
        for workload in chosen:
            self.warm(workload)
            for number, tool in itertools.product(range(1, self.options.runs + 1), tools):
                if not can_do(tool, workload) or self.is_done(workload, tool, number):
                    continue
                if time.monotonic() > end:
                    print(f"compare.py: {self.options.minutes} minutes are over; run it again to go on", file=sys.stderr)
                    return
                self.row(workload, tool, number)

    def warm(self, workload):
        """Source files into the page cache; the start-up archive of rezarr made."""
        subprocess.run([rezarr(), "--version"], check=True,
                       stdout=subprocess.DEVNULL)
        buffer = bytearray(MB)
        for path in files(self.source(workload)):
            with open(path, "rb", buffering=0) as file:
                while file.readinto(buffer):
                    pass

    def is_done(self, workload, tool, number):
        """Measured already; or it failed; or it has had its time, and the others go on without it."""
        rows = [r for r in self.rows if r["workload"] == workload.name and r["tool"] == tool]
        spent = sum(float(r["wall_s"]) for r in rows)
        return (any(int(r["run"]) == number or r["failure"] for r in rows)
                or spent > self.options.seconds and not tool.startswith("rezarr"))

    def row(self, workload, tool, number):
        usage, output, checked = self.run_once(workload, tool, number)
        written = [file for place in self.places(workload, tool, output) for file in files(place)]
        row = dict(zip(COLUMNS, [
            workload.name, self.options.scale, tool, number, f"{usage.wall:.3f}", f"{usage.user:.3f}",
            f"{usage.system:.3f}", usage.largest, usage.together, sum(f.stat().st_size for f in written), len(written), checked, usage.failure,
            f"{os.getloadavg()[0]:.1f}", datetime.datetime.now(datetime.timezone.utc).strftime("%F %T"), self.commit]))
        self.remove(workload, tool, output)
        append_row(self.csv, row)
        self.rows.append({k: str(v) for k, v in row.items()})
        print(f"{workload.name} {tool} {number}: {usage.wall:.2f} s, CPU {usage.user + usage.system:.2f} s, "
              f"{usage.together / MB:.0f} MB, {usage.failure or checked or 'not checked again'}", file=sys.stderr)

    def run_once(self, workload, tool, number):
        source = self.source(workload)
        output = self.out / f"{workload.name}-{tool.replace(':', '-')}-{number}-{time.time_ns()}.zarr"
        self.out.mkdir(exist_ok=True)
        if tool == "zarrs" and len(workload.source.arrays) > 1:
            output.mkdir()
        commands = command_of(tool, workload, source, output)
        log = self.log / f"{workload.name}-{tool.replace(':', '-')}.txt"
        with open(log, "wb") as sink:
            usage = measured(commands, self.options.timeout, sink)
        if usage.failure:
            print(log.read_text(errors="replace")[-2000:], file=sys.stderr)
        checked = ""
        if not usage.failure and number == 1 and tool != "copy":
            checked = self.check(workload, source if tool == "nbbl" else output, tool)
        return usage, output, checked

    def places(self, workload, tool, output):
        if tool == "nbbl":
            return [self.source(workload) / (array + "_re") for array in workload.source.arrays]
        return [output]

    def check(self, workload, path, tool):
        """In a process of its own: what this one holds would be counted as memory of each process that it starts."""
        command = [sys.executable, __file__, "check", "--data", self.options.data, "--scale", self.options.scale,
                   workload.name, path, "--by", tool]
        done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, text=True)
        return done.stdout.strip() or "unreadable"

    def remove(self, workload, tool, output):
        for leftover in self.out.glob(output.name + "*"):  # scratch, and the lock of one that was killed, too
            if leftover.is_dir():
                shutil.rmtree(leftover)
            else:
                leftover.unlink()
        if self.out.is_dir() and not any(self.out.iterdir()):
            self.out.rmdir()
        if tool == "nbbl":
            restore(self.source(workload), workload.source.arrays)

    def source(self, workload):
        return self.data / f"{workload.source.name}.zarr"


def restore(source, arrays):
    """What nbbl added to the source's group is taken out again."""
    for array in arrays:
        shutil.rmtree(source / (array + "_re"), ignore_errors=True)
    document = json.loads((source / ".zmetadata").read_text())
    document["metadata"] = {k: v for k, v in document["metadata"].items() if "_re/" not in k}
    (source / ".zmetadata").write_text(json.dumps(document))


def commit():
    """The last one that changed what is measured."""
    measured_paths = ["rezarr", "rezarr-core", "rezarr-engine", "rezarr-cli"]

    def git(*arguments):
        command = ["git", "-C", REPOSITORY, *arguments, "--", *measured_paths]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no")
    return git("log", "-1", "--format=%h") + ("+changes" if changed else "")


def rows_of(path):
    if not path.exists():
        return []
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def append_row(path, row):
    new = not path.exists()
    with open(path, "a", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        if new:
            writer.writeheader()
        writer.writerow(row)



# --- The table ---


def table(rows):
    lines = [*machine(rows), "", "| workload | tool | runs | wall s, median (least–most) | CPU s | peak MB | written MB "
             "| wall ÷ rezarr's | output |", "|---|---|---|---|---|---|---|---|---|"]
    for workload in dict.fromkeys(row["workload"] for row in rows):
        figures = {tool: Figures([r for r in rows if r["workload"] == workload and r["tool"] == tool])
                   for tool in dict.fromkeys(r["tool"] for r in rows if r["workload"] == workload)}
        ours = figures.get("rezarr")
        ranked = sorted(figures, key=lambda tool: (not tool.startswith("rezarr"), figures[tool].wall))
        lines += [figures[tool].line(workload, tool, ours) for tool in ranked]
    return "\n".join([*lines, "", *summary(rows)])


class Figures:
    """The medians of one tool with one workload."""

    def __init__(self, rows):
        self.failure = rows[-1]["failure"]
        self.right = [r for r in rows if not r["failure"]]
        walls = [float(r["wall_s"]) for r in self.right] or [math.inf]
        self.wall, self.least, self.most = statistics.median(walls), min(walls), max(walls)
        self.cpu = statistics.median([cpu_seconds(r) for r in self.right] or [math.inf])
        self.memory = max([int(r["together_bytes"]) for r in rows]) / MB
        self.checked = next((r["checked"] for r in rows if r["checked"]), "")
        self.written = int(rows[0]["out_bytes"]) / MB

    def line(self, workload, tool, ours):
        if not self.right:
            return f"| {workload} | {tool} | 0 | | | {self.memory:.0f} | | | {self.failure} |"
        ratio = f"{self.wall / ours.wall:.2f}" if ours and ours.right else ""
        return (f"| {workload} | {tool} | {len(self.right)} | {self.wall:.2f} ({self.least:.2f}–{self.most:.2f}) "
                f"| {self.cpu:.2f} | {self.memory:.0f} | {self.written:.1f} | {ratio} | {self.failure or self.checked} |")


def cpu_seconds(row):
    return float(row["user_s"]) + float(row["system_s"])


def summary(rows):
    """rezarr against the fastest peer of the same run whose output is right."""
    lines = ["| workload | fastest peer | wall: rezarr ÷ peer | CPU | memory |", "|---|---|---|---|---|"]
    for workload in dict.fromkeys(row["workload"] for row in rows):
        mine = [r for r in rows if r["workload"] == workload]
        ours = [t for t in dict.fromkeys(r["tool"] for r in mine) if t.startswith("rezarr")]
        peers = {t: Figures([r for r in mine if r["tool"] == t]) for t in {r["tool"] for r in mine} - {*ours, "copy"}}
        peers = {t: f for t, f in peers.items() if f.right and f.checked == "right"}
        if not peers:
            continue
        best = min(peers, key=lambda t: peers[t].wall)
        for tool in ours:
            figures = Figures([r for r in mine if r["tool"] == tool])
            if figures.right:
                name = workload if tool == "rezarr" else f"{workload}, {tool}"
                lines.append(f"| {name} | {best} | {figures.wall / peers[best].wall:.2f} "
                             f"| {figures.cpu / peers[best].cpu:.2f} | {figures.memory / peers[best].memory:.2f} |")
    return lines


def machine(rows):
    """Everything that a reader needs to judge the figures."""
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GB
    loads = [float(row["load1"]) for row in rows]
    commits = ", ".join(sorted({row["commit"] for row in rows}))
    return [f"- {CORES} cores ({model}), {memory:.0f} GB of memory, {os.uname().sysname} {os.uname().release}; "
            f"load average while it was measured {min(loads):.1f} to {max(loads):.1f}",
            f"- rezarr at commit {commits}, scale {rows[0]['scale']}, {rows[0]['utc']} to {rows[-1]['utc']} UTC",
            f"- `bench/compare.py {' '.join(sys.argv[1:])}`"]



# --- The command line ---


def scale_name(scale):
    return "full" if scale == 1 else f"scale-{scale:g}"


def list_of(names, known, what):
    def parse(text):
        chosen = text.split(",")
        unknown = [name for name in chosen if name.partition(":")[0] not in known]
        if unknown:
            raise argparse.ArgumentTypeError(f"no {what} is named {', '.join(unknown)}; there are {', '.join(known)}")
        return chosen

    return parse


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = os.environ.get("BENCH_DATA", str(REPOSITORY / "target" / "bench"))
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", type=pathlib.Path, default=pathlib.Path(default), help="where sources and outputs lie "
                        f"(BENCH_DATA, else {default}); 30 GB at full scale")
    common.add_argument("--scale", type=float, default=1.0, help="how much of the data, 1 is all")
    common.add_argument("--csv", type=pathlib.Path, help="where the rows are, default: results.csv with the data")
    names = list(workloads(1))
    common.add_argument("--only", type=list_of(names, names, "workload"), default=names, metavar="W2,W5")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("make", parents=[common], help="make the sources")
    commands.add_parser("table", parents=[common], help="print the table of an earlier run")
    run = commands.add_parser("run", parents=[common], help="run the tools in turn, print the table")
    tools = run.add_mutually_exclusive_group(required=True)
    tools.add_argument("--all", action="store_const", const=list(TOOLS), dest="peers", help="every tool")
    tools.add_argument("--peers", type=list_of(TOOLS, TOOLS, "tool"), metavar="rezarr,zarrs",
                       help=f"of {', '.join(TOOLS)}; rezarr:500MB is rezarr with that budget")
    run.add_argument("--runs", type=int, default=5)
    run.add_argument("--timeout", type=float, default=180, help="seconds for one run (180)")
    run.add_argument("--seconds", type=float, default=100, help="a peer is not run again after so many (100)")
    run.add_argument("--minutes", type=float, default=120, help="no run is begun after so many (120)")
    one = commands.add_parser("check", parents=[common], help="check one output")
    one.add_argument("workload", choices=names)
    one.add_argument("path", type=pathlib.Path)
    one.add_argument("--by", default="", metavar="tensorstore", help="who wrote it, and shall not read it")
    return parser.parse_args()


def main():
    options = arguments()
    known = workloads(options.scale)
    data = options.data / scale_name(options.scale)
    if options.command == "make":
        data.mkdir(parents=True, exist_ok=True)
        held = lock(data)
        for name in options.only:
            make(known[name].source, data)
        held.close()
    elif options.command == "check":
        workload = known[options.workload]
        reference = json.loads((data / f"{workload.source.name}.json").read_text())
        verdict = check(workload, options.path, reference, options.by, "_re" if options.by == "nbbl" else "")
        print(verdict)
        sys.exit(verdict != "right")
    elif options.command == "run":
        session = Session(options)
        session.run([known[name] for name in options.only], options.peers)
        print(table(session.rows))
    else:
        print(table(rows_of(options.csv or data / "results.csv")))


if __name__ == "__main__":
    main()
