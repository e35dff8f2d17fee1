"""Ways to break the chain, each at one link, which are mended again."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from lightkube.core.resource import NamespacedResource
from lightkube.generic_resource import GenericNamespacedResource
from lightkube.types import PatchType

from lab.run import control
from tests.lab.conftest import NAMESPACE
from tests.lab.watching.conftest import NAME, Watched
from tests.world import eventually

Breakage = Callable[[Watched], AbstractContextManager[None]]
TOKEN_SECRET = f"{NAME}-webhook-token"


@contextmanager
def hook(watched: Watched, changed: dict[str, Any], mended: dict[str, Any]) -> Iterator[None]:
    """Fields of the webhook on GitHub are others."""
    github, path = watched.world.github, watched.application.hook
    github.patch(path, json=changed).raise_for_status()
    try:
        yield
    finally:
        github.patch(path, json=mended).raise_for_status()


@contextmanager
def hook_config(watched: Watched, **changed: str) -> Iterator[None]:
    """Fields of the webhook's configuration are others."""
    github, path = watched.world.github, f"{watched.application.hook}/config"
    (app,) = watched.one.applications
    (token,) = watched.world.parameters(app.parameters["webhook-token"].rpartition("/")[0]).values()
    mended = {"url": app.url, "content_type": "json", "insecure_ssl": "0", "secret": token}
    github.patch(path, json=changed).raise_for_status()
    try:
        yield
    finally:
        github.patch(path, json={key: mended[key] for key in changed}).raise_for_status()


@contextmanager
def patched(
    watched: Watched,
    kind: type[NamespacedResource],
    name: str,
    changed: dict[str, Any],
    mended: dict[str, Any],
) -> Iterator[None]:
    """A field of an object is another."""

    def patch(document: dict[str, Any]) -> None:
        watched.world.cluster.patch(
            kind, name, document, namespace=NAMESPACE, patch_type=PatchType.MERGE
        )

    patch(changed)
    try:
        yield
    finally:
        patch(mended)


@contextmanager
def spec(
    watched: Watched, kind: type[GenericNamespacedResource], changed: dict[str, Any]
) -> Iterator[None]:
    """Fields of the spec of an object of the application are others."""
    before = watched.world.cluster.get(kind, NAME, namespace=NAMESPACE).spec
    assert before
    mended = {key: before.get(key) for key in changed}
    with patched(watched, kind, NAME, {"spec": changed}, {"spec": mended}):
        yield


@contextmanager
def removed(watched: Watched, kind: Any, name: str = NAME) -> Iterator[None]:
    """An object does not exist."""
    cluster = watched.world.cluster
    found = cluster.get(kind, name, namespace=NAMESPACE).to_dict()
    metadata = {key: found["metadata"].get(key) for key in ("labels", "annotations")}
    found["metadata"] = {"name": name, "namespace": NAMESPACE, **metadata}
    found.pop("status", None)
    # A Kustomization deletes what it applied, a GitRepository nothing.
    cluster.delete(kind, name, namespace=NAMESPACE)

    def gone() -> None:
        assert not list(cluster.list(kind, namespace=NAMESPACE, fields={"metadata.name": name}))

    eventually(gone)
    try:
        yield
    finally:
        cluster.create(kind.from_dict(found))


@contextmanager
def stopped(watched: Watched, *processes: str) -> Iterator[None]:
    """Processes of the lab are down."""
    directory = watched.world.directory
    for each in processes:
        control.stop_process(directory, each)
    try:
        yield
    finally:
        for each in processes:
            control.start_process(directory, each)
