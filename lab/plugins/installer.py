"""Puts the provider plugins where the Pulumi CLI looks for them."""

import os
import shlex
import shutil
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import lab
from lab.plugins.providers import STAND_INS


def install(
    bin_directory: Path,
    pulumi_home: Path,
    python: Path,
    official: Mapping[str, Path] | None = None,
    built: Mapping[str, Path] | None = None,
    cli: Path | None = None,
    parent: Path | None = None,
) -> None:
    """Writes a launcher for each provider plugin and, for a CLI of ours, the language host.

    Args:
        bin_directory: Where `pulumi-language-python` and `pulumi` go; it belongs on PATH.
        pulumi_home: The CLI's PULUMI_HOME.
        python: The interpreter that has the packages.
        official: Provider name to the directory of an official plugin; it is linked instead.
        built: Provider name to a plugin that was built from source; it is linked too, and comes
            second to an official one.
        cli: A Pulumi CLI built from source, which has no Python host; None for an official one.
        parent: Socket of `lab.plugins.parent`, which forks what is written in Python.
    """
    root = Path(lab.__file__).resolve().parents[1]
    official, built = official or {}, built or {}
    python_module = f"{shlex.quote(str(python))} -P -m"
    if parent is not None:
        launch = map(shlex.quote, map(str, (python, root / "lab/plugins/launch.py", parent)))
        python_module = "{} -I -S {} {}".format(*launch)
    for name in sorted({*STAND_INS, *built}):
        version = metadata.version(f"pulumi-{name}")
        directory = pulumi_home / "plugins" / f"resource-{name}-v{version}"
        program = directory / f"pulumi-resource-{name}"
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        if name in official:
            # The engine does not see a plugin's directory that is itself a link.
            for file in official[name].resolve().iterdir():
                (directory / file.name).symlink_to(file)
        elif name in built:
            program.symlink_to(built[name])
        else:
            _launcher(program, root, f"{python_module} lab.plugins {name}")
    if cli is not None:
        bin_directory.mkdir(parents=True, exist_ok=True)
        launcher = bin_directory / "pulumi-language-python"
        _launcher(launcher, root, f"{python_module} lab.plugins.language_host")
        _link_or_copy(cli, bin_directory / "pulumi")


def _link_or_copy(cli: Path, place: Path) -> None:
    # The CLI warns at every command where the language host is not in its own directory, and it
    # resolves symbolic links before it looks: hence a hard link or a copy.
    if place.resolve() == cli.resolve():
        return
    place.unlink(missing_ok=True)
    try:
        os.link(cli.resolve(), place)
    except OSError:
        shutil.copy2(cli, place)


def _launcher(path: Path, root: Path, command: str) -> None:
    # The engine starts a plugin in its own directory and a program may set its own PYTHONPATH, so
    # the launcher names both the repository and the interpreter.
    path.write_text(
        "#!/bin/sh\n"
        f'export PYTHONPATH={shlex.quote(str(root))}"${{PYTHONPATH:+:$PYTHONPATH}}"\n'
        f'exec {command} "$@"\n'
    )
    path.chmod(0o755)
