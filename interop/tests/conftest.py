"""The readers that judge must be there, in the pinned versions: a suite that skips what it cannot read proves nothing."""

import importlib.metadata
import re
from pathlib import Path

import pytest
import tensorstore  # noqa: F401  (must load, not only be installed)
import zarr  # noqa: F401

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements.txt"


def pytest_configure(config):
    wrong = []
    for line in REQUIREMENTS.read_text().splitlines():
        pin = re.fullmatch(r"([\w.-]+)==([\w.]+)", line.strip())
        if pin:
            name, version = pin.groups()
            try:
                found = importlib.metadata.version(name)
            except importlib.metadata.PackageNotFoundError:
                found = "nothing"
            if found != version:
                wrong.append(f"{name}: {version} is pinned, {found} is installed")
    if wrong:
        raise pytest.UsageError("Install interop/requirements.txt. " + "; ".join(wrong))
