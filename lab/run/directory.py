"""Where one lab keeps its files, and the state it writes for everyone who uses it."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil
from pydantic import BaseModel, Field

CLONE = Path(__file__).resolve().parents[2]
"""The clone this lab was started from: the directory of `Pulumi.yaml`."""

# Only a directory with this file is deleted, so that a mistyped FLUXHOOK_LAB_DIR loses no data.
MARKER = ".fluxhook-lab"


class LabError(Exception):
    """An error with a message of one line: the reason, and the way out."""


class Tokens(BaseModel):
    """The tokens of one lab, random in each: the lab's GitHub accepts all but the last.

    Attributes:
        organisation: May do everything to the organisation's repositories.
        bot: The bot's account.
        read_only: May read the organisation's repositories.
        statuses: May set and read commit statuses, and nothing else.
        charts: Password of the private chart repository.
    """

    organisation: str
    bot: str
    read_only: str
    statuses: str
    charts: str

    @classmethod
    def random(cls) -> "Tokens":
        """New tokens in the form of GitHub's classic personal access tokens."""
        prefix = "gh" + "p_"
        return cls.model_validate(
            {name: prefix + secrets.token_hex(18) for name in cls.model_fields}
        )


class ProcessState(BaseModel):
    """One process of the lab as the supervisor saw it last."""

    state: Literal["waiting", "starting", "ready", "stopped", "exited"] = "waiting"
    pid: int | None = None
    created: float | None = None
    """The kernel's start time of `pid`, which tells it from a later process of the same number."""
    port: int | None = None
    exit_code: int | None = None
    """As in `subprocess`: negative for the signal that ended it."""
    seconds: float | None = None
    """From being started to being ready."""
    log: Path

    def running(self) -> bool:
        """Whether this process still runs, and not another one with its pid."""
        return same_process(self.pid, self.created) is not None


class LabState(BaseModel):
    """The content of `lab.json`."""

    state: Literal["starting", "ready", "stopping", "failed"]
    error: str | None = None
    supervisor: ProcessState
    control_key: str
    """What the supervisor's control port asks for; see `lab.run.control`."""
    ports: dict[str, int]
    tokens: Tokens
    processes: dict[str, ProcessState] = Field(default_factory=dict)


def same_process(pid: int | None, created: float | None) -> psutil.Process | None:
    """The process `pid`, if it is the one that started at `created` and has not ended."""
    if pid is None:
        return None
    try:
        process = psutil.Process(pid)
        # Linux counts from the boot, whose own time moves by a second when the clock is set.
        alive = abs(process.create_time() - (created or 0)) < 2 and (
            process.status() != psutil.STATUS_ZOMBIE
        )
    except psutil.NoSuchProcess:
        return None
    return process if alive else None


def write_private(path: Path, text: str) -> None:
    """Writes a file atomically, readable by its owner only."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    Path(temporary).replace(path)


@dataclass(frozen=True)
class LabDirectory:
    """All paths of one lab. Two labs share only the cache of built binaries."""

    path: Path

    @classmethod
    def find(cls, environment: Mapping[str, str] = os.environ) -> "LabDirectory":
        """The directory that `FLUXHOOK_LAB_DIR` names, else `.fluxhook/lab` of the clone."""
        named = environment.get("FLUXHOOK_LAB_DIR")
        return cls(Path(named).resolve() if named else CLONE / ".fluxhook" / "lab")

    @property
    def marker(self) -> Path:
        """An empty file that marks the directory as a lab's, and is locked while one starts."""
        return self.path / MARKER

    @property
    def state_file(self) -> Path:
        """`LabState` as JSON; there from the first process on until the lab has stopped."""
        return self.path / "lab.json"

    @property
    def kubeconfig(self) -> Path:
        """Administrator of the lab's cluster, context `fluxhook-lab`."""
        return self.path / "kubeconfig"

    @property
    def ca_file(self) -> Path:
        """Certificate of the lab's own authority, alone."""
        return self.path / "ca.pem"

    @property
    def ca_bundle(self) -> Path:
        """The lab's authority together with those that the machine trusts already."""
        return self.path / "ca-bundle.pem"

    @property
    def certs(self) -> Path:
        """Server certificates and keys of the lab, PEM: `<name>.pem` and `<name>-key.pem`."""
        return self.path / "certs"

    @property
    def github_app_key(self) -> Path:
        """Private key of the GitHub App, PEM; the double has `github-app-public.pem` of it."""
        return self.certs / "github-app.pem"

    @property
    def config(self) -> Path:
        """Configuration files of the lab's own servers: `<process>.json`."""
        return self.path / "config"

    @property
    def logs(self) -> Path:
        """`<process>.log` for every process and `supervisor.log`."""
        return self.path / "logs"

    @property
    def etcd(self) -> Path:
        """Data of etcd."""
        return self.path / "etcd"

    @property
    def git(self) -> Path:
        """Repositories of the lab's GitHub: `<owner>/<repository>.git`."""
        return self.path / "git"

    @property
    def storage(self) -> Path:
        """Artifacts of source-controller."""
        return self.path / "storage"

    @property
    def image_tags(self) -> Path:
        """Database of image-reflector-controller."""
        return self.path / "image-tags"

    @property
    def temporary(self) -> Path:
        """`TMPDIR` of the processes, so that temporary files are deleted with the lab."""
        return self.path / "tmp"

    @property
    def pulumi_home(self) -> Path:
        """`PULUMI_HOME`: plug-ins and credentials of the file backend."""
        return self.path / "pulumi-home"

    @property
    def pulumi_state(self) -> Path:
        """`PULUMI_BACKEND_URL`: the stacks."""
        return self.path / "pulumi-state"

    @property
    def bin(self) -> Path:
        """Executables made for this lab, such as `pulumi-language-python`."""
        return self.path / "bin"

    def log(self, name: str) -> Path:
        """The log file of the process `name`."""
        return self.logs / f"{name}.log"

    def read(self) -> LabState | None:
        """What `lab.json` says, or None when no lab was started here or it has stopped."""
        try:
            text = self.state_file.read_text()
        except FileNotFoundError:
            return None
        return LabState.model_validate_json(text)

    def write(self, state: LabState) -> None:
        """Replaces `lab.json`; a reader sees the old state or the new one, never a part."""
        write_private(self.state_file, state.model_dump_json(indent=2))

    def claim(self) -> None:
        """Makes the directory and marks it as a lab's.

        Raises:
            LabError: The directory holds files that no lab put there.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        if not self.marker.exists() and any(self.path.iterdir()):
            message = f"{self.path} is not empty and not a lab's directory; name another one"
            raise LabError(message)
        self.path.chmod(0o700)
        self.marker.touch()

    def wipe(self) -> None:
        """Deletes the files of an earlier lab, and creates the directories of a new one.

        Only a claimed directory is wiped, and its marker stays.
        """
        if not self.marker.exists():
            return
        for entry in self.path.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry != self.marker:
                entry.unlink()
        for directory in (
            *(self.certs, self.config, self.logs, self.etcd, self.git, self.storage),
            *(self.image_tags, self.temporary, self.pulumi_home, self.pulumi_state, self.bin),
        ):
            directory.mkdir()
