"""Plugins that the lab forks: each is as if the engine had started it."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from lab.plugins import launch
from tests.world import World

MODULE = """
import json, os, signal, sys
told = {"arguments": sys.argv[1:], "directory": os.getcwd(), "word": os.environ.get("WORD"), "pid": os.getpid()}
print(json.dumps(told), flush=True)
print("an error", file=sys.stderr, flush=True)
if sys.argv[1:] == ["fails"]:
    raise KeyError("nothing here")
signal.pause()
"""


def launched(directory: Path, socket: Path, *arguments: str) -> subprocess.Popen[str]:
    """A module in a directory, launched as the engine does."""
    (directory / "asked.py").write_text(MODULE)
    return subprocess.Popen(
        [sys.executable, "-I", "-S", launch.__file__, socket, "asked", *arguments],
        cwd=directory,
        env={**os.environ, "PYTHONPATH": str(directory), "WORD": "said"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_plugin_has_what_its_launcher_was_given_and_ends_with_it(
    world: World, tmp_path: Path, number: signal.Signals
) -> None:
    with launched(tmp_path, world.directory.plugins_socket, "one", "two words") as launcher:
        assert launcher.stdout and launcher.stderr
        told = json.loads(launcher.stdout.readline())
        plugin = psutil.Process(told.pop("pid"))
        assert plugin.pid != launcher.pid
        assert told == {
            "arguments": ["one", "two words"],
            "directory": str(tmp_path),
            "word": "said",
        }
        assert launcher.stderr.readline() == "an error\n"
        launcher.send_signal(number)
        plugin.wait(timeout=60)


def test_an_interrupt_waits_until_there_is_a_plugin_to_end(tmp_path: Path) -> None:
    place = tmp_path / "slow.socket"
    with (
        socket.socket(socket.AF_UNIX) as slow,
        subprocess.Popen(["sleep", "600"]) as plugin,
    ):
        slow.bind(str(place))
        slow.listen()
        with launched(tmp_path, place) as launcher:
            connection, _ = slow.accept()
            launcher.send_signal(signal.SIGTERM)
            connection.sendall(plugin.pid.to_bytes(launch.LENGTH))
            try:
                assert plugin.wait(timeout=60) == -signal.SIGTERM
            finally:
                plugin.kill()
                connection.close()


def test_what_a_plugin_does_not_catch_is_shown(world: World, tmp_path: Path) -> None:
    with launched(tmp_path, world.directory.plugins_socket, "fails") as launcher:
        _, shown = launcher.communicate(timeout=60)
    assert shown.endswith("KeyError: 'nothing here'\n")


def test_without_a_parent_a_launcher_becomes_the_plugin(tmp_path: Path) -> None:
    with launched(tmp_path, tmp_path / "nobody.socket") as launcher:
        assert launcher.stdout
        told = json.loads(launcher.stdout.readline())
        assert (told["pid"], told["directory"]) == (launcher.pid, str(tmp_path))
        launcher.kill()
