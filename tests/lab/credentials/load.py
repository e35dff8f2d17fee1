"""A push every tenth of a second while something else happens, and everything that goes wrong in the meantime."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from lightkube.generic_resource import GenericNamespacedResource
from lightkube.types import PatchType

from lab.world import push
from lab.world.kinds import GitRepository, ImageRepository
from tests.lab.conftest import NAMESPACE, Application
from tests.world import World, eventually

EVERY = 0.1
"""Seconds between two pushes."""
QUEUED = 2
"""Most seconds that a delivery waits in GitHub's queue."""
END = "tests/end"
"""Annotation by which a watch learns that it has seen everything."""


@dataclass
class Load:
    """What was pushed, and what Flux said about its fetches and its scans of the registry."""

    application: Application
    since: int
    """Id of the last delivery before."""
    pushes: int = 0
    fetches: set[str] = field(default_factory=set)
    """Revisions that were fetched."""
    scans: set[str] = field(default_factory=set)
    """Times of scans."""
    failures: list[str] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def push(self) -> None:
        """Pushes, and requests scans, until it is over."""
        world, name = self.application.world, self.application.name
        with push.connect(world.state) as github:
            while not self._over.wait(EVERY):
                text = f"{self.pushes} {uuid.uuid4()}\n"
                push.commit(github, self.application.repository, "Load", {"load.txt": text})
                self.pushes += 1
                annotate(world, ImageRepository, name, "reconcile.fluxcd.io/requestedAt")

    def watch(self, kind: type[GenericNamespacedResource]) -> None:
        """Notes every state of an object until it is over."""
        world, name = self.application.world, self.application.name
        one = world.cluster.watch(kind, namespace=NAMESPACE, fields={"metadata.name": name})
        for _, each in one:
            status: dict[str, Any] = each.get("status") or {}
            for condition in status.get("conditions", ()):
                told = f"{condition['type']}={condition['status']}"
                if told in ("Ready=False", "FetchFailed=True", "Stalled=True"):
                    self.failures.append(f"{kind.__name__} {told}: {condition['message']}")
            self.fetches |= {str(status.get("artifact", {}).get("revision"))} - {"None"}
            self.scans |= {str(status.get("lastScanResult", {}).get("scanTime"))} - {"None"}
            marks = each.metadata.annotations if each.metadata else None
            if self._over.is_set() and END in (marks or {}):
                return

    def delivered(self) -> list[dict[str, object]]:
        """GitHub's deliveries of these pushes."""
        found: list[dict[str, object]] = []
        path: str | None = f"{self.application.hook}/deliveries?per_page=100"
        while path:
            answer = self.application.world.github.get(path).raise_for_status()
            found += [
                each
                for each in answer.json()
                if each["event"] == "push" and each["id"] > self.since
            ]
            path = answer.links.get("next", {}).get("url")
        return found

    def end(self) -> None:
        """Stops, and waits until GitHub's queue is empty."""
        self._over.set()

        def all_delivered() -> None:
            assert len(self.delivered()) == self.pushes

        eventually(all_delivered)


def annotate(world: World, kind: type[GenericNamespacedResource], name: str, key: str) -> None:
    changes = {"metadata": {"annotations": {key: uuid.uuid4().hex}}}
    world.cluster.patch(kind, name, changes, namespace=NAMESPACE, patch_type=PatchType.MERGE)


@contextmanager
def under_load(application: Application) -> Iterator[Load]:
    """Pushes while the context is open; in the end everything was delivered, and nothing is held back any more."""
    world, name = application.world, application.name
    newest = world.get(f"{application.hook}/deliveries?per_page=1")
    load = Load(application, int(str(newest[0]["id"])) if newest else 0)
    threads = [
        threading.Thread(target=load.push),
        *(
            threading.Thread(target=load.watch, args=[kind])
            for kind in (GitRepository, ImageRepository)
        ),
    ]
    with push.connect(world.state) as github:
        push.hold_back(github, QUEUED)
        for each in threads:
            each.start()
        try:
            yield load
        finally:
            push.hold_back(github, 0)
            load._over.set()
            threads[0].join()
            for kind in (GitRepository, ImageRepository):
                annotate(world, kind, name, END)
            for each in threads[1:]:
                each.join()
    load.end()
