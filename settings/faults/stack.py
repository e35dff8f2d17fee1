"""Faults that lie between keys of the configuration: each is told with its place, the rule and what to write."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from components import _rules
from components._notification_faults import notification_faults
from components._openpgp import OpenPgpKey
from components._repository_faults import github_app_faults, repository_faults
from components.values import Application, Stack
from components.values.application import Entries

PROJECT = "fluxhook"
EXPOSURES = ("gateway", "ingress", "nodePort", "loadBalancer")


def stack_faults(stack: Stack, written: Mapping[str, object]) -> Iterator[str]:
    """Faults between keys of the stack; `written` has the keys that its file has."""
    ways = [way for way in EXPOSURES if way in written]
    if len(ways) != 1:
        found = f"has {' and '.join(ways)}" if ways else "is missing"
        yield (
            f"{PROJECT}:gateway: {found}; write exactly one of gateway, ingress, nodePort and loadBalancer"
        )
    if "host" not in written and ("loadBalancer" not in ways or stack.ephemeral):
        yield f"{PROJECT}:host: is missing; write the public DNS name on which GitHub reaches the receiver"
    if stack.verify_tls and stack.scheme == "http" and (stack.gateway or stack.ingress):
        yield f"{PROJECT}:scheme: must be https while verifyTls is true; write https, or set verifyTls to false"
    if stack.secrets.backend == "kubernetes" and stack.secrets.store:
        yield f"{PROJECT}:secrets.store: has no use with backend kubernetes; remove it"
    yield from _bot_faults(stack)
    yield from _pair(written, "githubApp", "githubAppPrivateKey")
    yield from _pair(written, "monitoring", "slackWebhook")
    yield from _pair(written, "monitoring", "discordWebhook")
    chats = stack.monitoring
    if chats and chats.slack_parameter and chats.slack_parameter == chats.discord_parameter:
        yield f"{PROJECT}:monitoring.discordParameter: is the SSM name of slackParameter; write another"
    yield from (f"{PROJECT}:{fault}" for fault in notification_faults(stack, written))
    yield from (f"{PROJECT}:{fault}" for fault in github_app_faults(stack))
    if stack.secrets.backend == "external-secrets":
        yield from _size_faults(stack)


def _pair(written: Mapping[str, object], key: str, secret_key: str) -> Iterator[str]:
    if key in written and secret_key not in written:
        yield f"{PROJECT}:{key}: needs {secret_key}; run `pulumi config set --secret {secret_key}`"
    if secret_key in written and key not in written:
        yield f"{PROJECT}:{secret_key}: has no {key}; write `{key}` too, or remove it"


def _bot_faults(stack: Stack) -> Iterator[str]:
    bot = stack.bot
    if stack.bot_passphrase and not bot:
        yield f"{PROJECT}:botPassphrase: has no bot; write `bot` too, or remove it"
    if bot and bot.signing == "ssh" and stack.bot_passphrase:
        yield f"{PROJECT}:botPassphrase: is for signing with openpgp alone; remove it"
    if bot and bot.signing == "openpgp" and not stack.bot_token:
        yield (
            f"{PROJECT}:botToken: is missing: an owner's token cannot add a key to the bot's account;"
            " set $GITHUB_BOT_TOKEN, or run `pulumi config set --secret botToken`"
        )


def _size_faults(stack: Stack) -> Iterator[str]:
    limit = _rules.PARAMETER_BYTES[stack.parameter_tier]
    bot, passphrase = stack.bot, stack.bot_passphrase
    secrets = {
        "registryToken": stack.registry_token,
        "chartToken": stack.chart_token,
        "commitStatusToken": stack.commit_status_token,
        "githubAppPrivateKey": stack.github_app_private_key,
        "slackWebhook": stack.slack_webhook,
        "discordWebhook": stack.discord_webhook,
        "botPassphrase": passphrase,
    }
    sizes = {key: value.get_secret_value() for key, value in secrets.items() if value}
    if bot and bot.signing == "openpgp":
        # The generated key has the same size for every seed, so it can be refused before one is made.
        words = passphrase.get_secret_value() if passphrase else ""
        sizes["bot"] = OpenPgpKey(bytes(32), f"{bot.name} <{bot.email}>", words).private_armor
    for name, keys in stack.notification_secrets.items():
        for key, secret in keys.items():
            sizes[f"notificationSecrets.{name}.{key}"] = secret.get_secret_value()
    for key, value in sizes.items():
        if len(value.encode()) > limit:
            yield (
                f"{PROJECT}:{key}: takes {len(value.encode())} bytes, tier {stack.parameter_tier} has room for {limit};"
                " write a shorter one, or set parameterTier to Advanced"
            )


def application_faults(stack: Stack, entries: Entries) -> Iterator[str]:
    """Faults between keys of an application, between it and the stack, and between applications."""
    yield from _controller_faults(stack, [app for _, app in entries])
    for path, app in entries:
        yield from _event_faults(path, app)
        yield from _delivery_faults(path, app, stack)
        yield from _credential_faults(path, app, stack)
        yield from (f"{path}.{fault}" for fault in repository_faults(stack, app))
        for parameter in stack.parameters(app):
            if fault := _rules.parameter_name_fault(parameter):
                yield f"{path}: its SSM name {parameter} {fault}"
    yield from _repeated(entries, "repository", "repository", lambda app: [app.repository.lower()])
    yield from _repeated(entries, "name", "name", lambda app: [app.name])
    yield from _repeated(entries, "receiver.name", "Receiver name", lambda app: [app.receiver_name])
    yield from _repeated(entries, "deployKey.parameter", "SSM name", stack.parameters)
    # Helm keeps what it knows of a release in the namespace of Flux, by its name alone.
    yield from _repeated(
        *(entries, "helmRelease.releaseName", "release name"),
        lambda app: [app.release_name] if app.helm_release else [],
    )


def _controller_faults(stack: Stack, applications: Sequence[Application]) -> Iterator[str]:
    if stack.flux_instance is None:
        return
    releases = [each for each in applications if each.helm_release]
    needed = {
        "source-controller": True,
        "notification-controller": True,
        "kustomize-controller": len(releases) < len(applications),
        "helm-controller": bool(releases or stack.monitoring),
        "image-reflector-controller": any(each.automated for each in applications),
        "image-automation-controller": any(each.automated for each in applications),
    }
    installed = stack.flux_instance.components
    lacking = [name for name, used in needed.items() if used and name not in installed]
    if lacking:
        yield (
            f"{PROJECT}:fluxInstance.components: lacks what the stack uses; add {', '.join(lacking)}"
        )


def _event_faults(path: str, app: Application) -> Iterator[str]:
    if "ping" not in app.receiver.events:
        yield f"{path}.receiver.events: must have ping, or GitHub's first delivery gets 400; add `ping`"
    if "ping" in app.webhook.events:
        yield f"{path}.webhook.events: must not have ping, GitHub sends it by itself; remove `ping`"
    for event in sorted(set(app.webhook.events) - set(app.receiver.events) - {"ping"}):
        yield f"{path}.webhook.events: has {event}, which receiver.events lacks; write it there too"


def _delivery_faults(path: str, app: Application, stack: Stack) -> Iterator[str]:
    release, image = app.helm_release, app.image
    if release and "kustomization" in app.model_fields_set:
        yield f"{path}.helmRelease: stands beside kustomization; write one of them"
    key = "helmRelease" if release else "kustomization"
    if app.name in (release or app.kustomization).depends_on:
        yield f"{path}.{key}.dependsOn: names itself; remove `{app.name}`"
    if app.create_namespace and not app.target_namespace:
        yield f"{path}.createNamespace: has no namespace to make; write {key}.targetNamespace"
    if release and not stack.ephemeral and len(app.release_name) > _rules.RELEASE_NAME:
        yield (
            f"{path}.helmRelease.releaseName: has {len(app.release_name)} characters, Helm takes {_rules.RELEASE_NAME};"
            " write a shorter one"
        )
    if release and release.repository and release.repository.username and not stack.chart_token:
        yield (
            f"{path}.helmRelease.repository.username: needs {PROJECT}:chartToken;"
            " run `pulumi config set --secret chartToken`, or remove it"
        )
    if release and app.commit_status:
        yield f"{path}.commitStatus: needs a kustomization, a HelmRelease tells a chart's version; remove it"
    if app.automated and release and release.repository:
        yield f"{path}.image.automation: needs a chart in the application repository; write false"
    if app.scaffold and release:
        yield f"{path}.scaffold: writes a kustomization, and there is a helmRelease; remove one of them"
    if app.scaffold and not image:
        yield f"{path}.scaffold: needs an image to deploy; write `image.name` too"


def _credential_faults(path: str, app: Application, stack: Stack) -> Iterator[str]:
    if app.image and app.image.private and not stack.registry_token:
        yield (
            f"{path}.image.private: needs {PROJECT}:registryToken;"
            " run `pulumi config set --secret registryToken`, or write false"
        )
    if app.automated and not stack.bot:
        yield f"{path}.image.automation: needs a bot to commit; write {PROJECT}:bot, or write false"
    if app.automated and app.deploy_key.writable is False:
        yield f"{path}.deployKey.writable: must not be false, image automation pushes; remove it"
    if app.credentials == "github-app":
        if not stack.github_app:
            yield f"{path}.credentials: needs a GitHub App; write {PROJECT}:githubApp, or deploy-key"
        if "deploy_key" in app.model_fields_set:
            yield f"{path}.deployKey: is not made with credentials github-app; remove it"
    if app.commit_status and not (stack.commit_status_token or stack.github_app):
        yield (
            f"{path}.commitStatus: needs a token; run `pulumi config set --secret commitStatusToken`,"
            f" or write {PROJECT}:githubApp"
        )


def ephemeral_faults(stack: Stack, entries: Entries, deployed: Entries) -> Iterator[str]:
    """Faults of the environment of a pull request; of all `entries` it has `deployed`, under names of its own."""
    environment = stack.ephemeral
    if environment is None:
        return
    if entries and not deployed:
        known = ", ".join(app.repository for _, app in entries)
        yield f"{PROJECT}:ephemeral.repository: is none of the applications; write one of {known}"
    longest: dict[str, int] = {}
    for _, app in deployed:
        longest |= dict.fromkeys((app.name, app.target_namespace or "", app.receiver_name), 63)
        if app.helm_release:
            longest[app.release_name] = _rules.RELEASE_NAME
    for name, limit in longest.items():
        if len(name) > limit:
            yield (
                f"{PROJECT}:ephemeral.name: makes the name {name}, longer than {limit};"
                " write a shorter one"
            )


def _repeated(
    entries: Entries, key: str, what: str, of: Callable[[Application], Sequence[str]]
) -> Iterator[str]:
    first: dict[str, str] = {}
    for path, app in entries:
        for value in of(app):
            if value in first:
                other = first[value].removeprefix(f"{PROJECT}:")
                yield f"{path}.{key}: has the {what} of {other}; write another"
            first.setdefault(value, path)
