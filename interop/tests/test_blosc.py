"""Frames that rezarr writes, decoded by c-blosc. (Frames that c-blosc writes are decoded in the Java tests.)"""

import os
import subprocess
import sys
from pathlib import Path

from support import ROOT

CLASSES = ["rezarr-core/target/classes", "rezarr-core/target/test-classes", "rezarr-cli/target/lib/*"]
PEER = ROOT / "rezarr-core/src/test/python/check_blosc_frames.py"


def java():
    home = os.environ.get("JAVA_HOME")
    return str(Path(home, "bin/java")) if home else "java"


def test_our_frames_decode_in_c_blosc(tmp_path):
    class_path = os.pathsep.join(str(ROOT / place) for place in CLASSES)
    flags = ["-XX:+IgnoreUnrecognizedVMOptions", "--enable-native-access=ALL-UNNAMED"]
    dump = [java(), *flags, "-cp", class_path, "io.rezarr.codec.blosc.FrameDump", str(tmp_path)]
    made = subprocess.run(dump, capture_output=True, text=True, timeout=300)
    assert made.returncode == 0, f"{' '.join(dump)} (needs mvn verify)\n{made.stderr[-3000:]}"

    checked = subprocess.run([sys.executable, str(PEER), str(tmp_path)], capture_output=True, text=True, timeout=600)

    assert checked.returncode == 0, checked.stdout[-1000:] + checked.stderr[-3000:]
    print(checked.stdout)
