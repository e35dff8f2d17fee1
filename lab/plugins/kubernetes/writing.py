"""Creates objects and applies changes to them.

As pulumi-kubernetes `provider/pkg/await/await.go` since 4.29: a creation is a plain POST, so that an
object which is there already is refused and not taken over; every change is a server-side apply.
"""

from lab.plugins.core.model import Call, ProviderError
from lab.plugins.core.values import Properties, plain_object
from lab.plugins.kubernetes.cluster import APPLY, JSON_PATCH, ApiError, Cluster, NoMatchError
from lab.plugins.kubernetes.objects import FIELD_MANAGER, metadata

_TRIES = 5
_EXISTS = (
    "The resource already exists in the cluster: import it (`pulumi import`), give the renamed "
    "resource an alias, or set upsertExistingObjects on the provider"
)
_CONFLICT = (
    "server-side apply field conflict detected; the resource managed by field manager "
    f'"{FIELD_MANAGER}" had an apply conflict'
)


def create(call: Call, cluster: Cluster, target: Properties) -> Properties:
    """Creates the object, trying again while its namespace or its kind is still missing.

    Raises:
        ApiError: The API server refuses it.
        ProviderError: The API server does not serve the kind.
    """
    query = {"fieldManager": FIELD_MANAGER, "fieldValidation": "Warn"}
    if call.preview:
        query["dryRun"] = "All"
    for attempt in range(_TRIES):
        last = call.preview or attempt == _TRIES - 1
        try:
            path = cluster.path(target, with_name=False)
            live, warnings = cluster.request("POST", path, target, query)
        except NoMatchError as error:
            if last:
                raise ProviderError(
                    f"creation of resource {call.name} failed because the Kubernetes API server "
                    "reported that the apiVersion for this resource does not exist. Verify that "
                    f"any required CRDs have been created: {error}"
                ) from None
        except ApiError as error:
            if last or error.code != 404:
                raise
        else:
            _warn(call, warnings)
            return live
        if call.cancelled.wait(0.2 * 2**attempt):
            raise ProviderError("cancelled")
    raise AssertionError("the last attempt returns or raises")


def apply(
    call: Call, cluster: Cluster, target: Properties, force: bool
) -> tuple[Properties, Properties | None]:
    """Applies the object under this provider's field manager.

    Returns the object, and what it was before; None when there was none, or in a preview.

    Args:
        call: The operation.
        cluster: The API server.
        target: The whole object as it shall be.
        force: Whether to take fields over from other managers.

    Raises:
        ApiError: The API server refuses it, code 409 for a field that another manager has.
    """
    path = cluster.path(target)
    query = {"fieldManager": FIELD_MANAGER, "force": "true" if force else "false"}
    before: Properties | None = None
    if call.preview:
        # Until the update has moved the fields, they still belong to the creation's entry.
        query |= {"dryRun": "All", "force": "true"}
    else:
        before = _own(cluster, path)
    live, warnings = cluster.request("PATCH", path, target, query, APPLY)
    _warn(call, warnings)
    return live, before


def refusal(call: Call, done: str, error: ApiError) -> ProviderError:
    """The error for the user, in the official plugin's words."""
    text = f"resource {call.name} was not successfully {done} by the Kubernetes API server: {error}"
    if error.reason == "AlreadyExists":
        return ProviderError(f"{text}\n\n{_EXISTS}")
    if error.code == 409 and done == "updated":
        return ProviderError(f"{_CONFLICT}: {error}")
    return ProviderError(text)


def _own(cluster: Cluster, path: str) -> Properties | None:
    # What a creation sets belongs to an "Update" manager. An apply would conflict with it and could
    # not remove a field, so that entry is made one of "Apply" first.
    try:
        live, _ = cluster.request("GET", path)
    except ApiError as error:
        if error.code == 404:
            return None
        raise
    fields = metadata(live).get("managedFields")
    entries = [plain_object(entry) for entry in fields] if isinstance(fields, list) else []
    mine = [
        (index, str(entry.get("operation")))
        for index, entry in enumerate(entries)
        if entry.get("manager") == FIELD_MANAGER and not entry.get("subresource")
    ]
    if len(mine) == 1 and mine[0][1] == "Update":
        operation = f"/metadata/managedFields/{mine[0][0]}/operation"
        version = metadata(live)["resourceVersion"]
        patch = [
            {"op": "test", "path": "/metadata/resourceVersion", "value": version},
            {"op": "replace", "path": operation, "value": "Apply"},
        ]
        cluster.request("PATCH", path, patch, None, JSON_PATCH)
    return live


def _warn(call: Call, warnings: list[str]) -> None:
    for warning in warnings:
        call.log("WARNING", warning)
