"""Calls of GitHub's REST API, with the official plugin's retries and error texts."""

import itertools
import json
import threading
from urllib.parse import quote, urljoin

import urllib3

from lab.plugins.model import ProviderError
from lab.plugins.values import Properties, Value, plain_object

_RETRYABLE = (500, 502, 503, 504)
_TIMEOUT = urllib3.Timeout(connect=10, read=60)  # Seconds.
_API_VERSION = "2022-11-28"


class GithubError(ProviderError):
    """GitHub refused a request.

    Attributes:
        code: The HTTP status.
    """

    def __init__(self, code: int, message: str) -> None:
        """Takes the HTTP status and the text for the user."""
        super().__init__(message)
        self.code = code


class GithubClient:
    """One account's access; safe for use from many threads.

    Args:
        version: The version that the user agent names.
    """

    def __init__(self, version: str) -> None:
        """Makes a client that can ask nothing before `configure`."""
        self._agent = f"fluxhook-lab-pulumi-github/{version}"
        self._http = urllib3.PoolManager(maxsize=8, block=True, timeout=_TIMEOUT)
        self._base_url = self._token = self._owner = ""
        self._retries = urllib3.Retry(0)
        self._lock = threading.Lock()

    def configure(self, base_url: str, token: str, owner: str, retries: int) -> None:
        """Takes over where GitHub is and who asks.

        Args:
            base_url: The API's root.
            token: A token, empty for none.
            owner: Whose repositories they are; empty for the token's own user.
            retries: How often a request is repeated that the server failed to answer.
        """
        self._base_url = base_url.rstrip("/") + "/"
        self._token, self._owner = token, owner
        # Every method, as the official plugin: a creation whose answer was lost is repeated too.
        self._retries = urllib3.Retry(
            total=retries,
            connect=0,
            read=0,
            allowed_methods=None,
            status_forcelist=_RETRYABLE,
            backoff_factor=0.5,
            backoff_max=1,
            raise_on_status=False,
        )

    def close(self) -> None:
        """Closes every connection."""
        self._http.clear()

    def repository(self, name: Value) -> str:
        """The path of one of the owner's repositories."""
        with self._lock:
            if not self._owner:
                self._owner = str(self.request("GET", "user")[0]["login"])
        return f"repos/{quote(self._owner, safe='')}/{quote(str(name), safe='')}"

    def request(self, method: str, path: str, body: object = None) -> tuple[Properties, str]:
        """Sends one request; returns the answer and its ETag.

        Raises:
            GithubError: GitHub refuses.
            ProviderError: it does not answer.
        """
        answer, response = self._send(method, path, body)
        return plain_object(answer), response.headers.get("ETag", "")

    def listed(self, path: str) -> list[Properties]:
        """All items of a list, page by page; the path has a query already.

        Raises:
            GithubError: GitHub refuses.
            ProviderError: it does not answer.
        """
        items: list[Properties] = []
        for page in itertools.count(1):
            answer, response = self._send("GET", f"{path}&page={page}", None)
            items += map(plain_object, answer if isinstance(answer, list) else [])
            if 'rel="next"' not in response.headers.get("Link", ""):
                break
        return items

    def _send(self, method: str, path: str, body: object) -> tuple[Value, urllib3.BaseHTTPResponse]:
        url = urljoin(self._base_url, path)
        headers = {
            "Accept": "application/vnd.github+json",
            "User-Agent": self._agent,
            "X-GitHub-Api-Version": _API_VERSION,
        }
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        try:
            response = self._http.request(
                method, url, body=data, headers=headers, retries=self._retries
            )
        except urllib3.exceptions.HTTPError as error:
            raise ProviderError(
                f"{method} /{path}: GitHub does not answer: {type(error).__name__}"
            ) from None
        try:
            answer: Value = response.json() if response.data else {}
        except ValueError:
            answer = {}
        if response.status >= 400:
            told = _told(response.status, plain_object(answer))
            raise GithubError(response.status, f"{method} /{path}: {told}")
        return answer, response


def _told(status: int, answer: Properties) -> str:
    # As go-github words it: status, message, and each fault's place and kind.
    errors = answer.get("errors")
    faults = []
    for error in errors if isinstance(errors, list) else []:
        if isinstance(error, str):
            faults.append(error)
            continue
        entry = plain_object(error)
        parts = [
            f"{name.capitalize()}:{entry.get(name, '')}"
            for name in ("resource", "field", "code", "message")
        ]
        faults.append("{" + " ".join(parts) + "}")
    return f"{status} {answer.get('message', '')} [{' '.join(faults)}]"
