"""A stack of this repository's program in the lab, run by the real engine."""

import copy
import json
import os
import subprocess
import typing
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import yaml

# All that these tests know of the program's insides.
from components.rules.flux import WATCH_LABEL
from settings import SECRETS
from settings.faults.notifications import WITH_CHANNEL, WITH_TOKEN
from settings.models.notification import Monitoring, Type
from tests.world import World

__all__ = ["MONITORED", "NOTIFIED", "SECRETS", "WATCH_LABEL", "WITH_CHANNEL", "WITH_TOKEN"]

MONITORED = Monitoring().namespace
"""Namespace of the monitoring chart where a stack names none."""
NOTIFIED: Sequence[str] = typing.get_args(Type)
"""Types of a notification."""
PROGRAM = ("Pulumi.yaml", "__main__.py", "components", "settings", ".venv")
"""What `pulumi` needs of the repository beside a stack's file."""
ROOT = Path(__file__).parents[1]
DEBUG = {"PULUMI_DEBUG_COMMANDS": "true"}
"""Without it the command line has no `--event-log`."""
LONGEST = 600
"""Seconds after which a command is not slow but stuck."""


@dataclass(frozen=True)
class Run:
    """One `pulumi` command: what it printed, and its engine events."""

    exit_code: int
    output: str
    events: Sequence[Mapping[str, dict[str, object]]]

    @property
    def steps(self) -> dict[str, str]:
        """What was done or would be, by `Type name`; resources that stay the same are left out."""
        found: dict[str, str] = {}
        for event in self.events:
            step = event.get("resourcePreEvent", {}).get("metadata")
            if isinstance(step, dict) and step["op"] not in ("same", "read", "refresh"):
                kind, _, name = str(step["urn"]).rpartition("::")
                kind = kind.rpartition("$")[2].rpartition("::")[2].rpartition(":")[2]
                op = str(step["op"])
                if not op.endswith("-replacement") and op != "delete-replaced":
                    found[f"{kind} {name}"] = op
        return found


@dataclass
class Deployment:
    """One stack of this repository's program against the lab, with a configuration of its own."""

    world: World
    stack: str
    directory: Path
    config: dict[str, object] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    _written: dict[str, object] | None = None

    def pulumi(self, *arguments: str, check: bool = True) -> Run:
        """Run `pulumi` with arguments.

        Raises:
            AssertionError: it failed although `check` is set; the message is its output.
        """
        events = self.directory / "events.json"
        events.unlink(missing_ok=True)
        self._write_config()
        done = self._run(*arguments)
        lines = events.read_text().splitlines() if events.exists() else []
        assert not check or done.returncode == 0, done.stdout
        return Run(done.returncode, done.stdout, [json.loads(line) for line in lines])

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["pulumi", "--cwd", self.directory, *arguments, "--stack", self.stack],
            env={**os.environ, **DEBUG, **self.world.environment, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=LONGEST,
        )

    @property
    def file(self) -> Path:
        """The stack's file, outside the repository."""
        return self.directory / f"Pulumi.{self.stack}.yaml"

    def _write_config(self) -> None:
        if self.config == self._written:
            return
        self._written = copy.deepcopy(self.config)
        before = yaml.safe_load(self.file.read_text()) if self.file.exists() else {}
        plain = {
            f"fluxhook:{key}": value for key, value in self.config.items() if key not in SECRETS
        }
        self.file.write_text(yaml.safe_dump((before or {}) | {"config": plain}))
        secrets = [
            leaf
            for key in sorted(SECRETS & self.config.keys())
            for leaf in _leaves(key, self.config[key])
        ]
        if secrets:
            # As `pulumi config set`, which drops the last newline of what it reads.
            pairs = [f"{path}={value.removesuffix(chr(10))}" for path, value in secrets]
            flags = [each for pair in pairs for each in ("--secret", pair)]
            self._run("config", "set-all", "--path", *flags).check_returncode()

    def operate(self, verb: str, *arguments: str, check: bool = True) -> Run:
        """`preview`, `up`, `refresh` or `destroy`, with the engine's events.

        An update shows no preview first, which would run the program twice: a test of what is
        shown before an update gives `--skip-preview=false`.
        """
        log = ("--event-log", str(self.directory / "events.json"))
        flags = () if verb == "preview" else ("--yes", "--skip-preview")
        return self.pulumi(verb, *flags, *log, *arguments, check=check)

    def up(self, *arguments: str) -> Run:
        """`pulumi up`."""
        return self.operate("up", *arguments)

    def preview(self, *arguments: str) -> Run:
        """`pulumi preview`."""
        return self.operate("preview", *arguments)

    def output(self, name: str) -> dict[str, str]:
        """A stack output, decrypted."""
        printed = self.pulumi("stack", "output", "--show-secrets", "--json").output
        value: dict[str, str] = json.loads(printed)[name]
        return value

    def state(self) -> str:
        """The state file, as it lies on the disk."""
        found = self.world.directory.pulumi_state.rglob(f"{self.stack}.json")
        return "\n".join(each.read_text() for each in found)

    def begin(self) -> None:
        """Make the stack; one that an earlier run left in the same lab goes first."""
        if self.state():
            self.end()
            self.pulumi("stack", "rm", "--yes", "--force")
        self.pulumi("stack", "init")

    def end(self) -> None:
        """Destroy whatever is up."""
        self.environment.clear()
        if any(json.loads(self.state())["checkpoint"]["latest"].get("resources") or ()):
            self.operate("destroy", check=False)


def _leaves(path: str, value: object) -> Iterator[tuple[str, str]]:
    """Every secret value, by the path that `pulumi config set --path` takes."""
    if not isinstance(value, dict):
        yield path, str(value)
        return
    for key, each in value.items():
        yield from _leaves(f"{path}.{key}", each)


def place_program(directory: Path) -> None:
    """The program itself, in a directory whose stack files are not the repository's."""
    for part in PROGRAM:
        (directory / part).symlink_to(ROOT / part)


@contextmanager
def deployed(world: World, name: str, directory: Path) -> Iterator[Deployment]:
    """A fresh stack for a fresh repository of the same name, destroyed in the end."""
    world.make_repository(name)
    place_program(directory)
    config: dict[str, object] = {
        "owner": "developer-friendly",
        "host": "flux.fluxhook.test",
        "gateway": {"name": "public", "namespace": "gateway-system"},
        "kubeContext": "fluxhook-lab",
        "parameterPrefix": f"/{name}",
        "applications": [{"repository": name}],
    }
    made = Deployment(world, name, directory, config)
    made.begin()
    try:
        yield made
    finally:
        made.end()
