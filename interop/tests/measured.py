"""Runs a command and writes the peak of its resident memory, in bytes, to a file: measured.py FILE COMMAND...

In a small process of its own, since the kernel counts a child from the memory of the process that forked it."""

import os
import sys

file, *command = sys.argv[1:]
pid = os.posix_spawnp(command[0], command, os.environ)
_, status, usage = os.wait4(pid, 0)
with open(file, "w") as out:
    out.write(str(usage.ru_maxrss * 1024))
sys.exit(os.waitstatus_to_exitcode(status))
