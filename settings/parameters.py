"""The SSM names of a whole stack: each with what it stores and the key that would change it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from components.rules import parameter_names as default
from components.rules.choices import GitCredentials, SecretBackend
from components.rules.generations import FIRST, suffix
from settings.models.notification import SECRET_KEYS
from settings.models.settings import CLUSTER_SYNC, PROJECT, Entry, Settings


@dataclass(frozen=True)
class ParameterName:
    """The name of one SSM parameter."""

    name: str
    path: str
    """Where the file writes what is stored, or asks for it."""
    key: str
    """Key that changes the name."""
    is_written: bool = False
    """Whether the file writes the name; else it is the default."""
    entry: Entry | None = None
    """The application to which it belongs; None for what the stack has once."""


def parameter_names(settings: Settings) -> tuple[ParameterName, ...]:
    """Return every SSM name of the stack; with the backend `kubernetes` there is none."""
    if settings.stack.secrets.backend is SecretBackend.KUBERNETES:
        return ()
    applications = (each for entry in settings.entries for each in _of_application(settings, entry))
    return (*_of_stack(settings), *_of_notifications(settings), *applications)


def _of_stack(settings: Settings) -> Iterator[ParameterName]:
    stack, prefix = settings.stack, settings.stack.parameter_prefix
    change = f"{PROJECT}:parameterPrefix"
    if bot := stack.bot:
        key = default.signing_key(prefix, bot.login, bot.signing)
        for number in stack.generations.signing_key:
            yield ParameterName(f"{key}{suffix(number)}", f"{PROJECT}:bot", change)
        if stack.bot_passphrase:
            passphrase = default.signing_passphrase(key)
            yield ParameterName(passphrase, f"{PROJECT}:botPassphrase", change)
    if app := stack.github_app:
        name = default.github_app_key(prefix, app.id)
        yield ParameterName(name, f"{PROJECT}:githubAppPrivateKey", change)
    if monitoring := stack.monitoring:
        for chat, written in (
            ("slack", monitoring.slack_parameter),
            ("discord", monitoring.discord_parameter),
        ):
            name = written or default.monitoring(prefix, chat)
            path = f"{PROJECT}:monitoring.{chat}Parameter"
            yield ParameterName(name, path, path, written is not None)


def _of_notifications(settings: Settings) -> Iterator[ParameterName]:
    stack = settings.stack
    for each in stack.notifications:
        for key in stack.notification_secrets.get(each.name, {}):
            if key in SECRET_KEYS:
                name = default.notification(stack.parameter_prefix, each.name, key)
                path = f"{PROJECT}:notificationSecrets.{each.name}.{key}"
                yield ParameterName(name, path, f"{PROJECT}:parameterPrefix")


def _of_application(settings: Settings, entry: Entry) -> Iterator[ParameterName]:
    stack, app, prefix = settings.stack, entry.application, settings.stack.parameter_prefix
    generations = settings.generations(app)
    change = f"{PROJECT}:parameterPrefix"

    def named(
        key: str, written: str | None, name: str, numbers: Sequence[int] = FIRST
    ) -> Iterator[ParameterName]:
        # The names of a clusterSync come from the path of the cluster; no key writes them.
        from_path = entry.path == CLUSTER_SYNC
        path = CLUSTER_SYNC if from_path else f"{entry.path}.{key}"
        is_written = written is not None and not from_path
        for number in numbers:
            full = f"{written or name}{suffix(number)}"
            yield ParameterName(full, path, change if from_path else path, is_written, entry)

    if app.credentials is GitCredentials.DEPLOY_KEY:
        name = default.deploy_key(prefix, app.parameter_owner)
        numbers = generations.deploy_key
        yield from named("deployKey.parameter", app.deploy_key.parameter, name, numbers)
    for path, each in entry.deliveries:
        within = path.removeprefix(entry.path).lstrip(".")
        below = f"{within}." if within else ""
        owner = default.of_delivery(app.parameter_owner, app.name, each.name)
        if each.image and each.image.private:
            name, numbers = default.registry_token(prefix, owner), generations.registry_token
            yield from named(f"{below}image.parameter", each.image.parameter, name, numbers)
        charts = each.helm_release.repository if each.helm_release else None
        if charts and charts.username:
            name = default.chart_token(prefix, owner)
            yield from named(f"{below}helmRelease.repository.parameter", charts.parameter, name)
    if app.commit_status and stack.commit_status_token:
        name = default.commit_status_token(prefix, app.parameter_owner)
        path = f"{entry.path}.commitStatus"
        yield ParameterName(name, path, change, False, entry)
    name = default.webhook_token(prefix, app.repository, app.name, stack.namespace)
    yield from named("receiver.parameter", app.receiver.parameter, name, generations.webhook_token)
