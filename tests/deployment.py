"""Deploys stacks of this repository's program in the lab, with the real engine."""

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

# The tests of the lab import nothing else of the program.
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
PROGRAM = ("Pulumi.yaml", "__main__.py", "components", "preflight", "recovery", "settings", ".venv")
"""The files of the repository that `pulumi` needs, except the stack file."""
ROOT = Path(__file__).parents[1]
DEBUG = {"PULUMI_DEBUG_COMMANDS": "true"}
"""Without it the command line has no `--event-log`."""
TIMEOUT = 600
"""Seconds after which a command counts as stuck."""


@dataclass(frozen=True)
class Run:
    """The result of one `pulumi` command: its output and the engine's events."""

    exit_code: int
    output: str
    events: Sequence[Mapping[str, dict[str, object]]]

    @property
    def steps(self) -> dict[str, str]:
        """The operation on each resource that changes, by `Type name`, such as `{"Secret bot": "create"}`."""
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
    """One stack of this repository's program in the lab, with its own configuration."""

    world: World
    stack: str
    directory: Path
    config: dict[str, object] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    _last_config: dict[str, object] | None = None

    def pulumi(self, *arguments: str, check: bool = True) -> Run:
        """Runs `pulumi` with the current configuration.

        Raises:
            AssertionError: `check` is set and the command failed; the message is its output.
        """
        events = self.directory / "events.json"
        events.unlink(missing_ok=True)
        self._write_config()
        done = self._run(*arguments)
        lines = events.read_text().splitlines() if events.exists() else []
        assert not check or done.returncode == 0, done.stdout
        return Run(done.returncode, done.stdout, [json.loads(line) for line in lines])

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        # The key of the stack's secrets stays in reach where a test puts a proxy before AWS.
        kms = {"AWS_ENDPOINT_URL_KMS": self.world.environment["AWS_ENDPOINT_URL"]}
        return subprocess.run(
            ["pulumi", "--cwd", self.directory, *arguments, "--stack", self.stack],
            env={**os.environ, **DEBUG, **self.world.environment, **kms, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=TIMEOUT,
        )

    @property
    def file(self) -> Path:
        """The stack file, which is outside the repository."""
        return self.directory / f"Pulumi.{self.stack}.yaml"

    def _write_config(self) -> None:
        if self.config == self._last_config:
            return
        self._last_config = copy.deepcopy(self.config)
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
            # `pulumi config set` drops the last newline of its input, too.
            pairs = [f"{path}={value.removesuffix(chr(10))}" for path, value in secrets]
            flags = [each for pair in pairs for each in ("--secret", pair)]
            self._run("config", "set-all", "--path", *flags).check_returncode()

    def operate(self, verb: str, *arguments: str, check: bool = True) -> Run:
        """Runs `preview`, `up`, `refresh` or `destroy`, and records the engine's events.

        Skips the preview before an update, which would run the program twice. A test that needs this
        preview passes `--skip-preview=false`.
        """
        log = ("--event-log", str(self.directory / "events.json"))
        flags = () if verb == "preview" else ("--yes", "--skip-preview")
        if verb == "destroy":
            flags = (*flags, "--run-program")
        return self.pulumi(verb, *flags, *log, *arguments, check=check)

    def up(self, *arguments: str) -> Run:
        """Runs `pulumi up`."""
        return self.operate("up", *arguments)

    def preview(self, *arguments: str) -> Run:
        """Runs `pulumi preview`."""
        return self.operate("preview", *arguments)

    def output(self, name: str) -> dict[str, str]:
        """Returns a stack output, decrypted."""
        printed = self.pulumi("stack", "output", "--show-secrets", "--json").output
        value: dict[str, str] = json.loads(printed)[name]
        return value

    def state(self) -> str:
        """Returns the text of the state file, with secrets encrypted; empty when there is no stack."""
        found = self.world.directory.pulumi_state.rglob(f"{self.stack}.json")
        return "\n".join(each.read_text() for each in found)

    def begin(self, *, passphrase: bool = False) -> None:
        """Creates the stack, after removing one that an earlier run left in the same lab."""
        if self.state():
            self.end()
            self.pulumi("stack", "rm", "--yes", "--force", "--preserve-config")
        provider = "passphrase" if passphrase else self.world.secrets_provider
        self.pulumi("stack", "init", "--secrets-provider", provider)

    def end(self) -> None:
        """Destroys the stack's resources, if there are any."""
        self.environment.clear()
        if any(json.loads(self.state())["checkpoint"]["latest"].get("resources") or ()):
            self.operate("destroy", check=False)


def _leaves(path: str, value: object) -> Iterator[tuple[str, str]]:
    """Yields every secret with its path for `pulumi config set --path`."""
    if not isinstance(value, dict):
        yield path, str(value)
        return
    for key, each in value.items():
        yield from _leaves(f"{path}.{key}", each)


def place_program(directory: Path) -> None:
    """Links the program into `directory`, which so has stack files of its own."""
    for part in PROGRAM:
        (directory / part).symlink_to(ROOT / part)


@contextmanager
def deployed(
    world: World, name: str, directory: Path, *, passphrase: bool = False
) -> Iterator[Deployment]:
    """Creates a stack and an empty repository, both named `name`; destroys the stack in the end.

    The stack's secrets are encrypted with a key of KMS or, for a stack that does without AWS, with a passphrase,
    whose derivation is half the CPU time of a short `pulumi` command.
    """
    world.make_repository(name)
    place_program(directory)
    config: dict[str, object] = {
        "owner": "developer-friendly",
        "host": "flux.fluxhook.test",
        "gateway": {"name": "public", "namespace": "gateway-system"},
        "kubeContext": "fluxhook-lab",
        "parameterPrefix": f"/{name}",
        "applications": [{"repository": name}],
        # tests/preflight has the checks; elsewhere they would answer first where a test breaks something.
        "preflight": False,
    }
    deployment = Deployment(world, name, directory, config)
    deployment.begin(passphrase=passphrase)
    try:
        yield deployment
    finally:
        deployment.end()
