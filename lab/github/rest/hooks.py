"""Repository webhooks: GitHub's `/repos/{owner}/{repo}/hooks`."""

from githubkit.typing import Missing
from githubkit_schemas.v2026_03_10 import models

from lab.github.api.call import Answer, Call, handles
from lab.github.model.errors import invalid
from lab.github.model.operation import HOOK, REPOSITORY, Operation
from lab.github.model.store import Hook, HookConfig, Repository, now
from lab.github.webhooks.payloads import config_view, hook_view, ping
from lab.github.webhooks.rules import check_config, check_events, check_place


@handles(
    Operation(
        "repos/list-webhooks",
        "GET",
        f"{REPOSITORY}/hooks",
        "repository_hooks=read",
        {200: list[models.Hook]},
    )
)
async def list_webhooks(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/hooks."""
    repository = call.repository()
    return call.page(
        list(repository.hooks.values()), lambda hook: hook_view(call.store, repository, hook)
    )


@handles(
    Operation(
        "repos/create-webhook",
        "POST",
        f"{REPOSITORY}/hooks",
        "repository_hooks=write",
        {201: models.Hook},
        models.ReposOwnerRepoHooksPostBody,
    )
)
async def create_webhook(call: Call) -> Answer:
    """POST /repos/{owner}/{repo}/hooks; GitHub pings the new hook at once."""
    repository = call.repository()
    body = call.read(models.ReposOwnerRepoHooksPostBody)
    if isinstance(body.name, str) and body.name != "web":
        raise invalid("Hook", None, field="name", code="invalid")
    given = body.config
    if not isinstance(given, models.ReposOwnerRepoHooksPostBodyPropConfig):
        raise invalid("Hook", "Config must contain URL for webhooks")
    moment = now()
    hook = Hook(
        id=call.store.next_id(),
        config=_config(given.url, given.content_type, given.insecure_ssl, given.secret),
        events=_unique(body.events) or ["push"],
        active=body.active is not False,
        created_at=moment,
        updated_at=moment,
    )
    _check(repository, hook)
    repository.hooks[hook.id] = hook
    answer = Answer(201, hook_view(call.store, repository, hook))
    call.courier.deliver(repository, hook, "ping", ping(call.store, repository, hook, call.caller))
    return answer


@handles(Operation("repos/get-webhook", "GET", HOOK, "repository_hooks=read", {200: models.Hook}))
async def get_webhook(call: Call) -> Answer:
    """GET /repos/{owner}/{repo}/hooks/{hook_id}."""
    return Answer(200, hook_view(call.store, call.repository(), call.hook()))


@handles(
    Operation(
        "repos/update-webhook",
        "PATCH",
        HOOK,
        "repository_hooks=write",
        {200: models.Hook},
        models.ReposOwnerRepoHooksHookIdPatchBody,
    )
)
async def update_webhook(call: Call) -> Answer:
    """PATCH a hook. A `config` replaces the old one as a whole, its secret included."""
    repository, hook = call.repository(), call.hook()
    body = call.read(models.ReposOwnerRepoHooksHookIdPatchBody)
    config = hook.config
    if isinstance(body.config, models.WebhookConfig):
        given = body.config
        url = given.url if isinstance(given.url, str) else config.url
        config = _config(url, given.content_type, given.insecure_ssl, given.secret)
    events = _unique(body.events) or hook.events
    events = _unique(events + _unique(body.add_events))
    dropped = _unique(body.remove_events)
    events = [event for event in events if event not in dropped]
    active = body.active if isinstance(body.active, bool) else hook.active
    _change(repository, hook, config, events, active)
    return Answer(200, hook_view(call.store, repository, hook))


@handles(Operation("repos/delete-webhook", "DELETE", HOOK, "repository_hooks=write", {204: None}))
async def delete_webhook(call: Call) -> Answer:
    """DELETE a hook and the record of its deliveries."""
    del call.repository().hooks[call.hook().id]
    return Answer(204)


@handles(
    Operation(
        "repos/update-webhook-config-for-repo",
        "PATCH",
        f"{HOOK}/config",
        "repository_hooks=write",
        {200: models.WebhookConfig},
        models.ReposOwnerRepoHooksHookIdConfigPatchBody,
    )
)
async def update_config(call: Call) -> Answer:
    """PATCH .../config: changes the given fields and keeps all others, the secret too."""
    repository, hook = call.repository(), call.hook()
    body = call.read(models.ReposOwnerRepoHooksHookIdConfigPatchBody)
    old = hook.config
    config = _config(
        body.url if isinstance(body.url, str) else old.url,
        body.content_type if isinstance(body.content_type, str) else old.content_type,
        body.insecure_ssl if isinstance(body.insecure_ssl, str | float) else old.insecure_ssl,
        body.secret if isinstance(body.secret, str) else old.secret,
    )
    _change(repository, hook, config, hook.events, hook.active)
    return Answer(200, config_view(hook.config))


@handles(
    Operation("repos/ping-webhook", "POST", f"{HOOK}/pings", "repository_hooks=read", {204: None})
)
async def ping_webhook(call: Call) -> Answer:
    """POST .../pings: delivers a ping, whatever the hook subscribes to."""
    repository, hook = call.repository(), call.hook()
    call.courier.deliver(repository, hook, "ping", ping(call.store, repository, hook, call.caller))
    return Answer(204)


def _unique(events: Missing[list[str]]) -> list[str]:
    return list(dict.fromkeys(events)) if isinstance(events, list) else []


def _config(
    url: Missing[str],
    content_type: Missing[str],
    insecure_ssl: Missing[str | float],
    secret: Missing[str] | None,
) -> HookConfig:
    insecure = insecure_ssl if isinstance(insecure_ssl, str) else "0"
    if isinstance(insecure_ssl, float | int):
        insecure = str(int(insecure_ssl))
    return HookConfig(
        url=url if isinstance(url, str) else "",
        content_type=content_type if isinstance(content_type, str) else "form",
        insecure_ssl=insecure,
        secret=secret if isinstance(secret, str) and secret else None,
    )


def _check(repository: Repository, hook: Hook) -> None:
    check_config(hook.config)
    check_events(hook.events)
    check_place(repository, hook)


def _change(
    repository: Repository, hook: Hook, config: HookConfig, events: list[str], active: bool
) -> None:
    """Checks a change against every rule, then makes it."""
    _check(repository, Hook(hook.id, config, events, active, hook.created_at, hook.updated_at))
    hook.config, hook.events, hook.active = config, events, active
    hook.updated_at = now()
