"""Applications that Flux has applied: each has a repository with manifests and a stack of its own."""

import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lightkube.generic_resource import GenericNamespacedResource
from lightkube.resources.apps_v1 import Deployment as AppsDeployment
from lightkube.resources.core_v1 import Namespace

from lab.world import push
from lab.world.kinds import GitRepository, Kustomization
from tests.deployment import Deployment, deployed
from tests.lab import monitoring
from tests.lab.cluster.flux_operator import FluxOperator, operating
from tests.world import World, eventually

EXAMPLE = "echo-server"
OVERLAY = "kustomize/overlays/dev/kustomization.yaml"
NAMESPACE = "flux-system"


def run_in(directory: Path, *arguments: str, code: int = 0) -> str:
    """Runs `fluxhook` for a lab directory; returns its output, or with `code` what it printed as an error."""
    done = subprocess.run(
        [Path(sys.executable).with_name("fluxhook"), *arguments],
        env={**os.environ, "FLUXHOOK_LAB_DIR": str(directory)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stderr if code else done.stdout


@dataclass
class Application:
    """The application of a stack; its first commit is applied."""

    world: World
    stack: Deployment

    @property
    def name(self) -> str:
        """Name of the repository, the Flux objects and the target namespace."""
        return self.stack.stack

    @property
    def repository(self) -> str:
        """`owner/name`."""
        return f"developer-friendly/{self.name}"

    def push(self, replicas: int, branch: str = "main") -> str:
        """Commits another number of replicas and returns the commit's id.

        No two commits have the same files. source-controller patches only what differs from its cache; when the cache
        is old and an earlier digest returns, the status can get the new revision with the digest of another one.
        """
        text = push.example(EXAMPLE)[OVERLAY].replace("count: 2", f"count: {replicas}")
        text += f"# {uuid.uuid4()}\n"
        with push.connect(self.world.state) as github:
            message = f"Run {replicas} replicas"
            return push.commit(github, self.repository, message, {OVERLAY: text}, branch)

    def _status(self, kind: type[GenericNamespacedResource]) -> dict[str, Any]:
        return self.world.status(kind, self.name)

    def applied(self) -> str:
        """Returns the revision that Flux has applied last."""
        return str(self._status(Kustomization).get("lastAppliedRevision", ""))

    def fetched(self) -> str:
        """Returns the revision that Flux has fetched last."""
        return str(self._status(GitRepository).get("artifact", {}).get("revision", ""))

    def requested(self) -> str:
        """Returns when the receiver last requested a reconciliation."""
        found = self.world.cluster.get(GitRepository, self.name, namespace=NAMESPACE)
        assert found.metadata
        annotations: dict[str, str] = found.metadata.annotations or {}
        return annotations.get("reconcile.fluxcd.io/requestedAt", "")

    def replicas(self) -> int | None:
        """Returns the number of replicas in the cluster."""
        found = self.world.cluster.get(AppsDeployment, "echo-server", namespace=self.name)
        assert found.spec
        return found.spec.replicas

    def condition(
        self, kind: str, of: type[GenericNamespacedResource] = GitRepository
    ) -> dict[str, str]:
        """Returns a condition of the GitRepository, or of an object of another kind; empty when there is none."""
        conditions: list[dict[str, str]] = self._status(of).get("conditions", [])
        return next((each for each in conditions if each["type"] == kind), {})

    def await_applied(self, sha: str) -> None:
        """Waits until Flux has applied a commit."""

        def check() -> None:
            ready = [self.condition("Ready", each) for each in (GitRepository, Kustomization)]
            assert sha in self.applied(), ready

        eventually(check)

    @property
    def hook(self) -> str:
        """Path of the application's webhook in GitHub's API."""
        (hook,) = self.world.get(f"/repos/{self.repository}/hooks")
        return f"/repos/{self.repository}/hooks/{hook['id']}"

    def deliveries(self) -> list[dict[str, object]]:
        """Returns GitHub's recent deliveries of pushes, newest first."""
        found = self.world.get(f"{self.hook}/deliveries?per_page=100")
        return [each for each in found if each["event"] == "push"]

    def await_delivery(self, number: int, code: int) -> dict[str, object]:
        """Waits for `number` deliveries, the newest answered with `code`, and returns the newest."""

        def check() -> dict[str, object]:
            found = self.deliveries()
            assert len(found) == number
            assert found[0]["status_code"] == code, found[0]
            return found[0]

        newest: dict[str, object] = eventually(check)
        return newest


@contextmanager
def delivered(
    world: World, name: str, config: Mapping[str, object] | None = None
) -> Iterator[Application]:
    """Deploys an application in a stack of its own and waits until it is applied; destroys the stack in the end.

    `config` has further keys of the stack; the value None removes a key.
    """
    world.make_namespace(name)
    with (
        tempfile.TemporaryDirectory() as directory,
        deployed(world, name, Path(directory)) as stack,
    ):
        stack.config["applications"] = [
            {
                "repository": name,
                # So long that only a webhook can cause a reconciliation within a test.
                "interval": "1h",
                "kustomization": {
                    "path": "./kustomize/overlays/dev",
                    "interval": "1h",
                    "retryInterval": "1s",
                    "targetNamespace": name,
                },
            }
        ]
        changed = {**stack.config, **(config or {})}
        stack.config = {key: value for key, value in changed.items() if value is not None}
        application = Application(world, stack)
        with push.connect(world.state) as github:
            sha = push.commit(
                github, application.repository, "The application", push.example(EXAMPLE)
            )
        stack.up()
        application.await_applied(sha)
        yield application


@pytest.fixture(scope="session")
def application(world: World) -> Iterator[Application]:
    """The application that the tests of faults use."""
    with delivered(world, "faults") as application:
        yield application


@pytest.fixture(scope="session")
def flux_operator(world: World) -> Iterator[FluxOperator]:
    """A running substitute for flux-operator."""
    with operating(world) as operator:
        yield operator


@pytest.fixture
def namespace(world: World) -> Iterator[str]:
    """A name for the namespace that a release creates; deletes it in the end, since Helm does not."""
    name = f"helm-{uuid.uuid4().hex[:8]}"
    yield name
    for each in world.cluster.list(Namespace, fields={"metadata.name": name}):
        assert each.metadata
        world.cluster.delete(Namespace, str(each.metadata.name))


@pytest.fixture
def without_monitoring(world: World) -> Iterator[None]:
    """Removes what Helm leaves of the monitoring chart, after the test."""
    yield
    monitoring.remove_leftovers(world)
