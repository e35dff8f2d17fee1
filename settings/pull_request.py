"""The environment of a pull request: the stack's values with names, branch and namespace of their own."""

from collections.abc import Mapping

from components import _rules
from components.values import Application, Stack
from components.values.application import Entries
from components.values.cluster import Ephemeral

LEFT_OUT = (
    "notifications",
    "notification_secrets",
    "monitoring",
    "slack_webhook",
    "discord_webhook",
    "cluster_sync",
    "flux_instance",
    "bot",
    "bot_token",
    "bot_passphrase",
    "registry_token",
)
"""What the environment leaves to the stack that it stands beside: a cluster has it once, or the bot needs it."""


def judged(stack: Stack, written: Mapping[str, object]) -> Mapping[str, object]:
    """The keys of a stack's file without those that an environment leaves out."""
    left_out = {Stack.model_fields[name].alias for name in LEFT_OUT} if stack.ephemeral else set()
    return {key: value for key, value in written.items() if key not in left_out}


def ephemeral(stack: Stack, entries: Entries) -> tuple[Stack, Entries]:
    """The values to deploy; those given when the stack is no environment of a pull request.

    Every name gets the environment's as a suffix and every SSM name as a prefix, so the environment shares nothing
    with the stack that it was copied from. The bot commits nothing to a pull request's branch.
    """
    environment = stack.ephemeral
    if environment is None:
        return stack, entries
    left_out = {name: Stack.model_fields[name].default for name in LEFT_OUT}
    prefix = f"{stack.parameter_prefix}/{environment.name}"
    secrets = stack.secrets.model_copy(update={"store": None})
    chosen = _chosen(stack, environment, entries)
    names = {each.name for _, each in chosen}
    return stack.model_copy(
        update={**left_out, "parameter_prefix": prefix, "secrets": secrets}
    ), tuple((path, _application(each, environment, prefix, names)) for path, each in chosen)


def _chosen(stack: Stack, environment: Ephemeral, entries: Entries) -> Entries:
    if environment.repository is None:
        return entries
    # GitHub's names are the same in any case.
    only = (_rules.repository_id(environment.repository, stack.owner) or "").lower()
    return [(path, each) for path, each in entries if each.repository.lower() == only]


def _application(
    app: Application, environment: Ephemeral, prefix: str, names: set[str]
) -> Application:
    def own(name: str) -> str:
        return f"{name}-{environment.name}"

    def parameter(name: str | None) -> str | None:
        return name and f"{prefix}{name}"

    release = app.helm_release
    delivery = release or app.kustomization
    # Pull requests of two repositories may have one number, and so may not share a namespace as their bases do.
    shared = None if environment.repository else delivery.target_namespace
    named = release.release_name if release else None
    delivery = delivery.model_copy(
        update={
            "target_namespace": own(shared or app.name),
            "depends_on": tuple(own(e) if e in names else e for e in delivery.depends_on),
            **({"release_name": own(named)} if named else {}),
        }
    )
    key, receiver = app.deploy_key, app.receiver
    own_key = {"title": f"{key.title} {environment.name}", "parameter": parameter(key.parameter)}
    own_receiver = {
        "name": own(receiver.name) if receiver.name else None,
        "parameter": parameter(receiver.parameter),
    }
    return app.model_copy(
        update={
            "name": own(app.name),
            "branch": environment.branch,
            ("helm_release" if release else "kustomization"): delivery,
            "create_namespace": True,
            "receiver": receiver.model_copy(update=own_receiver),
            # With credentials github-app there is none.
            **(
                {"deploy_key": key.model_copy(update=own_key)}
                if app.credentials == "deploy-key"
                else {}
            ),
            "image": None,
            "scaffold": None,
        }
    )
