"""All checks of a stack, in the order in which they are told, each with those that follow from it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from components.rules.choices import SecretBackend
from preflight.checks import (
    aws,
    cluster,
    controllers,
    entry,
    fields,
    github,
    owners,
    repository,
    source,
)
from preflight.checks.aws import Account
from preflight.checks.github import Limit
from preflight.findings import Finding
from preflight.github_api import GitHub
from preflight.kubernetes import Kubernetes
from preflight.running import Check, Result, run
from recovery.github import BOT, OWNER
from settings.models.settings import Settings
from settings.parameters import parameter_names

BOTH = ("GitHub", "cluster")
"""Subjects of the checks that must pass before what asks both sides is asked."""
WITHIN = 20.0
"""Seconds for all of them together, unless somebody says otherwise."""


@dataclass(frozen=True)
class Asked:
    """Whom the checks ask."""

    settings: Settings
    kubernetes: Kubernetes
    account: Account = field(default_factory=Account)
    github: GitHub = field(default_factory=lambda: GitHub(OWNER))
    bot: GitHub = field(default_factory=lambda: GitHub(BOT))
    writes: bool = True
    """Whether the owner's token must be able to write: a preview may run with one that only reads."""
    stack: str | None = None
    """Identity of the stack, by which its objects are told from others; None in the program, which asks by itself."""

    def close(self) -> None:
        """Close all connections."""
        for each in (self.github, self.bot, self.kubernetes):
            each.close()


def examine(asked: Asked, within: float = WITHIN) -> list[Result]:
    """Run every check of a stack and return what each found; it takes no longer than `within` seconds."""
    try:
        return _examine(asked, within)
    finally:
        asked.close()


def _examine(asked: Asked, within: float) -> list[Result]:
    deadline, limit = time.monotonic() + within, Limit()
    results = run([*_of_github(asked, limit), *_of_aws(asked), *_of_cluster(asked)], within)
    new = {app.key for app in limit.new}
    asked_of = sorted({app.owner for app in limit.new}) if asked.writes else []
    later = [
        Check(
            f"rights to write for {owner}", partial(repository.writing, asked.github, limit, owner)
        )
        for owner in asked_of
    ]
    if asked.stack and all(each.passed for each in results if each.subject in BOTH):
        keys = partial(owners.host_keys, asked.github, asked.kubernetes, asked.settings)
        later.append(Check("host keys", keys))
    results += run(later, max(0.0, deadline - time.monotonic()))
    names = parameter_names(asked.settings)
    parameters = sum(each.entry is not None and each.entry.application.key in new for each in names)
    if planned := tuple(github.planned_writes(limit, parameters)):
        results.append(Result("what is to be written", planned))
    return results


def _of_github(asked: Asked, limit: Limit) -> Iterator[Check]:
    settings, stack = asked.settings, asked.settings.stack
    follows = []
    for app in settings.applications:
        contents = partial(source.source, asked.github, app)
        found = partial(repository.repository, asked.github, app, stack.host, limit)
        then = (Check(f"contents of {app.key}", contents),)
        follows.append(Check(f"repository {app.key}", found, then))
    for owner in sorted({app.owner for app in settings.applications}):
        own = [app for app in settings.applications if app.owner == owner]
        policy = partial(github.deploy_key_policy, asked.github, owner, own)
        follows.append(Check(f"deploy keys of {owner}", policy))
    token = partial(github.owners_token, asked.github, limit)
    yield Check(BOTH[0], token, tuple(follows))
    if stack.bot:
        yield Check(f"bot {stack.bot.login}", partial(github.bots_account, asked.bot, stack.bot))


def _of_aws(asked: Asked) -> Iterator[Check]:
    names, stack = parameter_names(asked.settings), asked.settings.stack
    if not names:
        return
    then = [Check("Parameter Store", partial(aws.parameter_store, asked.account, names[0].name))]
    if stack.kms_key_id:
        then.append(Check("KMS key", partial(aws.key, asked.account, stack)))
    yield Check("AWS", partial(aws.identity, asked.account), tuple(then))


def _of_cluster(asked: Asked) -> Iterator[Check]:
    kubernetes, settings = asked.kubernetes, asked.settings

    def store() -> Iterator[Finding]:
        # Which region there is says the environment; who has no AWS is told so elsewhere.
        yield from controllers.store(kubernetes, settings, aws.region_or_none(asked.account))

    follows = [
        Check("kinds of objects", partial(cluster.kinds, kubernetes, settings)),
        Check(
            f"namespace {settings.stack.namespace}",
            partial(cluster.namespace, kubernetes, settings),
        ),
        Check("Flux", partial(controllers.flux_controllers, kubernetes, settings)),
        Check("fields that are passed on", partial(fields.passed_on, kubernetes, settings)),
        Check("way in", partial(entry.way_in, kubernetes, settings)),
        Check("Service webhook-receiver", partial(entry.receiver_service, kubernetes, settings)),
    ]
    if settings.stack.secrets.backend is SecretBackend.EXTERNAL_SECRETS:
        follows += [
            Check("External Secrets", partial(controllers.external_secrets, kubernetes)),
            Check("secret store", store),
        ]
    if asked.stack:
        whose = partial(owners.owners, kubernetes, settings, asked.stack)
        follows.append(Check("owners of objects", whose))
    yield Check(BOTH[1], partial(cluster.reachable, kubernetes), tuple(follows))
