"""The record of deliveries: `/repos/{owner}/{repo}/hooks/{hook_id}/deliveries`."""

from githubkit_schemas.v2026_03_10 import models

from lab.github.api.call import Answer, Call, handles
from lab.github.model.errors import GitHubError, JsonObject, not_found
from lab.github.model.operation import HOOK, Operation
from lab.github.model.store import Delivery, Hook, Repository

_DELIVERY = f"{HOOK}/deliveries/{{delivery_id:int}}"
_ACCEPTED = models.AppHookDeliveriesDeliveryIdAttemptsPostResponse202


@handles(
    Operation(
        "repos/list-webhook-deliveries",
        "GET",
        f"{HOOK}/deliveries",
        "repository_hooks=read",
        {200: list[models.HookDeliveryItem]},
    )
)
async def list_deliveries(call: Call) -> Answer:
    """GET .../deliveries, newest first; `cursor` continues after a page, `status` filters."""
    repository, query = call.repository(), call.request.query_params
    items = newest_first(call.hook())
    status = query.get("status")
    if status is not None:
        if status not in ("success", "failure"):
            raise GitHubError(422, "Invalid request.\n\nThe status filter does not exist.")
        items = [item for item in items if item.succeeded is (status == "success")]
    cursor = query.get("cursor")
    if cursor is not None:
        kind, _, number = cursor.partition("_")
        if kind != "v1" or not number.isdecimal():
            raise GitHubError(400, "Invalid cursor")
        items = [item for item in items if item.id < int(number)]
    size = call.page_size()
    shown = items[:size]
    relations = {"next": {"cursor": f"v1_{shown[-1].id}"}} if len(items) > size else {}
    return Answer(200, [_item(repository, item) for item in shown], call.link(relations))


@handles(
    Operation(
        "repos/get-webhook-delivery",
        "GET",
        _DELIVERY,
        "repository_hooks=read",
        {200: models.HookDelivery},
    )
)
async def get_delivery(call: Call) -> Answer:
    """GET .../deliveries/{delivery_id}, with request and response."""
    item = _find(call)
    return Answer(
        200,
        _item(call.repository(), item)
        | {
            "url": item.url,
            "request": {"headers": item.request_headers, "payload": item.request_payload},
            "response": {"headers": item.response_headers, "payload": item.response_payload},
        },
    )


@handles(
    Operation(
        "repos/redeliver-webhook-delivery",
        "POST",
        f"{_DELIVERY}/attempts",
        "repository_hooks=write",
        {202: _ACCEPTED},
    )
)
async def redeliver(call: Call) -> Answer:
    """POST .../attempts: the same event and guid again, to the hook as it is configured now."""
    item = _find(call)
    call.courier.deliver(
        call.repository(), call.hook(), item.event, item.request_payload, item.guid
    )
    return Answer(202, {})


def newest_first(hook: Hook) -> list[Delivery]:
    """A hook's deliveries, the newest event first."""
    return sorted(hook.deliveries, key=lambda item: item.id, reverse=True)


def _find(call: Call) -> Delivery:
    number = call.number("delivery_id")
    found = next((item for item in call.hook().deliveries if item.id == number), None)
    if found is None:
        raise not_found()
    return found


def _item(repository: Repository, item: Delivery) -> JsonObject:
    return {
        "id": item.id,
        "guid": item.guid,
        "delivered_at": item.delivered_at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "redelivery": item.redelivery,
        "duration": item.duration,
        "status": item.status,
        "status_code": item.status_code,
        "event": item.event,
        "action": None,
        "installation_id": None,
        "repository_id": repository.id,
        "throttled_at": None,
    }
