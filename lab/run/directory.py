"""Where one lab keeps its files. `lab.json`, the state of the lab, is described in `lab.run.state`."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lab.run.state import LabState

CLONE = Path(__file__).resolve().parents[2]
"""The root of this clone of the repository, where `Pulumi.yaml` is."""

MARKER = ".fluxhook-lab"
"""Only a directory with this file is emptied, so that a mistyped FLUXHOOK_LAB_DIR loses no data."""


class LabError(Exception):
    """An error that is shown without a traceback: its message says what is wrong and what to do."""


def write_private(path: Path, text: str) -> None:
    """Writes a file atomically, readable by its owner only."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    Path(temporary).replace(path)


@dataclass(frozen=True)
class LabDirectory:
    """The paths of one lab. Two labs share nothing but the cache of built binaries."""

    path: Path

    @classmethod
    def find(cls, environment: Mapping[str, str] = os.environ) -> "LabDirectory":
        """The directory that `FLUXHOOK_LAB_DIR` names; by default `.fluxhook/lab` in the clone."""
        named = environment.get("FLUXHOOK_LAB_DIR")
        return cls(Path(named).resolve() if named else CLONE / ".fluxhook" / "lab")

    @property
    def marker(self) -> Path:
        """An empty file that marks the directory as a lab's. It is locked while the lab starts."""
        return self.path / MARKER

    @property
    def state_file(self) -> Path:
        """`LabState` as JSON. It exists from the start of the supervisor until the lab has stopped."""
        return self.path / "lab.json"

    @property
    def kubeconfig(self) -> Path:
        """Kubeconfig of the cluster's administrator, with the context `fluxhook-lab`."""
        return self.path / "kubeconfig"

    @property
    def ca_file(self) -> Path:
        """Certificate of the lab's certificate authority."""
        return self.path / "ca.pem"

    @property
    def ca_bundle(self) -> Path:
        """The lab's certificate authority and those that the machine trusts."""
        return self.path / "ca-bundle.pem"

    @property
    def certs(self) -> Path:
        """Server certificates and keys of the lab, PEM: `<name>.pem` and `<name>-key.pem`."""
        return self.path / "certs"

    @property
    def github_app_key(self) -> Path:
        """Private key of the GitHub App, PEM. The double reads only the public key, `github-app-public.pem`."""
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
        """Artifacts that source-controller stores."""
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
    def plugins_socket(self) -> Path:
        """Where `lab.plugins.parent` is asked for a plugin."""
        return self.path / "plugins.socket"

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
        """Reads `lab.json`; None when no lab was started here, or it has stopped."""
        try:
            text = self.state_file.read_text()
        except FileNotFoundError:
            return None
        return LabState.model_validate_json(text)

    def write(self, state: LabState) -> None:
        """Replaces `lab.json` atomically: a reader sees the old state or the new one."""
        write_private(self.state_file, state.model_dump_json(indent=2))

    def claim(self) -> None:
        """Creates the directory and marks it as a lab's.

        Raises:
            LabError: The directory has files and is not marked as a lab's.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        if not self.marker.exists() and any(self.path.iterdir()):
            message = f"{self.path} is not empty and not a lab's directory; set FLUXHOOK_LAB_DIR to another one"
            raise LabError(message)
        self.path.chmod(0o700)
        self.marker.touch()

    def wipe(self) -> None:
        """Deletes the files of an earlier lab and creates the directories of a new one.

        Does nothing in a directory that is not marked as a lab's. The marker stays.
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
