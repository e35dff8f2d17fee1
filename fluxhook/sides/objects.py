"""Objects of the cluster as these verbs ask for them, and what their status says."""

import base64
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from components.rules.flux import REQUESTED, masked
from components.rules.kubernetes import conditions
from fluxhook.errors import Refusal
from fluxhook.sides.github import Unanswered
from recovery.cluster import NO_ANSWER, Cluster
from settings.models.stack import Stack

Object = Mapping[str, Any]
Kind = tuple[str, str]
"""API version and kind."""
Answer = TypeVar("Answer")

DIGITS = 12
"""How many digits of a commit's id are compared and shown: as many as the version of a chart from Git has.

Source: source-controller `internal/controller/helmchart_controller.go`, "ReconcileStrategyRevision".
"""


class Objects:
    """The cluster of a stack, seen from Flux's namespace; safe for use from many threads."""

    def __init__(self, stack: Stack, cluster: Cluster | None = None) -> None:
        """`stack` says which cluster; nothing is asked yet."""
        self._cluster = cluster or Cluster(stack)
        self._namespace = stack.namespace

    def __enter__(self) -> "Objects":
        """Use it in a `with`, which closes its connections."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._cluster.close()

    def named(self, kind: Kind) -> dict[str, Object]:
        """Return all objects of a kind by name.

        Raises:
            Refusal: the cluster cannot be asked.
        """
        try:
            return {
                each["metadata"]["name"]: each
                for each in self._cluster.whole_list(*kind, self._namespace)
            }
        except NO_ANSWER as error:
            # Its type alone: the text of some quotes the kubeconfig.
            raise Refusal(
                f"the cluster cannot be asked ({type(error).__name__}): look at `kubeContext`, $KUBECONFIG and the"
                f" right to list {kind[1]} in {self._namespace}"
            ) from None

    def get(self, kind: Kind, name: str) -> Object | None:
        """Return one object as it is now; None when there is none.

        Raises:
            Unanswered: the cluster cannot be asked.
        """
        return self._asked(lambda: self._cluster.whole(*kind, self._namespace, name))

    def secret_value(self, name: str, key: str) -> str | None:
        """Return a value of a Secret, which is secret; None when there is none.

        Raises:
            Unanswered: the cluster cannot be asked, or does not let its Secrets be read.
        """
        found = self.get(("v1", "Secret"), name)
        text = (found or {}).get("data", {}).get(key)
        return base64.b64decode(text).decode(errors="replace") if text else None

    def _asked(self, ask: Callable[[], Answer]) -> Answer:
        try:
            return ask()
        except NO_ANSWER as error:
            message = f"the cluster cannot be asked ({type(error).__name__})"
            raise Unanswered(message) from None


def not_ready(item: Object | None, *types: str) -> str | None:
    """Return why an object is not ready, in its own words; None when it is.

    `types` are the conditions that must all be True, by default Ready.
    """
    if item is None:
        return "it does not exist"
    if (item.get("spec") or {}).get("suspend"):
        return "it is suspended"
    found = [each for each in conditions(item) if each.get("type") in (types or ("Ready",))]
    if not found:
        return "no controller has seen it yet"
    wrong = next((each for each in found if each.get("status") != "True"), None)
    if wrong is None:
        generation = ((item.get("metadata") or {}).get("generation")) or 0
        older = any(each.get("observedGeneration", generation) < generation for each in found)
        return "no controller has seen its last change yet" if older else None
    return masked(f"{wrong.get('reason', '')}: {wrong.get('message', '')}").strip(": \n")


def ready_status(item: Object | None) -> str:
    """Return the status of the condition Ready; empty when there is none."""
    return next((str(each["status"]) for each in conditions(item) if each["type"] == "Ready"), "")


def short(sha: str) -> str:
    """Return the digits of a commit's id that are compared and shown."""
    return sha[:DIGITS]


def commit(item: Object | None) -> str:
    """Return the short id of the commit that was fetched, applied or released last; empty when there is none."""
    status = (item or {}).get("status") or {}
    revision = (status.get("artifact") or {}).get("revision") or status.get("lastAppliedRevision")
    if revision:
        return short(revision.rpartition(":")[2])
    newest: Object = next(iter(status.get("history") or ()), {})
    if newest.get("status") != "deployed":
        return ""
    return short(newest.get("chartVersion", "").partition("+")[2])


def requested(item: Object | None) -> str:
    """Return when a reconciliation was asked for last."""
    annotations = ((item or {}).get("metadata") or {}).get("annotations") or {}
    return str(annotations.get(REQUESTED, ""))


def handled(item: Object | None) -> str:
    """Return which request the controller has handled last."""
    return str(((item or {}).get("status") or {}).get("lastHandledReconcileAt", ""))
