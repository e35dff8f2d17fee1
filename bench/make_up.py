"""Measures `make up` in a fresh clone with empty caches, and again. Writes docs/make-up.md.

Run as `make bench-up` on an idle machine; the cold run downloads and compiles everything.
"""

import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "docs" / "make-up.md"
CACHES = ("XDG_CACHE_HOME", "GOCACHE", "GOMODCACHE", "PIP_CACHE_DIR")


def timed(clone: Path, target: str, environment: dict[str, str]) -> tuple[float, str]:
    """Runs a make target and returns its seconds and its output, which is also shown meanwhile."""
    began = time.monotonic()
    process = subprocess.Popen(
        ["make", "--directory", clone, target],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines = []
    for line in process.stdout or ():
        sys.stdout.write(line)
        lines.append(line)
    if process.wait():
        sys.exit(f"make {target} failed")
    return time.monotonic() - began, "".join(lines)


def main() -> None:
    """Measures, writes the report and prints it."""
    with tempfile.TemporaryDirectory(prefix="fluxhook-") as directory:
        place = Path(directory)
        clone = place / "clone"
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        ours = ("FLUXHOOK_LAB_DIR", "MAKEFLAGS", "MFLAGS", "MAKELEVEL")
        inherited = {key: text for key, text in os.environ.items() if key not in ours}
        empty = inherited | {name: str(place / name.lower()) for name in CACHES}
        try:
            cold, _ = timed(clone, "up", empty)
            warm, again = timed(clone, "up", empty)
            timed(clone, "lab-stop", empty)
            other, _ = timed(clone, "up", empty)
        finally:
            down, _ = timed(clone, "down", empty)
            # Go writes its module cache read-only.
            subprocess.run(["chmod", "-R", "u+w", place], check=True)
    unchanged = re.findall(r"(\d+) unchanged", again)[-1]
    memory = psutil.virtual_memory().total / 2**30
    REPORT.write_text(
        "# How long `make up` takes\n\n"
        f"Written by `make bench-up` on {os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB.\n\n"
        "| what | seconds | of the cold run |\n| --- | ---: | ---: |\n"
        f"| fresh clone, every cache empty | {cold:.0f} | 1 |\n"
        f"| again: {unchanged} resources unchanged | {warm:.0f} | {warm / cold:.3f} |\n"
        f"| after `make lab-stop`: a new lab, nothing to build | {other:.0f} | {other / cold:.3f} |\n"
        f"| `make down` | {down:.0f} | {down / cold:.3f} |\n"
    )
    print(REPORT.read_text())


if __name__ == "__main__":
    main()
