"""A new repository: its first files are written, applied, and from then on its own."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from lightkube.core.exceptions import ApiError
from lightkube.resources.apps_v1 import Deployment as AppsDeployment
from lightkube.resources.core_v1 import Service

from lab.world import push
from tests.deployment import Deployment, deployed
from tests.workflows.test_workflows import lint
from tests.world import World, eventually

FILES = {
    ".github/workflows/ci.yml",
    "kustomize/base/deployment.yaml",
    "kustomize/base/kustomization.yaml",
    "kustomize/base/service.yaml",
    "kustomize/overlays/dev/kustomization.yaml",
}
SERVICE = "kustomize/base/service.yaml"


@pytest.fixture
def stack(world: World, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Deployment]:
    """A stack for an empty repository, which has nothing but a scaffold."""
    name = f"new-{request.node.name.rpartition('_')[2]}"
    with deployed(world, name, tmp_path) as made:
        made.config["applications"] = [
            {
                "repository": name,
                "interval": "1h",
                "createNamespace": True,
                "image": {"name": f"ghcr.io/developer-friendly/{name}", "automation": False},
                "kustomization": {
                    "path": "./kustomize/overlays/dev",
                    "targetNamespace": name,
                },
                "scaffold": {"port": 8080, "replicas": 2},
            }
        ]
        yield made


def written(world: World, name: str) -> dict[str, str]:
    """The files that the scaffold has written, as they are in the repository now."""
    with push.connect(world.state) as github:
        return {path: push.read(github, f"developer-friendly/{name}", path) for path in FILES}


def test_an_empty_repository_is_filled_and_applied_and_is_its_own(
    world: World, stack: Deployment, tmp_path: Path
) -> None:
    name = stack.stack
    repository = f"developer-friendly/{name}"
    steps = stack.up().steps
    assert sum(step.startswith("RepositoryFile ") for step in steps) == len(FILES)
    state = json.loads(stack.pulumi("stack", "export").output)["deployment"]["resources"]
    (hook,) = [each for each in state if each["type"].endswith(":RepositoryWebhook")]
    assert any(":RepositoryFile::" in each for each in hook["dependencies"]), "what is announced"

    def runs() -> AppsDeployment:
        try:
            return world.cluster.get(AppsDeployment, name, namespace=name)
        except ApiError as error:
            raise AssertionError(str(error)) from error

    deployment: AppsDeployment = eventually(runs)
    assert deployment.spec
    assert deployment.spec.template.spec
    (container,) = deployment.spec.template.spec.containers
    assert (deployment.spec.replicas, container.image) == (2, f"ghcr.io/{repository}:0")
    assert world.cluster.get(Service, name, namespace=name)
    workflow = tmp_path / "ci.yml"
    workflow.write_text(written(world, name)[".github/workflows/ci.yml"])
    done = lint(workflow)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    assert stack.up("--expect-no-changes").steps == {}

    # From now on they are the application's.
    mine = "# mine\n" + written(world, name)[SERVICE]
    with push.connect(world.state) as github:
        push.commit(github, repository, "Mine", {SERVICE: mine})
    assert stack.up().steps == {}
    assert stack.up("--refresh").steps == {}
    assert written(world, name)[SERVICE] == mine
    before = written(world, name)
    del stack.config["applications"][0]["scaffold"]  # type: ignore[index]
    assert set(stack.up().steps.values()) == {"delete"}
    assert written(world, name) == before
    stack.operate("destroy")
    assert written(world, name) == before


def test_a_file_that_is_there_is_refused_and_left_alone(world: World, stack: Deployment) -> None:
    mine = "# mine\n"
    with push.connect(world.state) as github:
        push.commit(github, f"developer-friendly/{stack.stack}", "Mine", {SERVICE: mine})
        refused = stack.operate("up", check=False)
        assert refused.exit_code != 0
        assert "refusing to overwrite existing file" in refused.output
        assert push.read(github, f"developer-friendly/{stack.stack}", SERVICE) == mine
    assert world.get(f"/repos/developer-friendly/{stack.stack}/hooks") == []
    # The way out that the page names.
    del stack.config["applications"][0]["scaffold"]  # type: ignore[index]
    stack.up()
    assert len(world.get(f"/repos/developer-friendly/{stack.stack}/hooks")) == 1
