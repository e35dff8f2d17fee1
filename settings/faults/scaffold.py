"""Faults of the first files of a repository."""

from collections.abc import Iterator

from components.application.scaffold import BASE
from components.rules import github
from settings.models.application import Application
from settings.models.settings import Entry, Settings

OVERLAY = "./kustomize/overlays/production"


def scaffold_faults(settings: Settings) -> Iterator[str]:
    """Yield why the files of a scaffold would not work, for each application that wants one."""
    for entry in settings.entries:
        if entry.application.scaffold:
            yield from (f"{entry.path}.{fault}" for fault in _faults(entry))


def _faults(entry: Entry) -> Iterator[str]:
    app = entry.application
    if "image" not in entry.keys:
        yield "scaffold: needs an image to deploy; write `image.name` too"
    if app.helm_release:
        yield "scaffold: writes a kustomization, and there is a helmRelease; remove one of them"
    else:
        yield from _overlay_faults(app)


def _overlay_faults(app: Application) -> Iterator[str]:
    overlay = github.normalized_directory(app.kustomization.path)
    if overlay == BASE or overlay.startswith(f"{BASE}/"):
        yield f"kustomization.path: is in ./{BASE}, which the scaffold writes; write {OVERLAY}"
    if not app.target_namespace:
        yield "scaffold: needs a namespace for its objects; write kustomization.targetNamespace"
