"""The policy pack with its own virtual environment, as `pulumi install` in its directory leaves it."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

from tests.deployment import ROOT

LOCK = ROOT / "policy" / "requirements.txt"


def installed_pack(directory: Path) -> Path:
    """Places the pack into `directory`; its virtual environment is made once for all clones."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fluxhook"
    packages = cache / f"policy-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]}"
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{packages}.lock"):
        if not (done := packages / "installed").exists():
            subprocess.run([sys.executable, "-m", "venv", "--clear", packages], check=True)
            pip = [str(packages / "bin" / "pip"), "install", "--quiet", "--require-hashes"]
            subprocess.run([*pip, "-r", str(LOCK)], check=True)
            done.touch()
    pack = directory / "policy"
    pack.mkdir()
    for file in (ROOT / "policy").iterdir():
        if file.name not in (".venv", "__pycache__"):
            (pack / file.name).symlink_to(file)
    (pack / ".venv").symlink_to(packages)
    return pack
