"""The API server as the checks ask it: its errors are findings."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
import yaml

from preflight.findings import Finding, Level, Unanswered, those_that_exist
from recovery.cluster import NO_ANSWER, Cluster
from settings.models.stack import Stack

SUBJECT = "cluster"
Object = Mapping[str, Any]


class Kubernetes(Cluster):
    """The cluster of a stack. What it cannot be asked raises Unanswered, with a finding."""

    def __init__(self, stack: Stack) -> None:
        """`stack` says which cluster; nothing is asked yet."""
        super().__init__(stack)
        self._contexts_of = stack

    def get(self, path: str, **query: str) -> Any:
        """Return the document at a path; None when there is none.

        Raises:
            Unanswered: the cluster cannot be asked, or refuses.
        """
        return self._get(path, **query)

    def _get(self, path: str, shape: str = "", **query: str) -> Any:
        try:
            return super()._get(path, shape, **query)
        except httpx2.TimeoutException:
            problem = "the API server does not answer in time"
            raise Unanswered(Finding(SUBJECT, problem, level=Level.WARNING)) from None
        except httpx2.HTTPStatusError as error:
            raise Unanswered(_refusal(error.response.status_code, path)) from None
        except httpx2.HTTPError as error:
            problem = f"the API server cannot be reached ({type(error).__name__})"
            fix = f"look at {self._where()}: is it the right cluster, and is it running?"
            raise Unanswered(Finding(SUBJECT, problem, fix, Level.UPDATE)) from None
        except NO_ANSWER as error:
            # Its type alone: the text of some quotes the kubeconfig.
            problem = f"the kubeconfig cannot be used ({type(error).__name__})"
            raise Unanswered(
                Finding(SUBJECT, problem, f"correct {self._where()}", Level.UPDATE)
            ) from None

    def would_create(
        self, api_version: str, kind: str, namespace: str, item: Object
    ) -> tuple[int, str]:
        """Ask for an object to be created without creating it; return status code and message on one line.

        Unknown fields are refused. Source: Kubernetes API concepts, "Dry-run", "Field validation".

        Raises:
            Unanswered: the cluster cannot be asked.
        """
        if not self.serves(api_version, kind):
            return httpx2.codes.NOT_FOUND, ""
        path = self._collection(api_version, kind, namespace)
        query = {"dryRun": "All", "fieldValidation": "Strict"}
        content = {"apiVersion": api_version, "kind": kind, **item}
        try:
            answer = self._client.post(str(path), params=query, json=content)
        except httpx2.HTTPError as error:
            problem = f"the API server cannot be reached ({type(error).__name__})"
            raise Unanswered(Finding(SUBJECT, problem, level=Level.WARNING)) from None
        message = "" if answer.is_success else str(answer.json().get("message", ""))
        return answer.status_code, " ".join(message.split())

    def versions(self, group: str) -> list[str]:
        """Return the versions of an API group that the cluster serves.

        Raises:
            Unanswered: the cluster cannot be asked, or refuses.
        """
        found = self.get(f"/apis/{group}")
        return [each["version"] for each in found["versions"]] if found else []

    def unusable(self) -> Finding | None:
        """Return what is wrong with the kubeconfig itself: it is missing, or has no such context."""
        stack = self._contexts_of
        try:
            if stack.kubeconfig:
                content = yaml.safe_load(stack.kubeconfig.get_secret_value())
            else:
                file = Path(os.environ.get("KUBECONFIG") or "~/.kube/config").expanduser()
                if not file.is_file():
                    problem = f"there is no kubeconfig {file}"
                    fix = "export $KUBECONFIG with the path of one"
                    return Finding(SUBJECT, problem, fix, Level.UPDATE)
                content = yaml.safe_load(file.read_text())
            contexts = [str(each["name"]) for each in content.get("contexts") or ()]
            context = stack.kube_context or content.get("current-context")
        except (
            AttributeError,
            OSError,
            LookupError,
            TypeError,
            ValueError,
            yaml.YAMLError,
        ) as error:
            problem = f"the kubeconfig cannot be read ({type(error).__name__})"
            return Finding(SUBJECT, problem, f"correct {self._where()}", Level.UPDATE)
        if context in contexts:
            return None
        problem = (
            f"the kubeconfig has no context {context}; {those_that_exist(contexts, context or '')}"
        )
        if not context:
            problem = f"the kubeconfig has no current context; {those_that_exist(contexts)}"
        return Finding(SUBJECT, problem, "write one of them in `kubeContext`", Level.UPDATE)

    def _where(self) -> str:
        return "`kubeconfig`" if self._contexts_of.kubeconfig else "$KUBECONFIG and `kubeContext`"


def _refusal(status: int, path: str) -> Finding:
    if status == httpx2.codes.UNAUTHORIZED:
        problem, fix = "refuses the credentials of the kubeconfig (401)", "log in again"
        return Finding(SUBJECT, problem, fix, Level.UPDATE)
    if status == httpx2.codes.FORBIDDEN:
        problem = f"{path} was not checked: the user of the kubeconfig may not read it (403)"
        return Finding(SUBJECT, problem, "grant `get` and `list` on it", Level.NOTE)
    problem = f"answers {status} for {path}"
    return Finding(SUBJECT, problem, "look at the API server's log", Level.WARNING)


def condition(found: Object, type_: str) -> Mapping[str, str]:
    """Return a condition of an object's status; empty when there is none."""
    conditions = (found.get("status") or {}).get("conditions") or ()
    return next((each for each in conditions if each["type"] == type_), {})


def said(condition: Mapping[str, str]) -> str:
    """Return what a condition says, on one line."""
    text = ": ".join(filter(None, (condition.get("reason"), condition.get("message"))))
    return " ".join(text.split()) or "it has not said why"
