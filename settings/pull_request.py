"""The environment of a pull request: the stack's settings with names, branch and namespace of their own."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from components.rules import github
from components.rules.choices import GitCredentials
from settings.models.application import Application, Receiver
from settings.models.cluster import Ephemeral
from settings.models.delivery import Delivery
from settings.models.helm_release import HelmRelease
from settings.models.settings import Entry, Settings
from settings.models.stack import Stack

LEFT_OUT = (
    "notifications",
    "notification_secrets",
    "monitoring",
    "slack_webhook",
    "discord_webhook",
    "cluster_sync",
    "flux_instance",
    "bot",
    "bot_passphrase",
    "registry_token",
    "generations",
)
"""What the environment leaves to the stack beside which it runs: a cluster has it once, or the bot needs it."""
LEFT_OUT_OF_APPLICATIONS = ("image", "scaffold", "generations")
"""The bot commits nothing to the branch of a pull request, nothing is scaffolded into it, and its keys are new."""


def as_pull_request(settings: Settings) -> Settings:
    """Return the settings to deploy; `settings` itself when the stack is not the environment of a pull request.

    Every name gets the environment's as a suffix and every SSM name as a prefix, so the environment shares nothing
    with the stack from whose file it was copied.
    """
    environment = settings.stack.ephemeral
    if environment is None:
        return settings
    stack = settings.stack
    prefix = f"{stack.parameter_prefix}/{environment.name}"
    changes = {
        **{name: Stack.model_fields[name].default for name in LEFT_OUT},
        "parameter_prefix": prefix,
        "secrets": stack.secrets.model_copy(update={"store": None}),
    }
    left_out = {Stack.model_fields[name].alias for name in LEFT_OUT}
    entries = _chosen(settings, environment)
    names = {name for entry in entries for name in _names(entry.application)}
    return replace(
        settings,
        stack=stack.model_copy(update=changes),
        entries=tuple(_entry(each, environment, prefix, names) for each in entries),
        keys=settings.keys - left_out,
    )


def _chosen(settings: Settings, environment: Ephemeral) -> Collection[Entry]:
    if environment.repository is None:
        return settings.entries
    # GitHub's names are the same in any case.
    only = (github.repository_id(environment.repository, settings.stack.owner) or "").lower()
    return [each for each in settings.entries if each.application.repository.lower() == only]


def _names(app: Application) -> Collection[str]:
    """Return the names of the objects by which an application is delivered."""
    return {each.name for each in app.delivered}


def _entry(entry: Entry, environment: Ephemeral, prefix: str, names: Collection[str]) -> Entry:
    app = entry.application
    changes: dict[str, object] = {
        **dict.fromkeys(LEFT_OUT_OF_APPLICATIONS),
        "name": f"{app.name}-{environment.name}",
        "branch": environment.branch,
        "receiver": _receiver(app.receiver, environment, prefix),
    }
    deliveries = [
        (each, _delivery(app, each, environment, prefix, names)) for each in app.delivered
    ]
    if app.deliveries:
        changes["deliveries"] = tuple(
            each.model_copy(update={"name": f"{each.name}-{environment.name}", **changed})
            for each, changed in deliveries
        )
    else:
        changes |= deliveries[0][1]
    if app.credentials is GitCredentials.DEPLOY_KEY:
        own = {
            "title": f"{app.deploy_key.title} {environment.name}",
            "parameter": _prefixed(prefix, app.deploy_key.parameter),
        }
        changes["deploy_key"] = app.deploy_key.model_copy(update=own)
    keys = entry.keys.difference(LEFT_OUT_OF_APPLICATIONS)
    return Entry(entry.path, app.model_copy(update=changes), keys)


def _receiver(receiver: Receiver, environment: Ephemeral, prefix: str) -> Receiver:
    name = f"{receiver.name}-{environment.name}" if receiver.name else None
    own = {"name": name, "parameter": _prefixed(prefix, receiver.parameter)}
    return receiver.model_copy(update=own)


def _delivery(
    app: Application,
    delivery: Delivery,
    environment: Ephemeral,
    prefix: str,
    names: Collection[str],
) -> dict[str, object]:
    """Return what changes of a delivery, but for its name."""
    applied_by, suffix = delivery.applied_by, environment.name
    changes: dict[str, object] = {
        "target_namespace": f"{_namespace(app, delivery, environment)}-{suffix}",
        "depends_on": tuple(
            f"{each}-{suffix}" if each in names else each for each in applied_by.depends_on
        ),
    }
    if isinstance(applied_by, HelmRelease):
        changes |= _release(applied_by, suffix, prefix)
    changed = applied_by.model_copy(update=changes)
    key = "helm_release" if delivery.helm_release else "kustomization"
    return {key: changed, "create_namespace": True, "image": None}


def _namespace(app: Application, delivery: Delivery, environment: Ephemeral) -> str:
    # Pull requests of two repositories may have one number: only environments of all applications share namespaces.
    own, targets = delivery.target_namespace, {each.target_namespace for each in app.delivered}
    if own and not environment.repository:
        return own
    return f"{app.name}-{own}" if own and len(targets) > 1 else app.name


def _release(release: HelmRelease, suffix: str, prefix: str) -> Mapping[str, object]:
    changes: dict[str, object] = {}
    if release.release_name:
        changes["release_name"] = f"{release.release_name}-{suffix}"
    if charts := release.repository:
        own = {"parameter": _prefixed(prefix, charts.parameter)}
        changes["repository"] = charts.model_copy(update=own)
    return changes


def _prefixed(prefix: str, parameter: str | None) -> str | None:
    return parameter and f"{prefix}{parameter}"
