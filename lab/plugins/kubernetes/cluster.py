"""The API server that a kubeconfig names: requests, errors, and the kinds that it serves."""

import ipaddress
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx2 as httpx
import yaml
from lightkube.config.client_adapter import Client, ConnectionParams
from lightkube.config.kubeconfig import KubeConfig, SingleConfig
from lightkube.core.exceptions import ConfigError

from lab.plugins.core.model import ProviderError
from lab.plugins.core.values import Properties, plain_object

_TIMEOUT = 30.0  # Seconds for one request; waiting is done by asking again.
_JSON = "application/json"
APPLY = "application/apply-patch+yaml"
JSON_PATCH = "application/json-patch+json"


class UnreachableError(ProviderError):
    """No API server answers."""


class NoMatchError(ProviderError):
    """The API server serves no such kind: its definition is missing."""


class ApiError(ProviderError):
    """The API server refused a request.

    Attributes:
        code: The HTTP status.
        reason: The machine-readable reason, such as AlreadyExists.
    """

    def __init__(self, code: int, reason: str, message: str) -> None:
        """Takes status, reason and text of the refusal."""
        super().__init__(message)
        self.code = code
        self.reason = reason


def load_config(config: Properties) -> SingleConfig:
    """Reads the kubeconfig that the provider's options and the environment name.

    Args:
        config: The options `kubeconfig` (a path or the file's contents) and `context`.

    Raises:
        UnreachableError: There is none, or it is not a kubeconfig.
    """
    given = config.get("kubeconfig") or os.environ.get("KUBECONFIG") or "~/.kube/config"
    context = config.get("context")
    try:
        kubeconfig = _parse(str(given))
        chosen = kubeconfig.get(context_name=str(context) if context else None)
        if chosen is None:
            raise ConfigError("no context is chosen")
        return chosen
    except (ConfigError, OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        # Only the exception's type: some messages quote the file, which has credentials in it.
        detail = str(error) if isinstance(error, ConfigError) else type(error).__name__
        raise UnreachableError(
            "unable to load Kubernetes client configuration from kubeconfig: "
            f"{detail[:200]}. Make sure you have set it in the Provider or in KUBECONFIG"
        ) from None


def _parse(given: str) -> KubeConfig:
    if "\n" not in given and not given.lstrip().startswith("{"):
        if os.pathsep in given:
            raise ConfigError("the lab's stand-in takes one file, not a list of files")
        return KubeConfig.from_file(given)
    contents = yaml.safe_load(given)
    if not isinstance(contents, dict):
        raise ConfigError("the contents are not a mapping")
    return KubeConfig.from_dict(contents, fname=Path.cwd() / "kubeconfig")


class Cluster:
    """One API server; safe for use from many threads.

    Args:
        config: Where it is and who asks.
    """

    def __init__(self, config: SingleConfig) -> None:
        """Prepares the connection; nothing is sent yet."""
        self.namespace = config.context.namespace or ""
        host = urlsplit(config.cluster.server).hostname or ""
        # As Go's HTTP client, which never sends loopback traffic to a proxy.
        parameters = ConnectionParams(
            timeout=httpx.Timeout(_TIMEOUT), trust_env=not _is_loopback(host)
        )
        self._client = Client(config, parameters)
        self._kinds: dict[str, dict[str, tuple[str, bool]]] = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        """Closes every connection."""
        self._client.close()

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        query: Mapping[str, str] | None = None,
        content_type: str = _JSON,
    ) -> tuple[Properties, list[str]]:
        """Sends one request; returns the object and the server's warnings.

        Raises:
            UnreachableError: The API server does not answer.
            ApiError: It refuses.
        """
        try:
            response = self._client.request(
                method, path, params=query, json=body, headers={"Content-Type": content_type}
            )
        except (httpx.TransportError, ConfigError) as error:
            raise UnreachableError(
                f"configured Kubernetes cluster is unreachable: {type(error).__name__}"
            ) from None
        try:
            answer = response.json()
        except ValueError:
            answer = {}
        if not isinstance(answer, dict):
            answer = {}
        if response.status_code >= 400:
            message = answer.get("message") or f"HTTP {response.status_code}"
            raise ApiError(response.status_code, str(answer.get("reason", "")), str(message))
        warnings = [
            header.split('"', 1)[1].rsplit('"', 1)[0]
            for header in response.headers.get_list("warning")
            if header.count('"') >= 2
        ]
        return answer, warnings

    def kind(self, api_version: str, kind: str) -> tuple[str, bool]:
        """The plural name of a kind, and whether its objects belong to a namespace.

        Raises:
            NoMatchError: The API server does not serve it.
        """
        with self._lock:
            known = self._kinds.get(api_version, {})
            if kind not in known:
                known = self._kinds[api_version] = self._discover(api_version)
        if kind not in known:
            raise NoMatchError(f'no matches for kind "{kind}" in version "{api_version}"')
        return known[kind]

    def path(self, target: Properties, with_name: bool = True) -> str:
        """The path of an object, or of the collection that it belongs to."""
        api_version, metadata = str(target["apiVersion"]), plain_object(target.get("metadata"))
        plural, namespaced = self.kind(api_version, str(target["kind"]))
        path = _root(api_version)
        if namespaced:
            path += f"/namespaces/{quote(str(metadata.get('namespace') or 'default'), safe='')}"
        path += f"/{plural}"
        return f"{path}/{quote(str(metadata['name']), safe='')}" if with_name else path

    def _discover(self, api_version: str) -> dict[str, tuple[str, bool]]:
        try:
            answer, _ = self.request("GET", _root(api_version))
        except ApiError as error:
            if error.code == 404:
                return {}
            raise
        resources = answer.get("resources")
        found: dict[str, tuple[str, bool]] = {}
        for resource in resources if isinstance(resources, list) else []:
            entry = plain_object(resource)
            if "/" not in str(entry["name"]):
                found[str(entry["kind"])] = (str(entry["name"]), bool(entry["namespaced"]))
        return found


def _root(api_version: str) -> str:
    return f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
