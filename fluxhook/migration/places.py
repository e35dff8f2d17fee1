"""Where in the stack a secret is stored: the components above a parameter, and its logical name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from settings.models.settings import CLUSTER_SYNC, PROJECT, Settings
from settings.parameters import ParameterName, parameter_names

WEBHOOK = ("Application", "Webhook")
OF_APPLICATION: Mapping[str, tuple[tuple[str, ...], str]] = {
    "deployKey.parameter": (("Application", "DeployKey"), "deploy-key"),
    "image.parameter": (("Application", "Image"), "registry-token"),
    "receiver.parameter": (WEBHOOK, "webhook-token"),
    "helmRelease.repository.parameter": (("Application",), "chart-token"),
    "commitStatus": (("Application",), "commit-status-token"),
}
"""By the end of a parameter's path in the stack file."""


@dataclass(frozen=True)
class Place:
    """Where a resource stands in the state."""

    components: tuple[tuple[str, str], ...]
    """Type and logical name of each component above it, the outermost first."""
    name: str
    """Its logical name."""


def webhook(repository: str) -> Place:
    """Return the place of the webhook of `owner/name`."""
    return Place(tuple((type_, repository) for type_ in WEBHOOK), f"{repository}/webhook")


def parameters(settings: Settings) -> dict[str, Place]:
    """Return the place of each SSM parameter of the stack by its SSM name; the cluster's own repository has none."""
    places = ((each.name, _place(settings, each)) for each in parameter_names(settings))
    return {name: place for name, place in places if place}


def _place(settings: Settings, parameter: ParameterName) -> Place | None:
    if parameter.entry:
        if parameter.path == CLUSTER_SYNC:
            return None
        app, path = parameter.entry.application, parameter.path
        below, _, last = path.removeprefix(f"{parameter.entry.path}.").rpartition("].")
        types, purpose = OF_APPLICATION[last]
        # The component of the application has its key; what is in it may be of one delivery.
        index = below.rpartition("[")[2]
        name = app.component_of(app.delivered[int(index)]) if index else app.key
        names = (app.key, *[name] * (len(types) - 1))
        return Place(tuple(zip(types, names, strict=True)), f"{name}/{purpose}")
    return _once(settings, parameter.path.removeprefix(f"{PROJECT}:"))


def _once(settings: Settings, path: str) -> Place | None:
    """Return the place of what the stack has once."""
    if settings.stack.bot and path in ("bot", "botPassphrase"):
        login = settings.stack.bot.login
        purpose = "signing-key" if path == "bot" else "signing-passphrase"
        return Place((("Bot", login),), f"{login}/{purpose}")
    if path == "githubAppPrivateKey":
        return Place((("GithubApp", "github-app"),), "github-app/private-key")
    if chat := re.fullmatch(r"monitoring\.(\w+)Parameter", path):
        return Place((("Monitoring", "monitoring"),), f"monitoring/{chat[1]}")
    if told := re.fullmatch(r"notificationSecrets\.([^.]+)\.(\w+)", path):
        return Place((("Notification", told[1]),), f"notification/{told[1]}/{told[2]}")
    return None
