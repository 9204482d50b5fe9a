"""The README does what it says: its blocks that are marked `<!-- run -->` run, and its test command is what CI runs."""

import re
import subprocess

from support import ROOT

README = (ROOT / "README.md").read_text() if (ROOT / "README.md").exists() else ""
BLOCKS = re.findall(r"<!-- run -->\s*```\w*\n(.*?)```", README, re.DOTALL)


def test_marked_blocks_run():
    assert BLOCKS, "README.md has no block marked <!-- run -->"
    for block in BLOCKS:
        run = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block], cwd=ROOT, capture_output=True, text=True, timeout=600
        )
        assert run.returncode == 0, f"{block}\n{run.stdout[-2000:]}\n{run.stderr[-2000:]}"


def test_readme_and_ci_name_the_same_test_command():
    assert re.search(r"^\./check$", README, re.MULTILINE), "README.md does not name ./check"
    assert re.search(r"^exec \./check$", (ROOT / ".ci/run").read_text(), re.MULTILINE)
