"""The environment of a pull request: the stack's values with names, branch and namespace of their own."""

from collections.abc import Sequence

from components import _rules
from components.values import Application, Stack
from components.values.cluster import Ephemeral

ONCE = (
    "notifications",
    "notification_secrets",
    "monitoring",
    "slack_webhook",
    "discord_webhook",
    "cluster_sync",
    "flux_instance",
    "bot",
    "bot_passphrase",
)
"""What the environment leaves to the stack that it stands beside: a cluster has it once."""


def ephemeral(
    stack: Stack, applications: Sequence[Application]
) -> tuple[Stack, tuple[Application, ...]]:
    """The values to deploy; those given when the stack is no environment of a pull request.

    Every name gets the environment's as a suffix and every SSM name as a prefix, so the environment shares nothing
    with the stack that it was copied from. The bot commits nothing to a pull request's branch.
    """
    environment = stack.ephemeral
    if environment is None:
        return stack, tuple(applications)
    left_out = {name: Stack.model_fields[name].default for name in ONCE}
    prefix = f"{stack.parameter_prefix}/{environment.name}"
    secrets = stack.secrets.model_copy(update={"store": None})
    shared = {**left_out, "parameter_prefix": prefix, "secrets": secrets}
    only = _rules.repository_id(environment.repository or "", stack.owner)
    chosen = [
        each for each in applications if not environment.repository or each.repository == only
    ]
    names = {each.name for each in chosen}
    return stack.model_copy(update=shared), tuple(
        _application(each, environment, names) for each in chosen
    )


def _application(app: Application, environment: Ephemeral, names: set[str]) -> Application:
    def own(name: str) -> str:
        return f"{name}-{environment.name}"

    release = app.helm_release
    delivery = release or app.kustomization
    delivery = delivery.model_copy(
        update={
            "target_namespace": own(delivery.target_namespace or app.name),
            "depends_on": tuple(own(e) if e in names else e for e in delivery.depends_on),
            **(
                {"release_name": own(release.release_name)}
                if release and release.release_name
                else {}
            ),
        }
    )
    receiver = {"name": own(app.receiver.name) if app.receiver.name else None, "parameter": None}
    deploy_key = {"title": f"{app.deploy_key.title} {environment.name}", "parameter": None}
    image = app.image.model_copy(update={"automation": False}) if app.image else None
    return app.model_copy(
        update={
            "name": own(app.name),
            "branch": environment.branch,
            ("helm_release" if release else "kustomization"): delivery,
            "create_namespace": True,
            "receiver": app.receiver.model_copy(update=receiver),
            "deploy_key": app.deploy_key.model_copy(update=deploy_key),
            "image": image,
            "scaffold": None,
        }
    )
