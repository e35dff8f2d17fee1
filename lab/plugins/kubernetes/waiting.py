"""Waits until an object is ready, or gone."""

import time
from collections.abc import Callable

from lab.plugins.core.model import Call, ProviderError
from lab.plugins.core.values import Properties
from lab.plugins.kubernetes.cluster import ApiError, Cluster, NoMatchError
from lab.plugins.kubernetes.conditions import WAIT_FOR, Condition, describe, parse_wait_for
from lab.plugins.kubernetes.objects import annotation, identifier, metadata

_DEFAULT_TIMEOUT = 600.0  # Seconds; the official plugin's.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
_SKIP_AWAIT = "pulumi.com/skipAwait"
# For these kinds, the official plugin does not wait for the deletion either where `skipAwait` is set
# (allowsSkipAwaitWithDelete). For all others it always waits.
_SKIP_DELETE = {
    "DaemonSet",
    "Deployment",
    "Job",
    "Namespace",
    "Pod",
    "ReplicationController",
    "StatefulSet",
}
# Kinds that the official plugin waits for without any annotation, each by its own rules.
_AWAITED = {
    "DaemonSet",
    "Deployment",
    "Ingress",
    "Job",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Pod",
    "ReplicationController",
    "ResourceQuota",
    "Service",
    "StatefulSet",
}


class NotReadyError(ProviderError):
    """A wait ended before its condition was met; `live` is the object as it was last read."""

    def __init__(self, message: str, live: Properties) -> None:
        """Takes the text for the user and the object."""
        super().__init__(message)
        self.live = live


def is_skipped(inputs: Properties) -> bool:
    """Whether the object asks not to be waited for."""
    return annotation(inputs, _SKIP_AWAIT) == "true"


def needs_unknown_rules(inputs: Properties) -> bool:
    """Whether the official plugin has rules of its own for when this object is ready."""
    own = "." not in str(inputs.get("apiVersion")).partition("/")[0]
    own = own or ".k8s.io/" in str(inputs.get("apiVersion"))
    unasked = not is_skipped(inputs) and not annotation(inputs, WAIT_FOR)
    return own and unasked and inputs.get("kind") in _AWAITED


def until_ready(
    call: Call, cluster: Cluster, inputs: Properties, live: Properties, before: Properties | None
) -> Properties:
    """Waits until the conditions that the object's annotation names hold together; returns the object.

    The official plugin's watch may give it the object as it was `before` the change, if there was one. It overlooks
    such an object only when its generation is lower (`ObjectObserver.Observe`). Here the watch always does.

    Raises:
        NotReadyError: Time is up, the update was cancelled, or the object went away.
        ProviderError: The annotation is malformed.
    """
    expression = annotation(inputs, WAIT_FOR)
    if is_skipped(inputs) or not expression:
        return live
    conditions = parse_wait_for(expression)
    path = cluster.path(live)
    shown = {""}

    def holds(condition: Condition) -> bool:
        held, message = condition.check(live)
        if message not in shown:
            shown.add(message)
            call.log("INFO", message)
        return held

    def missing() -> list[Condition]:
        return [condition for condition in conditions if not holds(condition)]

    def step() -> bool:
        nonlocal live
        if not missing():
            return True
        try:
            live, _ = cluster.request("GET", path)
        except ApiError as error:
            if error.code != 404:
                return False
            raise NotReadyError(
                f"{_named(live)} was deleted while it was waited for", live
            ) from None
        return False

    def told() -> str:
        return f"Waiting for {_names(missing())}; {describe(live)}"

    if before is not None and _generation(before) >= _generation(live):
        changed, live = live, before
        if not missing():
            return before
        live = changed
    ended = _poll(call, inputs, step, told)
    if ended:
        raise NotReadyError(
            f"{ended} while waiting for {_named(live)}: {_names(missing())}. "
            f"Status: {describe(live)}",
            live,
        )
    return live


def _generation(live: Properties) -> int:
    # Some kinds have none, such as Service.
    found = metadata(live).get("generation")
    return found if isinstance(found, int) else 0


def until_gone(call: Call, cluster: Cluster, inputs: Properties, live: Properties) -> None:
    """Waits until the object is gone, or another one has taken its name.

    Raises:
        NotReadyError: Time is up or the update was cancelled.
    """
    if is_skipped(inputs) and live.get("kind") in _SKIP_DELETE:
        return
    path, uid = cluster.path(live), metadata(live).get("uid")
    finalizers: object = None

    def step() -> bool:
        nonlocal finalizers
        try:
            current, _ = cluster.request("GET", path)
        except NoMatchError:
            return True
        except ApiError as error:
            return error.code == 404
        finalizers = metadata(current).get("finalizers")
        return uid is not None and metadata(current).get("uid") != uid

    ended = _poll(call, inputs, step, lambda: f"Waiting for finalizers {finalizers}")
    if ended:
        raise NotReadyError(
            f"{ended} while waiting for {_named(live)} to be deleted; finalizers: {finalizers}",
            live,
        )


def _poll(call: Call, inputs: Properties, step: Callable[[], bool], told: Callable[[], str]) -> str:
    given = annotation(inputs, "pulumi.com/timeoutSeconds")
    limit = call.timeout or (float(given) if given.isdigit() else _DEFAULT_TIMEOUT)
    end, pause, last = time.monotonic() + limit, _FIRST_PAUSE, ""
    while not step():
        remaining = end - time.monotonic()
        if remaining <= 0:
            return f"timed out after {limit:g} s"
        if pause == _LONGEST_PAUSE and told() != last:
            last = told()
            call.log("INFO", last)
        if call.cancelled.wait(min(pause, remaining)):
            return "cancelled"
        pause = min(pause * 1.5, _LONGEST_PAUSE)
    return ""


def _named(live: Properties) -> str:
    return f'{live.get("kind")} "{identifier(live)}"'


def _names(conditions: list[Condition]) -> str:
    return " and ".join(condition.name for condition in conditions)
