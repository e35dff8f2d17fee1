"""Deletes from GitHub what an `up` created but never recorded, just before it is created again, or in a destroy.

Between GitHub's answer and the state lies a moment in which the engine can be killed or the answer lost. What is then
on GitHub is ours beyond doubt: the private half of the key, or the 256 bits in the webhook's URL, are in our state
alone. GitHub takes neither twice, so nothing could be created beside it.

Each function takes a resource's logical name and inputs, and returns how many it deleted; it raises `NO_ANSWER`.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx2

from components.rules import openpgp

OWNER, BOT = "GITHUB_TOKEN", "GITHUB_BOT_TOKEN"
"""Variables with the tokens of the repositories' owner and of the bot."""
ANSWER_TIMEOUT = 20.0
DOTCOM = ("github.com", "api.github.com")

NO_ANSWER = (httpx2.HTTPError, KeyError, TypeError, ValueError)
"""Errors of a GitHub that cannot be asked. Their texts are not shown: some quote a webhook's URL."""

Found = Mapping[str, Any]


def delete_own_key(name: str, inputs: Mapping[str, Any]) -> int:
    """Delete the deploy key with the same public key from the repository."""
    key = _blob(inputs["key"])
    path = f"/repos/{_owner(name)}/{inputs['repository']}/keys"
    return _delete(path, OWNER, lambda found: _blob(found["key"]) == key)


def delete_own_webhook(name: str, inputs: Mapping[str, Any]) -> int:
    """Delete the webhook with the same URL from the repository."""
    url = inputs["configuration"]["url"]
    path = f"/repos/{_owner(name)}/{inputs['repository']}/hooks"
    return _delete(path, OWNER, lambda found: found["config"].get("url") == url)


def delete_own_gpg_key(name: str, inputs: Mapping[str, Any]) -> int:
    """Delete the GPG key with the same id from the bot's account."""
    key_id = openpgp.key_id(inputs["armoredPublicKey"])
    return _delete("/user/gpg_keys", BOT, lambda found: found["key_id"] == key_id)


def _owner(name: str) -> str:
    """The owner: a logical name is `owner/repository/…`."""
    return name.partition("/")[0]


def _blob(public_key: str) -> str:
    """A public key without its comment, which GitHub drops."""
    return " ".join(public_key.split()[:2])


def _delete(path: str, token: str, is_ours: Callable[[Found], bool]) -> int:
    """Delete what is ours from the list at `path`, and return how many."""
    with connected(token) as client:
        ours = [each for each in listed(client, path) if is_ours(each)]
        for found in ours:
            client.delete(f"{path}/{found['id']}").raise_for_status()
    return len(ours)


def connected(
    token: str = OWNER,
    timeout: float = ANSWER_TIMEOUT,
    follow_redirects: bool = False,
    transport: httpx2.BaseTransport | None = None,
) -> httpx2.Client:
    """Return a client of GitHub's REST interface; `token` is the variable that has the token."""
    url = api_url(os.environ.get("GITHUB_BASE_URL", ""))
    known = os.environ.get(token)
    return httpx2.Client(
        base_url=url,
        headers={
            "Accept": "application/vnd.github+json",
            **({"Authorization": f"Bearer {known}"} if known else {}),
        },
        timeout=timeout,
        follow_redirects=follow_redirects,
        transport=transport,
        # As Go's client, which the provider uses: no proxy for what runs on this machine.
        trust_env=url.host not in ("127.0.0.1", "localhost"),
    )


def listed(client: httpx2.Client, path: str) -> Iterator[Found]:
    """Yield the items of a list, page after page, each page when it is asked for."""
    following: str | None = f"{path}?per_page=100"
    while following:
        answer = client.get(following).raise_for_status()
        yield from answer.json()
        following = answer.links.get("next", {}).get("url")


def refusal(variable: str, answer: httpx2.Response) -> tuple[str, str] | None:
    """Return what GitHub refuses whatever it is asked, and what to do; None for an answer to this request.

    `variable` has the token. Source: REST, "Rate limits for the REST API", "Exceeding the rate limit".
    """
    status, headers = answer.status_code, answer.headers
    if status == httpx2.codes.UNAUTHORIZED:
        problem = f"refuses the token in ${variable} (401)"
        return problem, "it is wrong, expired or revoked: put a valid one there"
    wait, used_up = headers.get("retry-after"), headers.get("x-ratelimit-remaining") == "0"
    if status in (403, 429) and (used_up or wait):
        when = f"in {wait} s" if wait else f"at {at(headers.get('x-ratelimit-reset', '0'))}"
        return f"the rate limit of the token in ${variable} is used up", f"try again {when}"
    if answer.is_server_error:
        return f"answers {status}", "see https://www.githubstatus.com"
    return None


def at(seconds: str | int) -> str:
    """Return a time of GitHub's, in seconds since 1970, for people."""
    return f"{datetime.fromtimestamp(int(seconds), UTC):%H:%M} UTC"


def api_url(base: str) -> httpx2.URL:
    """Return the REST interface at a base URL as the provider reads it; empty stands for github.com.

    Source: terraform-provider-github `github/config.go`, "getBaseURL" and "NewRESTClient".
    """
    url = httpx2.URL(base or "https://api.github.com/")
    if url.host in DOTCOM:
        return httpx2.URL("https://api.github.com")
    if url.host.endswith(".ghe.com"):
        return url.copy_with(host=f"api.{url.host.removeprefix('api.')}", path="/")
    path = url.path.rstrip("/").removesuffix("/api/v3")
    return url.copy_with(path=f"{path}/api/v3")
