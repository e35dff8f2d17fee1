"""Asks the API server for the metadata of objects; for whole objects only where somebody asks for `whole` ones."""

import os
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote

import httpx2
import yaml
from lightkube import KubeConfig
from lightkube.config.client_adapter import Client, ConnectionParams
from lightkube.config.kubeconfig import SingleConfig
from lightkube.core.exceptions import ConfigError

from settings.models.stack import Stack

Metadata = Mapping[str, Any]
Object = Mapping[str, Any]

ANSWER_TIMEOUT = 10.0
"""Seconds that the API server has for an answer."""
NO_ANSWER = (
    *(httpx2.HTTPError, ConfigError, OSError, yaml.YAMLError),
    *(AttributeError, LookupError, TypeError, ValueError),
)
"""Errors of a cluster that cannot be asked. Their texts are not shown: some quote the kubeconfig."""
UNREACHABLE = "PULUMI_K8S_DELETE_UNREACHABLE"
"""Set by who removes a stack whose cluster is gone for good; then there is nothing to ask."""
_PARTIAL = "application/json;as={};g=meta.k8s.io;v=v1"


class Cluster:
    """The cluster of a stack, connected on first use; safe for use from many threads."""

    def __init__(self, stack: Stack) -> None:
        """`stack` says which cluster; nothing is asked yet."""
        self._stack = stack
        self._served: dict[tuple[str, str], tuple[str, bool]] = {}

    def close(self) -> None:
        """Close the connections, if there are any; the next request opens new ones."""
        if client := self.__dict__.pop("_client", None):
            client.close()

    def serves(self, api_version: str, kind: str) -> bool:
        """Return whether the cluster knows a kind of object."""
        return self._collection(api_version, kind, None) is not None

    def metadata(self, api_version: str, kind: str, namespace: str, name: str) -> Metadata | None:
        """Return the metadata of an object; None when there is none, or the cluster serves no such kind."""
        path = self._collection(api_version, kind, namespace)
        found = (
            self._get(f"{path}/{quote(name, safe='')}", "PartialObjectMetadata") if path else None
        )
        return found["metadata"] if found else None

    def listed(self, api_version: str, kind: str, namespace: str) -> list[Metadata]:
        """Return the metadata of all objects of a kind in a namespace."""
        path = self._collection(api_version, kind, namespace)
        found = self._get(path, "PartialObjectMetadataList") if path else None
        return [each["metadata"] for each in found["items"] or ()] if found else []

    def whole(self, api_version: str, kind: str, namespace: str, name: str) -> Object | None:
        """Return an object with its spec, status and data; None as for `metadata`."""
        path = self._collection(api_version, kind, namespace)
        found: Object | None = self._get(f"{path}/{quote(name, safe='')}") if path else None
        return found

    def whole_list(self, api_version: str, kind: str, namespace: str, **query: str) -> list[Object]:
        """Return the objects of a kind in a namespace, with spec, status and data; `query` may select some of them."""
        path = self._collection(api_version, kind, namespace)
        found = self._get(path, **query) if path else None
        return list(found["items"] or ()) if found else []

    def everywhere(self, api_version: str, kind: str) -> list[Metadata] | None:
        """Return the metadata of all objects of a kind; None without the right to list them in all namespaces."""
        path = self._collection(api_version, kind, None)
        try:
            found = self._get(path, "PartialObjectMetadataList") if path else None
        except httpx2.HTTPStatusError as refusal:
            if refusal.response.status_code == httpx2.codes.FORBIDDEN:
                return None
            raise
        return [each["metadata"] for each in found["items"] or ()] if found else []

    def patch(
        self, api_version: str, kind: str, namespace: str, name: str, change: Mapping[str, Any]
    ) -> bool:
        """Merge a change into an object; return whether there is one.

        Source: RFC 7386, "JSON Merge Patch".
        """
        path = self._collection(api_version, kind, namespace)
        if not path:
            return False
        answer = self._client.patch(
            f"{path}/{quote(name, safe='')}",
            params={"fieldManager": "fluxhook"},
            headers={"Content-Type": "application/merge-patch+json"},
            json=change,
        )
        if answer.status_code == httpx2.codes.NOT_FOUND:
            return False
        answer.raise_for_status()
        return True

    def delete(self, api_version: str, kind: str, namespace: str, name: str) -> None:
        """Delete an object, if there is one; what it owns is deleted in the background."""
        if path := self._collection(api_version, kind, namespace):
            options = {"propagationPolicy": "Background"}
            answer = self._client.delete(f"{path}/{quote(name, safe='')}", params=options)
            if answer.status_code != httpx2.codes.NOT_FOUND:
                answer.raise_for_status()

    def _collection(self, api_version: str, kind: str, namespace: str | None) -> str | None:
        """Return the path of a kind in a namespace, or with None in all of them; None when it is not served."""
        root = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
        if (api_version, kind) not in self._served:
            for each in (self._get(root) or {}).get("resources", ()):
                if "/" not in each["name"]:
                    known = each["name"], each["namespaced"]
                    self._served[api_version, each["kind"]] = known
        if (api_version, kind) not in self._served:
            return None
        plural, namespaced = self._served[api_version, kind]
        within = namespaced and namespace is not None
        place = f"/namespaces/{quote(namespace or 'default', safe='')}" if within else ""
        return f"{root}{place}/{plural}"

    def _get(self, path: str, shape: str = "", **query: str) -> Any:
        headers = {"Accept": _PARTIAL.format(shape)} if shape else {}
        answer = self._client.get(path, headers=headers, params=query)
        if answer.status_code == httpx2.codes.NOT_FOUND:
            return None
        return answer.raise_for_status().json()

    @cached_property
    def _client(self) -> httpx2.Client:
        config = _kubeconfig(self._stack)
        # As Go's client, which the provider uses: no proxy for what runs on this machine.
        local = httpx2.URL(config.cluster.server).host in ("127.0.0.1", "localhost")
        timeout = httpx2.Timeout(ANSWER_TIMEOUT)
        return Client(config, ConnectionParams(timeout=timeout, trust_env=not local))


def _kubeconfig(stack: Stack) -> SingleConfig:
    """Return the kubeconfig as the provider takes it: the stack's, else the environment's."""
    if stack.kubeconfig:
        config = KubeConfig.from_dict(yaml.safe_load(stack.kubeconfig.get_secret_value()))
    else:
        config = KubeConfig.from_file(os.environ.get("KUBECONFIG") or "~/.kube/config")
    found = config.get(context_name=stack.kube_context)
    if found is None:
        raise ConfigError("the kubeconfig has no current context")
    return found
