"""Faults of the first files of a repository."""

from collections.abc import Iterator

from components.rules import defaults, github
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
    if app.deliveries:
        yield "scaffold: writes the files of one delivery, and there is a list; remove one of them"
        return
    if "image" not in entry.keys:
        yield "scaffold: needs an image to deploy; write `image.name` too"
    if app.helm_release:
        yield "scaffold: writes a kustomization, and there is a helmRelease; remove one of them"
    else:
        yield from _overlay_faults(app)


def _overlay_faults(app: Application) -> Iterator[str]:
    overlay = github.normalized_directory(app.kustomization.path)
    if overlay == defaults.SCAFFOLD_BASE or overlay.startswith(f"{defaults.SCAFFOLD_BASE}/"):
        yield f"kustomization.path: is in ./{defaults.SCAFFOLD_BASE}, which the scaffold writes; write {OVERLAY}"
    if not app.kustomization.target_namespace:
        yield "scaffold: needs a namespace for its objects; write kustomization.targetNamespace"
