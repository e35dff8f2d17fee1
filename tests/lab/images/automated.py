"""An application with image automation: pushes images and reads the bot's commits."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lightkube.resources.apps_v1 import Deployment
from lightkube.types import PatchType

from lab.world import images, push
from lab.world.kinds import ImagePolicy, ImageRepository, ImageUpdateAutomation
from lab.world.surroundings import BOT, BOT_EMAIL
from tests.deployment import deployed
from tests.lab.conftest import NAMESPACE, OVERLAY, Application
from tests.world import World, eventually

EXAMPLE = "ghcr.io/developer-friendly/echo-server"
"""The image in the example's manifests."""


def message(commit: dict[str, object]) -> str:
    return str(commit["commit"]["message"])  # type: ignore[index]


def verification(commit: dict[str, object]) -> dict[str, object]:
    return commit["commit"]["verification"]  # type: ignore[index,no-any-return]


@dataclass
class Automated(Application):
    """An application whose image tag the bot updates."""

    @property
    def image_name(self) -> str:
        """Name of its image in the registry; every application has another one."""
        return f"developer-friendly/{self.name}"

    def push_image(self, tag: str) -> None:
        """Pushes an image; Flux is not notified."""
        images.push(self.world.directory, self.world.state, self.image_name, tag)

    def release(self, tag: str) -> dict[str, object]:
        """Pushes an image, requests a scan of the registry, and returns the bot's commit of the tag."""
        self.push_image(tag)
        asked = {"reconcile.fluxcd.io/requestedAt": uuid.uuid4().hex}
        self.world.cluster.patch(
            ImageRepository,
            self.name,
            {"metadata": {"annotations": asked}},
            namespace=NAMESPACE,
            patch_type=PatchType.MERGE,
        )

        def committed() -> dict[str, object]:
            answer = self.world.github.get(f"/repos/{self.repository}/commits/main")
            found: dict[str, object] = answer.raise_for_status().json()
            assert f"-> {tag}\n" in message(found), self.conditions()
            return found

        commit: dict[str, object] = eventually(committed)
        return commit

    def conditions(self) -> list[str]:
        """Returns the conditions of the image's Flux objects, for an assertion's message."""
        said: list[str] = []
        for kind in (ImageRepository, ImagePolicy, ImageUpdateAutomation):
            found = self.world.cluster.get(kind, self.name, namespace=NAMESPACE)
            assert isinstance(found.status, dict)
            conditions: list[dict[str, str]] = found.status.get("conditions", [])
            said += [f"{each['type']}={each['status']}: {each['message']}" for each in conditions]
        return said

    def image(self) -> str:
        """Returns the image that the Deployment runs."""
        found = self.world.cluster.get(Deployment, "echo-server", namespace=self.name)
        assert found.spec
        assert found.spec.template.spec
        return str(found.spec.template.spec.containers[0].image)


@contextmanager
def automated(world: World, name: str, directory: Path, **config: object) -> Iterator[Automated]:
    """An application with a private image: pushes its manifests and the tag 1, but does not run `up`."""
    with deployed(world, name, directory) as stack:
        kustomization = {
            "path": "./kustomize/overlays/dev",
            "interval": "1h",
            "targetNamespace": name,
        }
        # So long that only events can cause a reconciliation within a test.
        image = {"name": f"ghcr.io/developer-friendly/{name}", "private": True, "interval": "1h"}
        stack.config |= {
            "bot": {"login": BOT, "name": "The Bot", "email": BOT_EMAIL},
            "botPassphrase": "some" + "-words",
            "registryToken": images.TOKEN,
            "applications": [
                {
                    "repository": name,
                    "interval": "1h",
                    "kustomization": kustomization,
                    "image": image,
                }
            ],
            **config,
        }
        files = {
            path: text.replace(EXAMPLE, f"ghcr.io/developer-friendly/{name}")
            for path, text in push.example("echo-server").items()
        }
        files[OVERLAY] = files[OVERLAY].replace("flux-system:echo-server", f"flux-system:{name}")
        application = Automated(world, stack)
        with push.connect(world.state) as github:
            push.commit(github, application.repository, "The application", files)
        application.push_image("1")
        yield application
