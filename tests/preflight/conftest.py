"""A stack in the lab that can go up; a test breaks one thing and sees what is said before anything is written."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

import settings
from lab.world import push
from preflight import Account, Asked, Kubernetes, examine
from preflight.findings import Level
from tests.deployment import Deployment, deployed
from tests.unit.conftest import raw
from tests.world import World

NAME = "preflight"
REPOSITORY = f"developer-friendly/{NAME}"
FILES = {"deploy/kustomization.yaml": "resources: []\n", "chart/Chart.yaml": "name: a\n"}
STOPPING = (Level.FAULT, Level.UPDATE)


@dataclass
class Checked:
    """The stack."""

    stack: Deployment

    @property
    def world(self) -> World:
        """The lab."""
        return self.stack.world

    def stopped(self, **config: object) -> list[str]:
        """What stops an update of the stack with other keys; None removes one. Nobody starts the engine."""
        values = {**self.stack.config, **config}
        written = {key: each for key, each in values.items() if each is not None}
        found, faults = settings.parse(raw(written), NAME)
        assert faults == []
        asked = Asked(
            found, Kubernetes(found.stack), Account(), stack=f"organization/fluxhook/{NAME}"
        )
        results = examine(asked, 120)
        told = [each for result in results for each in result.findings]
        return [str(each) for each in told if each.level in STOPPING]

    def application(self, **keys: object) -> dict[str, object]:
        """The keys of the stack with more of its application."""
        return {
            "applications": [{"repository": NAME, "kustomization": {"path": "./deploy"}, **keys}]
        }

    def kubeconfig(self, **changes: object) -> str:
        """The lab's kubeconfig, with changes to its user and to its cluster."""
        config = yaml.safe_load(self.world.directory.kubeconfig.read_text())
        for key, change in changes.items():
            (each,) = config[f"{key}s"]
            each[key] = change if key == "user" else {**each[key], **change}  # type: ignore[dict-item]
        return yaml.safe_dump(config)


@pytest.fixture(scope="session")
def shared(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checked]:
    """The stack that all tests of this room share; nothing of it is up."""
    with deployed(world, NAME, tmp_path_factory.mktemp(NAME), passphrase=True) as stack:
        with push.connect(world.state) as github:
            push.commit(github, REPOSITORY, "Something to deliver", FILES)
        checked = Checked(stack)
        stack.config |= {"preflight": True, **checked.application()}
        yield checked


@pytest.fixture
def checked(shared: Checked, monkeypatch: pytest.MonkeyPatch) -> Checked:
    """The shared stack, with the lab's variables in this process too."""
    for name, text in shared.world.environment.items():
        if name.startswith(("AWS_", "GITHUB_", "KUBECONFIG")):
            monkeypatch.setenv(name, text)
    # Without credentials botocore asks the machine's own cloud.
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(Path("/dev/null")))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(Path("/dev/null")))
    return shared
